"""Whose the intervals of a surface are, and that they are what they say."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import optimize, stats

from scalinglaws.errors import UserError
from scalinglaws.laws import surface_fit
from scalinglaws.laws.replicates import JACKKNIFE, LEAST_SQUARES, SPREAD
from scalinglaws.laws.surface_fit import fit_surface
from scalinglaws.laws.surfaces.additive import CHINCHILLA
from scalinglaws.laws.surfaces.joint import L_N_D
from scalinglaws.laws.surfaces.losses import LEAST_ABSOLUTE, SQUARES, huber

TRUTH = (1.7, np.log10(400.0), np.log10(410.0), 0.34, 0.28)


def ln_loss(x, floor, log10_a, log10_b, alpha, beta):
    """Chinchilla's formula as printed."""
    powers = 10.0**log10_a / x[:, 0] ** alpha + 10.0**log10_b / x[:, 1] ** beta
    return np.log(floor + powers)


def data(rows=5, columns=4, points=1, noise=0.005, seed=0):
    """x (n, 2), loss (n,) and run names; ``points`` a run, along D, with one error."""
    rng = np.random.default_rng(seed)
    grid = [(n, d) for n in np.geomspace(1e6, 1e9, rows) for d in np.geomspace(1e8, 1e11, columns)]
    x = np.array([(n, d * 1.3**i) for n, d in grid for i in range(points)])
    error = np.repeat(noise * rng.normal(size=len(grid)), points)
    names = [f"run{i:02d}" for i in range(len(grid)) for _ in range(points)]
    return x, np.exp(ln_loss(x, *TRUTH) + error), names


def fit(found, objective=SQUARES, form=CHINCHILLA, **how):
    how = {"bootstrap": False, "n_resamples": 199} | how
    return fit_surface(form, *found, law="Chinchilla", objective=objective, **how)


def test_one_observation_a_run_gets_the_intervals_of_nonlinear_least_squares():
    found = data(4, 4)
    law = fit(found)
    assert law.ok and law.method == LEAST_SQUARES
    best, covariance = optimize.curve_fit(ln_loss, found[0], np.log(found[1]), TRUTH)
    np.testing.assert_allclose(law.params, best, rtol=1e-4)
    half = stats.t.ppf(0.975, 16 - 5) * np.sqrt(np.diag(covariance))
    # Moved by s in full, not by an infinitesimal step: equal to curvature.
    np.testing.assert_allclose(np.diff(law.conf_int())[:, 0] / 2.0, half, rtol=0.05)
    np.testing.assert_allclose(law.replicates.df(), 11.0)
    assert law.results.df_resid_inference == pytest.approx(11.0)


def test_from_twenty_runs_on_the_jackknife_needs_no_equal_scatter():
    law = fit(data(5, 4))
    assert law.ok and law.method == JACKKNIFE
    assert law.replicates.df() == pytest.approx(np.full(5, 19.0))


def test_the_jackknife_stands_beside():
    law = fit(data(4, 4))
    np.testing.assert_allclose(law.jackknife_conf_int(), law.replicates.deleted().conf_int())
    assert not np.allclose(law.jackknife_conf_int(), law.conf_int())


def test_several_observations_a_run_get_the_jackknife():
    law = fit(data(points=3))
    assert law.ok and law.method == JACKKNIFE
    np.testing.assert_allclose(law.conf_int(), law.jackknife_conf_int())
    assert law.replicates.df() == pytest.approx(np.full(5, 19.0))


def test_repeating_each_observation_of_a_run_narrows_nothing():
    once, thrice = data(), data()
    thrice = tuple(np.repeat(column, 3, axis=0) for column in thrice)
    assert fit(thrice).method == JACKKNIFE
    np.testing.assert_allclose(fit(thrice).conf_int(), fit(once).jackknife_conf_int(), rtol=1e-4)


@pytest.mark.parametrize("objective", [huber(1e-3), LEAST_ABSOLUTE], ids=lambda loss: loss.name)
def test_robust_losses_get_the_spread_of_resampled_runs(objective):
    law = fit(data(), objective, bootstrap=True, test_error=1e-3)
    assert law.ok and law.method == SPREAD
    assert law.details["bootstrap"] == "pairs bootstrap of runs (199 resamples)"
    size = law.replicates.map(["ratio"], lambda row: row[3] / row[4])
    assert size.method == SPREAD and np.isfinite(size.conf_int()).all()
    assert fit(data(), objective).method == JACKKNIFE
    assert np.isnan(law.replicates.region()).all()


def test_robust_losses_of_few_runs_keep_the_jackknife():
    law = fit(data(4, 3), huber(1e-3), bootstrap=True)
    assert law.ok and law.method == JACKKNIFE and np.isfinite(law.bootstrap).all()
    assert law.details["bootstrap"] == "pairs bootstrap of runs (199 resamples)"


