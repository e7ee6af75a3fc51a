"""The lower envelope of learning curves, and L(C) and L(C_min) fitted to it."""

import csv
from pathlib import Path

import numpy as np
import pytest

from scalinglaws.kaplan2020.gather import gather
from scalinglaws.laws.compute_points import envelope_points, learning_curves
from scalinglaws.laws.envelope import (
    curve_at,
    interior,
    log_grid,
    lower_envelope,
    without_each,
)
from scalinglaws.laws.fit import FITS
from scalinglaws.laws.frontier import loss_points
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.power_law import fit_power_law
from scalinglaws.metrics import CURVES, RUNS, table_from_rows
from scalinglaws.study import load_study
from scalinglaws.units import PF_DAY

ROOT = Path(__file__).parents[2]
GRID = log_grid(1e-6, 1.0)


def curves_of(seed=0, runs=12, sigma=0.0, drift=0.0):
    """Curves L = (6e13/N)^0.077 + (2000/S)^0.76 at fixed batch, off by run and along the run."""
    rng = np.random.default_rng(seed)
    found = {}
    for i, size in enumerate(np.geomspace(1e4, 1e9, runs)):
        steps = np.geomspace(3000, 250_000, 60)
        walk = np.cumsum(rng.normal(0, drift / 8, 60))
        noise = np.exp(rng.normal(0, sigma) + walk + rng.normal(0, drift / 4, 60))
        loss = ((6e13 / size) ** 0.077 + (2000 / steps) ** 0.76) * noise
        found[f"run{i:02d}"] = (6 * size * 2**19 * steps / PF_DAY, loss)
    return found


@pytest.fixture(scope="module")
def curves():
    return curves_of(sigma=0.005, drift=0.004)


def test_the_grid_does_not_depend_on_where_a_range_starts():
    np.testing.assert_allclose(log_grid(1e-4, 1e-2, 5)[[0, 5, -1]], [1e-4, 1e-3, 1e-2])
    assert set(log_grid(1.7e-4, 0.5)) <= set(log_grid(1e-4, 1.0))
    assert len(log_grid(1.1e-3, 1.15e-3)) == 0


def test_the_envelope_is_never_above_a_curve_and_touches_its_best(curves):
    envelope = lower_envelope(curves, GRID)
    for name, curve in curves.items():
        own = curve_at(curve, envelope.compute)
        assert (envelope.loss <= np.where(np.isnan(own), np.inf, own)).all()
        touching = np.array([best == name for best in envelope.best], dtype=bool)
        np.testing.assert_array_equal(own[touching], envelope.loss[touching])


def test_the_envelope_never_rises_where_a_better_run_has_ended():
    short = np.array([1e-6, 1e-4]), np.array([5.0, 3.0])
    long = np.array([1e-5, 1e-1]), np.array([6.0, 2.0])
    envelope = lower_envelope({"short": short, "long": long}, GRID)
    assert np.all(np.diff(envelope.loss) <= 0)
    assert envelope.runs == ["short", "long"]
    assert not np.any((envelope.compute > 1.01e-4) & (envelope.loss > 3.0))


def test_a_run_that_is_nowhere_the_best_changes_nothing(curves):
    envelope = lower_envelope(curves, GRID)
    worse = curves | {"worse": (curves["run05"][0], 1.2 * curves["run05"][1])}
    again = lower_envelope(worse, GRID)
    np.testing.assert_array_equal(again.loss, envelope.loss)
    assert again.best == envelope.best
    assert set(without_each(worse, again)) == set(envelope.runs)


def test_the_order_of_runs_and_points_does_not_matter(curves):
    backwards = {
        name: (compute[::-1], loss[::-1]) for name, (compute, loss) in reversed(curves.items())
    }
    first, second = lower_envelope(curves, GRID), lower_envelope(backwards, GRID)
    np.testing.assert_array_equal(first.loss, second.loss)
    assert first.best == second.best


def test_only_the_inside_of_the_grid_of_models_counts(curves):
    envelope = lower_envelope(curves, GRID)
    sizes = {name: i for i, name in enumerate(sorted(curves))}
    inside = interior(envelope, sizes)
    assert set(inside.best) == set(envelope.best) - {"run00", "run11"}
    assert interior(envelope, sizes | {"run03": None}) is envelope


def test_no_curve_gives_no_envelope():
    assert len(lower_envelope({}, GRID).loss) == 0
    assert lower_envelope(curves_of(), log_grid(1e5, 1e6)).best == []


def test_the_interval_of_an_envelope_is_not_too_narrow():
    """Minima over runs: the interval is cautious, wider than the spread of the estimate."""
    truth = fit(lower_envelope(curves_of(runs=20), log_grid(1e-4, 0.3))).params[1]
    covered = []
    for seed in range(100):
        noisy = curves_of(seed, runs=20, sigma=0.005, drift=0.002)
        envelope = lower_envelope(noisy, log_grid(1e-4, 0.3))
        low, high = fit(envelope, without_each(noisy, envelope)).conf_int()[1]
        covered.append(low <= truth <= high)
    assert np.mean(covered) >= 0.93


def fit(envelope, without=None):
    how = {"without": without, "interval": "jackknife"} if without else {}
    return fit_power_law(envelope.compute, envelope.loss, "C", run_ids=envelope.best, **how)


# The paper's envelopes


@pytest.fixture(scope="module")
def paper():
    return gather(ROOT / "data" / "kaplan2020")


