"""Profiles: the F limit, agreement with Student's interval, and open ends where data say little."""

import numpy as np
import pytest
from scipy import stats
from surface_tables import FORMS, TRUTHS, grid, responses

from scalinglaws.laws.surfaces.additive import CHINCHILLA
from scalinglaws.laws.surfaces.losses import huber
from scalinglaws.laws.surfaces.multistart import fit_from_starts
from scalinglaws.laws.surfaces.profile import profile, profile_objective


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_profile_of_good_data_is_students_interval(form):
    u, centre = grid()
    y = responses(form, u, 1e-4, seed=1)
    fit = fit_from_starts(form, u, y)
    df = len(u) - len(fit.theta)
    _, jacobian = form.value_and_jacobian(fit.theta[None], u)
    covariance = fit.objective / df * np.linalg.inv(jacobian[0].T @ jacobian[0])
    steps = 1e-6 * np.eye(len(fit.theta))
    forwards, backwards = (form.report(fit.theta + s * steps, centre) for s in (1, -1))
    gradient = (forwards - backwards) / 2e-6
    half = stats.t.ppf(0.975, df) * np.sqrt(np.diag(gradient.T @ covariance @ gradient))
    for index, name in enumerate(form.report_names):
        found = profile(form, u, y, fit.theta, index, centre)
        assert found.name == name
        assert found.estimate == pytest.approx(form.report(fit.theta[None], centre)[0, index])
        width = (found.high - found.low) / 2
        assert width == pytest.approx(half[index], rel=0.05)
        assert found.low < found.estimate < found.high


def test_the_ends_lie_where_the_objective_reaches_the_limit():
    u, centre = grid()
    y = responses(CHINCHILLA, u, 0.01, seed=2)
    fit = fit_from_starts(CHINCHILLA, u, y)
    for index in range(5):
        found = profile(CHINCHILLA, u, y, fit.theta, index, centre)
        ends = np.array([found.low, found.high])
        objective = profile_objective(CHINCHILLA, u, y, fit.theta, index, centre, ends)
        assert objective == pytest.approx(found.limit, rel=2e-3)
        assert found.objective.min() == pytest.approx(fit.objective, rel=1e-9)
        assert (np.diff(found.values) > 0).all()
        truth = CHINCHILLA.report(TRUTHS[CHINCHILLA][None], centre)[0, index]
        assert found.low < truth < found.high


def test_a_nearly_flat_optimum_gets_a_very_wide_interval():
    """Sizes and tokens over a factor of ten: many floors fit, and a bare optimum would hide it."""
    u, centre = grid()
    u *= 1.15 / np.ptp(u, axis=0)
    y = responses(CHINCHILLA, u, 0.01, seed=0)
    fit = fit_from_starts(CHINCHILLA, u, y)
    assert fit.converged
    floor = profile(CHINCHILLA, u, y, fit.theta, 0, centre)
    assert floor.low == 0.0 and floor.high > 1.1 * floor.estimate
    for index in (3, 4):
        exponent = profile(CHINCHILLA, u, y, fit.theta, index, centre)
        assert exponent.high > 5 * exponent.low
        assert exponent.low < TRUTHS[CHINCHILLA][index] < exponent.high


def test_weights_are_counts_and_other_losses_have_their_curve():
    u, centre = grid()
    y = responses(CHINCHILLA, u, 0.01, seed=3)
    weights = np.random.default_rng(4).integers(0, 3, size=len(y)).astype(float)
    rows = np.repeat(np.arange(len(y)), weights.astype(int))
    fit = fit_from_starts(CHINCHILLA, u, y, weights)
    one = profile(CHINCHILLA, u, y, fit.theta, 3, centre, weights=weights)
    other = profile(CHINCHILLA, u[rows], y[rows], fit.theta, 3, centre)
    assert (one.low, one.high) == pytest.approx((other.low, other.high), rel=1e-5)

    loss = huber(1e-3)
    fit = fit_from_starts(CHINCHILLA, u, y, loss=loss)
    at = fit.theta[3] + np.array([-0.05, 0.0, 0.05])
    curve = profile_objective(CHINCHILLA, u, y, fit.theta, 3, centre, at, loss=loss)
    assert curve[1] == pytest.approx(fit.objective, rel=1e-9)
    assert curve[0] > curve[1] < curve[2]