def test_an_error_of_the_test_set_widens_levels_and_leaves_exponents():
    # A shared factor of the loss multiplies E, A and B alike.
    with_error, without = fit(data(), test_error=0.01), fit(data())
    wider = np.diff(with_error.conf_int())[:, 0] / np.diff(without.conf_int())[:, 0]
    assert wider[0] > 1.05
    np.testing.assert_allclose(wider[3:], 1.0, rtol=1e-6)


@pytest.mark.parametrize("rows", [4, 5])
def test_a_perfect_law_has_intervals_of_no_width(rows):
    law = fit(data(rows, noise=0.0))
    np.testing.assert_allclose(law.conf_int(), np.array([TRUTH, TRUTH]).T, atol=1e-6)


def test_equal_inputs_give_equal_intervals_in_any_order():
    x, loss, names = data()
    order = np.random.default_rng(0).permutation(len(loss))
    first, again = (fit((x, loss, names), bootstrap=True) for _ in range(2))
    assert np.array_equal(first.bootstrap, again.bootstrap)
    turned = fit((x[order], loss[order], [names[i] for i in order]))
    np.testing.assert_allclose(turned.conf_int(), first.conf_int(), rtol=1e-6)


def test_the_joint_region_is_that_of_least_squares():
    x, loss, names = data(4, 4)
    law = fit((x, loss, names))
    printed = {
        name: {
            "law": "Chinchilla",
            "parameter": name,
            "value": 10.0**value if name.startswith("log10_") else value,
            "rounding": 0.0,
        }
        for name, value in zip(law.names, TRUTH, strict=True)
    }
    joint = law.joint_test_of(printed)
    assert (joint["n_values"], joint["df"]) == (5, pytest.approx(11))
    # The exact F of nested models differs by curvature alone.
    rss = np.sum((np.log(loss) - ln_loss(x, *law.params)) ** 2)
    true_rss = np.sum((np.log(loss) - ln_loss(x, *TRUTH)) ** 2)
    assert joint["F"] == pytest.approx((true_rss - rss) / 5 / (rss / 11), rel=0.1)


def test_a_law_of_fewer_parameters_has_more_degrees_of_freedom():
    law = fit(data(4, 4), form=L_N_D)
    np.testing.assert_allclose(law.replicates.df(), 12.0)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda x, loss: loss.put(3, np.nan), "1 of 16 points are not finite and positive"),
        (lambda x, loss: x.put([0, 4], 0.0), "2 of 16 points are not finite and positive"),
        (
            lambda x, loss: x[:, 0].put(np.arange(8, 16), x[0, 0]),
            "too few distinct N: 2, at least 3 are needed",
        ),
        (lambda x, loss: loss.fill(3.0), "the loss is constant: it does not depend on N or D"),
    ],
)
def test_points_that_no_surface_passes_through_are_a_status(change, status):
    x, loss, names = data(4, 4)
    change(x, loss)
    law = fit((x, loss, names))
    assert law.status == status and np.isnan(law.params).all()


@pytest.mark.parametrize(
    ("count", "names", "objective", "status"),
    [
        (6, "abcdef", SQUARES, "too few points: 6, at least 7 are needed"),
        (9, "abcdefghi", LEAST_ABSOLUTE, "too few points for absolute deviations: 9, at least 10"),
        (9, "aaaaabbbb", SQUARES, "too few runs: 2, at least 3 are needed for an interval"),
    ],
)
def test_too_few_points_or_runs_are_a_status(count, names, objective, status):
    x, loss, _ = data(4, 4)
    law = fit((x[:count], loss[:count], list(names)), objective)
    assert law.status.startswith(status) and np.isnan(law.params).all()


def test_columns_that_do_not_belong_together_are_refused():
    x, loss, names = data(4, 4)
    for found in ((x[:, :1], loss, names), (x[:-1], loss, names), (x, loss, names[:-1])):
        with pytest.raises(UserError, match="give a column for each of N, D and a row an obs"):
            fit(found)


@pytest.mark.parametrize(
    ("lost", "named"),
    [
        ([3], "run03"),
        ([3, 7], "run03 (nor without 1 other)"),
        ([3, 7, 8], "run03 (nor without 2 others)"),
    ],
)
def test_a_fit_that_hangs_on_runs_names_one_and_counts_the_others(monkeypatch, lost, named):
    solve = surface_fit.solve

    def without_some(*given, **how):
        found = solve(*given, **how)
        return replace(found, converged=~np.isin(np.arange(len(found.converged)), lost))

    monkeypatch.setattr(surface_fit, "solve", without_some)
    law = fit(data(5, 4))
    assert law.status == (
        f"not identified: the fit does not converge without {named}; add runs beside it"
    )
