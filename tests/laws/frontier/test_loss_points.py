"""Points of L(C_min): given by the source, or converted and redone for both samples."""

import numpy as np
import pytest
from simulated_training import TRUTH, simulated

from scalinglaws.laws.compute_points import envelope_points
from scalinglaws.laws.derived.efficient import EfficientTraining
from scalinglaws.laws.frontier.loss_points import compute_min_points, compute_points
from scalinglaws.laws.measurements import Measurements

FIG1 = {"experiment": "compute", "compute_range": {"min": 1e-4, "max": 0.242}}
FIG2 = {
    "experiment": "learning_curves",
    "select": {"n_layer": {"min": 2}},
    "compute_range": {"min": 1e-4, "max": 0.242},
}


def exponent(x, loss):
    return -np.polyfit(np.log(x), np.log(loss), 1)[0]


def test_a_source_that_knows_its_compute_is_taken_at_its_word(paper):
    found = compute_min_points(paper, FIG1)
    known = envelope_points(paper.runs, paper.curves, FIG1, column="compute_min")
    assert not found.fault and np.array_equal(found.x, known.x)
    assert set(found.without) == set(known.without) and not found.strata


def test_converted_curves_lose_runs_of_both_samples(paper):
    found = compute_min_points(paper, FIG2)
    samples = found.strata
    assert not found.fault and set(samples) == set(found.without)
    assert set(samples.values()) == {
        "learning_curves",
        "batch scan N=3145728",
        "batch scan N=84934656",
    }
    assert sum(s.startswith("batch scan") for s in samples.values()) == 10
    assert exponent(found.x, found.loss) == pytest.approx(0.0508, abs=5e-4)


def test_without_a_scan_there_is_a_sentence(paper):
    found = compute_min_points(Measurements(runs=paper.runs, curves=paper.curves), FIG2)
    assert "compute cannot be converted" in found.fault and not len(found.x)


def test_a_known_law_comes_back():
    """The envelope of 12 sizes lies a little above the true frontier, everywhere alike."""
    optimum = EfficientTraining(
        TRUTH["alpha_N"],
        TRUTH["alpha_S"],
        TRUTH["alpha_B"],
        *(10 ** TRUTH[name] for name in ("log10_N_c", "log10_S_c", "log10_B_star")),
    )
    exact = simulated(0, run_sd=0.0, curve_sd=0.0)
    found = compute_min_points(exact, {"experiment": "ladder", "points": {"step": {"min": 300}}})
    assert exponent(found.x, found.loss) == pytest.approx(optimum.alpha_C, rel=5e-3)
    assert np.all(found.loss >= optimum.loss(found.x) * (1 - 1e-3))
    assert found.loss == pytest.approx(optimum.loss(found.x), rel=5e-3)


def test_naive_points_are_those_of_the_envelope_and_their_spread_is_nearer_the_truth(paper):
    """L(C) of the paper, and the standard error of 40 simulated ladders against leaving out."""
    found = compute_points(paper, FIG2)
    known = envelope_points(paper.runs, paper.curves, FIG2)
    assert np.array_equal(found.x, known.x) and np.array_equal(found.loss, known.loss)
    assert set(found.strata.values()) == {"learning_curves"}

    declared = {"experiment": "ladder", "points": {"step": {"min": 300}}}
    estimates, replaced, left_out = [], [], []
    for seed in range(1, 41):
        study = simulated(seed)
        redone = compute_points(study, declared)
        deleted = envelope_points(study.runs, study.curves, declared)
        estimates.append(exponent(redone.x, redone.loss))
        replaced.append(std_err(redone))
        left_out.append(std_err(deleted))
    assert 1.0 < np.median(replaced) / np.std(estimates) < 2.0
    assert np.median(left_out) > 1.3 * np.median(replaced)


def std_err(selection):
    """Jackknife standard error of the exponent."""
    deleted = np.array([exponent(*points) for points in selection.without.values()])
    squares = np.sum((deleted - exponent(selection.x, selection.loss)) ** 2)
    return np.sqrt((len(deleted) - 1) / len(deleted) * squares)