@pytest.fixture(scope="module")
def declared():
    laws = load_study("kaplan2020", ROOT).laws
    return {name: law.model_dump(exclude_none=True) for name, law in laws.items()}


def measured(tables):
    return Measurements.of(tables)


def drawn_envelope(name):
    with (ROOT / "data" / "kaplan2020" / name).open(newline="") as file:
        rows = [[float(v) for v in row.values()] for row in csv.DictReader(file)]
    x, loss = np.array(rows).T
    return x[x > 1e-4], loss[x > 1e-4]


@pytest.mark.parametrize(
    ("file", "name", "exponent", "scale"),
    [
        ("fig13_C.csv", "L(C)", 0.0571, 1.87e7),
        ("fig13_Cmin.csv", "L(C_min)", 0.0498, 2.05e8),
    ],
)
def test_the_papers_own_envelopes(paper, declared, file, name, exponent, scale):
    """Figure 13's envelopes name no runs, so they give an estimate and no interval."""
    theirs = fit_power_law(*drawn_envelope(file))
    assert theirs.params[1] == pytest.approx(exponent, abs=5e-5)
    assert 10 ** theirs.scale()[0] == pytest.approx(scale, rel=5e-3)
    # The envelope of the curves whose runs are known agrees, within its interval.
    known = {"experiment": "compute", "compute_range": {"min": 1e-4, "max": 0.242}}
    ours = FITS[name](measured(paper), declared[name] if name == "L(C)" else known)
    intervals = ours.conf_int()
    assert ours.status == "ok"
    assert intervals[1, 0] < exponent < intervals[1, 1]
    assert intervals[2, 0] < np.log10(scale) < intervals[2, 1]
    assert ours.params[1] == pytest.approx(exponent, abs=1e-3)
    x, loss = drawn_envelope(file)
    inside = (ours.x > x.min()) & (ours.x < x.max())
    theirs_at = np.exp(np.interp(np.log(ours.x[inside]), np.log(x), np.log(loss)))
    # Figure 2 has 18 of the 42 runs behind Figure 13: its envelope lies a little higher.
    np.testing.assert_allclose(ours.loss[inside], theirs_at, rtol=0.025 if name == "L(C)" else 0.01)


@pytest.mark.parametrize("name", ["L(C)", "L(C_min)"])
def test_how_finely_the_envelope_is_read_hardly_matters(paper, declared, name, monkeypatch):
    fits = {}
    for per_decade in (5, 10, 20, 40):
        monkeypatch.setattr(loss_points, "PER_DECADE", per_decade)
        fits[per_decade] = FITS[name](measured(paper), declared[name])
    low, high = fits[10].conf_int()[1]
    for law in fits.values():
        assert abs(law.params[1] - fits[10].params[1]) < 0.25 * (high - low) / 2


def test_envelopes_get_no_least_squares_errors(paper, declared):
    law = FITS["L(C)"](measured(paper), declared["L(C)"])
    row = law.to_parameters({})[1]
    assert (row["ci_low"], row["ci_high"]) == (row["jackknife_low"], row["jackknife_high"])
    assert row["hc3_low"] is None and "jackknife" in row["method"]
    assert row["n_runs"] == 10 < row["n_obs"]
    # Differences from neighbours are worth fewer degrees of freedom than there are runs.
    assert 1.0 < law.df < law.jackknife.n_runs - 1
    assert set(law.to_json({})["checks"]) == {"rms_residual_percent"}
    assert "jackknife, delete one run" in str(law.summary())


# Which points of a trained study's curves


def run_row(name, size, **more):
    return {
        "run_id": name,
        "source": "trained",
        "experiments": ["model_size"],
        "status": "finished",
        "n_params": size,
        "n_layer": 2,
        "test_loss": 4.0,
        **more,
    }


def test_warm_up_and_cool_down_are_left_out():
    rates = [0.1, 1.0, 1.0, 0.5, 0.0]
    rows = [
        {
            "run_id": "a",
            "step": step,
            "compute_6nbs": step * PF_DAY,
            "learning_rate": rate,
            "phase": "cooldown" if rate < 1 and step > 1 else "trunk",
            "test_loss": 9.0 - step,
        }
        for step, rate in enumerate(rates, start=1)
    ]
    table = table_from_rows(rows[::-1], CURVES)
    compute, loss = learning_curves(table, ["a"], "compute_6nbs", {})["a"]
    assert compute.tolist() == [2.0, 3.0] and loss.tolist() == [7.0, 6.0]
    assert not learning_curves(table, ["a"], "compute_6nbs", {"step": {"min": 3}})


def test_few_runs_and_missing_curves_are_a_status(curves):
    names = sorted(curves)[:4]
    rows = [
        {"run_id": name, "compute_6nbs": c * PF_DAY, "test_loss": loss}
        for name in names[:3]
        for c, loss in zip(*curves[name], strict=True)
    ]
    runs = table_from_rows([run_row(name, 10**i) for i, name in enumerate(names, 3)], RUNS)
    chosen = envelope_points(runs, table_from_rows(rows, CURVES), {"experiment": "model_size"})
    assert dict(chosen.excluded) == {names[3]: "no compute_6nbs logged"}
    few = Measurements(runs=runs, curves=table_from_rows(rows, CURVES))
    law = FITS["L(C)"](few, {"experiment": "model_size"})
    assert law.status.startswith("too few runs on the envelope: 1") and law.results is None
    empty = FITS["L(C_min)"](few, {"experiment": "model_size"})
    assert empty.status.startswith("compute cannot be converted: B_crit(L)")
