"""L(N,S_min): drawn curves, known truth, the paper's points, and sentences instead of numbers."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from simulated_training import TRUTH, simulated

from scalinglaws.laws.batch.ladder import LadderRun, ladder
from scalinglaws.laws.batch.step_law import step_law
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.surfaces.additive import L_N_S
from scalinglaws.laws.surfaces.multistart import fit_from_starts
from scalinglaws.laws.undeclared import UNDECLARED

DATA = Path(__file__).resolve().parents[3] / "data" / "kaplan2020"
SIMULATED = {"experiment": "ladder", "points": {"step": {"min": 1000}}}
STEPS = {"experiment": "steps", "points": {"step": {"min": 3000}}}
KNOWN = ("alpha_N", "alpha_S", "log10_N_c", "log10_S_c")


@pytest.fixture(scope="module")
def fitted(paper):
    return step_law(paper, STEPS)


def test_the_curves_that_the_paper_drew():
    """PAPER: .0768, .7603, 6.53e13 and S_c = 1052 against S_min, not the printed 2.1e3."""
    with (DATA / "fig04_right_L_S.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "fit"]
    x = np.log([[float(row["N"]), float(row["S_min"])] for row in rows])
    centre = x.mean(axis=0)
    best = fit_from_starts(L_N_S, x - centre, np.log([float(row["loss"]) for row in rows]))
    found = L_N_S.report(best.theta[None], centre)[0]
    assert found[:2] == pytest.approx([0.0768, 0.7603], abs=1e-4)
    assert 10 ** found[2:] == pytest.approx([6.53e13, 1052], rel=1e-3)
    assert np.sqrt(best.objective / len(rows)) < 1.5e-4


def test_exact_curves_give_back_the_law_they_were_made_of():
    law = step_law(simulated(0, run_sd=0.0, curve_sd=0.0), SIMULATED)
    assert law.ok
    # Means over bins of a curved line: right to some 1e-3, not exactly.
    assert law.params[:4] == pytest.approx([TRUTH[name] for name in KNOWN], rel=5e-4)


def test_both_conventions_of_the_scale_are_named(fitted):
    assert fitted.names[3:] == ("log10_S_c", "log10_S_c (critical batch)")
    assert fitted.params[4] - fitted.params[3] == pytest.approx(np.log10(2.0))
    assert fitted.replicates.std_err()[4] == pytest.approx(fitted.replicates.std_err()[3])


def test_the_printed_constants_lie_inside(fitted):
    assert fitted.ok and fitted.n_runs == 15
    printed = [0.077, 0.76, np.log10(6.5e13), np.log10(1.05e3), np.log10(2.1e3)]
    for name, value in zip(fitted.names, printed, strict=True):
        _, low, high = fitted[name]
        assert low < value < high, name


def test_the_other_figure_of_the_same_models_agrees(paper, fitted):
    """Fig. 2 has exact steps and rougher losses: each lies inside the other's interval."""
    other = step_law(
        paper, STEPS | {"experiment": "learning_curves", "select": {"n_params": {"min": 1.0e6}}}
    )
    assert other.ok
    for name in fitted.names:
        assert fitted[name][1] < other[name][0] < fitted[name][2]
        assert other[name][1] < fitted[name][0] < other[name][2]


def test_every_run_of_both_samples_is_left_out(fitted):
    strata = list(fitted.replicates.strata)
    assert {s: strata.count(s) for s in strata} == {
        "batch scan N=3145728": 5,
        "batch scan N=84934656": 5,
        "steps": 15,
    }
    # Without a run the fit is the one of a table that never had it.
    assert len(set(fitted.replicates.labels)) == 25
    json.dumps(fitted.to_json({}), allow_nan=False)


def test_leaving_a_run_out_is_fitting_the_table_without_it(paper, fitted):
    at = fitted.replicates.labels.index("fig04_right_04")
    kept = [run != "fig04_right_04" for run in paper.runs["run_id"].to_pylist()]
    without = step_law(replace(paper, runs=paper.runs.filter(kept)), STEPS)
    # The centre moves with the points: equal up to the solver's tolerance.
    assert fitted.replicates.redone[at] == pytest.approx(without.params, rel=1e-6)


def test_without_a_scan_steps_cannot_be_converted(paper):
    assert step_law(paper, None).status == UNDECLARED
    law = step_law(Measurements(runs=paper.runs, curves=paper.curves), STEPS)
    assert "steps cannot be converted" in law.status and "no batch-size scan" in law.status
    assert law.choice["experiment"] == "steps" and law.to_text({})


def test_too_few_sizes(paper):
    law = step_law(paper, STEPS | {"select": {"n_params": {"max": 2e6}}})
    assert "too few" in law.status and len(law.excluded) == 13


@pytest.mark.parametrize(
    ("losses", "sentence"),
    [
        (lambda loss, step, rng: rng.permutation(loss), "at a bound"),
        (lambda loss, step, rng: np.full_like(loss, 3.0), "the same at every point"),
        (lambda loss, step, rng: 5.0 * (step / 1000.0) ** -0.1, "at a bound"),
    ],
    ids=["noise", "constant", "no dependence on N"],
)
def test_curves_that_follow_no_such_law(losses, sentence):
    study = simulated(1)
    place = study.curves.schema.names.index("test_loss")
    loss, step = (study.curves[name].to_numpy() for name in ("test_loss", "step"))
    changed = losses(loss, step, np.random.default_rng(0))
    curves = study.curves.set_column(place, study.curves.schema.field(place), [changed])
    law = step_law(replace(study, curves=curves), SIMULATED)
    assert sentence in law.status and law.to_text({})


def test_points_are_means_evenly_spaced_in_steps(paper):
    runs = ladder(paper, STEPS).runs
    for run in runs.values():
        averaged = run.averaged()
        assert len(averaged.loss) < len(run.loss)
        assert np.all(np.diff(np.floor(10 * np.log10(averaged.compute) + 1e-9)) == 1)
    often = LadderRun(1000, 8, np.array([1.0, 1.01, 1.02, 10.0]), np.array([4.0, 4.0, 4.0, 2.0]))
    assert often.averaged().loss == pytest.approx([4.0, 2.0])
    assert often.averaged().step[-1] == pytest.approx(10.0 * 8.64e19 / (6 * 1000 * 8))


def test_intervals_cover():
    """40 studies of 12 + 10 runs: the binomial's lower limit at 95 % is 35."""
    truth = np.array([TRUTH[name] for name in KNOWN])
    inside = np.zeros(4)
    for seed in range(1, 41):
        law = step_law(simulated(seed), SIMULATED)
        assert law.ok
        low, high = law.conf_int()[:4].T
        inside += (low <= truth) & (truth <= high)
    assert np.all(inside >= 35)
