"""Levels along curves: first crossings, warm-ups, and what the gathering makes of a study."""

from dataclasses import replace

import numpy as np
import pytest

from scalinglaws.batch_scan import N_LEVELS, ScanRun, first_crossings, scan_rows
from scalinglaws.gather import BATCH_SIZE, gather
from scalinglaws.training.runfile import LoggedStep


def run(step, loss, warmup=0, batch=512, run_id="a"):
    return ScanRun(run_id, 1000, batch, warmup, np.array(step, float), np.array(loss, float))


def test_crossings_are_straight_in_the_logarithm_of_the_step():
    step, loss = np.array([1.0, 10.0, 100.0]), np.array([5.0, 4.0, 2.0])
    found = first_crossings(step, loss, np.array([5.0, 4.5, 4.0, 3.0, 2.0]))
    assert found == pytest.approx([1.0, 10**0.5, 10.0, 10**1.5, 100.0])


def test_the_first_crossing_counts_when_the_loss_rises_again():
    step, loss = np.array([1.0, 10.0, 100.0, 1000.0]), np.array([5.0, 3.0, 4.0, 2.0])
    found = first_crossings(step, loss, np.array([4.0, 3.0, 2.5]))
    assert found == pytest.approx([10**0.5, 10.0, 10 ** (2 + 0.75)])


def test_levels_that_were_never_seen_have_no_step():
    found = first_crossings(np.array([1.0, 10.0]), np.array([5.0, 4.0]), np.array([6.0, 3.0]))
    assert np.isnan(found).all()
    assert np.isnan(first_crossings(np.array([]), np.array([]), np.array([3.0]))).all()


def test_levels_reach_from_the_largest_to_the_smallest_loss():
    runs = [
        run([1, 10, 100], [6.0, 4.0, 3.0], run_id="a"),
        run([1, 10, 100], [6.0, 4.5, 3.5], batch=64, run_id="b"),
    ]
    rows = scan_rows(runs)
    levels = sorted({row["loss"] for row in rows}, reverse=True)
    assert len(levels) == N_LEVELS and (levels[0], levels[-1]) == (6.0, 3.0)
    assert np.diff(np.log(levels)) == pytest.approx(np.log(0.5) / (N_LEVELS - 1))
    assert min(row["loss"] for row in rows if row["run_id"] == "b") >= 3.5
    assert all(row["tokens"] == row["step"] * row["batch_tokens"] for row in rows)


def test_levels_reached_before_twice_the_warmup_are_dropped():
    curve = [1, 4, 20, 100], [6.0, 5.0, 4.0, 3.0]
    rows = scan_rows([run(*curve, warmup=10)])
    assert min(row["step"] for row in rows) >= 20 and max(row["loss"] for row in rows) == 4.0
    assert scan_rows([run(*curve, warmup=51)]) == []
    assert scan_rows([]) == []


def test_a_study_of_the_batch_size_is_gathered(make_spec):
    """A cool-down reaches losses that its batch would not; a diverged run is no part."""
    spec = make_spec(warmup_steps=1)
    other, failed = replace(spec, batch_tokens=256), replace(spec, seed=1)
    curve = [
        LoggedStep(1, 128, "trunk", 0.01, 5.0, 5.0),
        LoggedStep(10, 1280, "trunk", 0.01, 4.0, 4.0),
        LoggedStep(24, 3072, "trunk", 0.01, 3.5, 3.5),
        LoggedStep(30, 3840, "cooldown", 0.0, 3.0, 3.0),
    ]
    runs = {
        spec.run_id: (spec, "finished", curve),
        other.run_id: (other, "finished", curve),
        failed.run_id: (failed, "diverged", curve[:2]),
    }
    scores = {(run_id, "main"): None for run_id in runs}
    served = {run_id: [BATCH_SIZE] for run_id in runs}
    table = gather(runs, scores, served, "main")["batch_scan"]
    assert set(table["run_id"].to_pylist()) == {spec.run_id, other.run_id}
    assert set(table["batch_tokens"].to_pylist()) == {128, 256}
    assert min(table["loss"].to_pylist()) == 3.5 and max(table["step"].to_pylist()) == 24
    assert set(table["n_params"].to_pylist()) == {spec.n_params}
    none = gather(runs, scores, {run_id: ["model_size"] for run_id in runs}, "main")
    assert none["batch_scan"].num_rows == 0
