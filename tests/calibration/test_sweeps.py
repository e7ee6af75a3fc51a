"""Sweeps: the best setting, its distance from the others, and what seed noise says of it."""

import numpy as np
import pytest
import simulated
from scipy import stats
from simulated import study

from scalinglaws.calibration.runs import with_settings
from scalinglaws.calibration.seed_noise import seed_noise
from scalinglaws.calibration.sweeps import SWEEPS, curves_of, tidy
from scalinglaws.errors import UserError

BY_NAME = {sweep.experiment: sweep for sweep in SWEEPS}


def evaluated(**changes):
    tables, settings = study(**changes)
    rows = with_settings(tables["runs"], settings, "calibrate")
    return rows, seed_noise(rows)


def test_pooled_noise_is_the_simulated_one():
    _, noise = evaluated()
    low, high = noise.interval
    assert noise.df == 6 and low < simulated.SEED_SD < high
    assert noise.sd**2 == pytest.approx(np.mean([entry[3] ** 2 for entry in noise.sizes]))
    expected = stats.t.ppf(0.975, 6) * np.sqrt(2) * noise.sd
    assert noise.least_difference == pytest.approx(expected)
    assert noise.exceeded(np.exp(1.01 * expected), 1.0)
    assert not noise.exceeded(np.exp(0.99 * expected), 1.0)


def test_a_lost_seed_costs_a_degree_of_freedom():
    gone = {"d_model": 16, "seed": 2}
    _, noise = evaluated(diverged=lambda s: {"d_model": s.d_model, "seed": s.seed} == gone)
    assert noise.df == 5 and [row["seed"] for row in noise.diverged] == [2]


@pytest.mark.parametrize(
    ("experiment", "best"),
    [
        ("warmup", simulated.BEST_WARMUP),
        ("beta2", simulated.BEST_BETA2),
        ("initialisation", simulated.BEST_INIT),
    ],
)
def test_the_simulated_optimum_is_found_at_every_size(experiment, best):
    rows, noise = evaluated(noise=1e-5)
    curves = curves_of(BY_NAME[experiment], rows, noise)
    assert curves
    for curve in curves:
        assert curve.setting(curve.best) == best and curve.edge == ""
        assert curve.as_good == [best]


def test_a_flat_sweep_has_no_setting_beyond_noise():
    rows, noise = evaluated()
    for curve in curves_of(BY_NAME["beta1"], rows, noise):
        assert set(curve.as_good) == {0.6, 0.8, 0.9, 0.95}


def test_the_largest_stable_setting_is_not_called_the_largest_tried():
    rows, noise = evaluated(noise=0.0, diverged=lambda spec: spec.beta2 > 0.985)
    curve, _ = curves_of(BY_NAME["beta2"], rows, noise)
    assert curve.edge == "the largest stable one" and len(curve.diverged) == 2
    rows, noise = evaluated(noise=0.0, change=lambda spec: -10 * spec.beta2)
    curve, _ = curves_of(BY_NAME["beta2"], rows, noise)
    assert curve.edge == "the largest tried"


def test_a_sweep_that_diverged_altogether_has_no_best():
    rows, noise = evaluated(diverged=lambda spec: spec.beta1 != 0.9 or spec.d_model == 32)
    curve, _ = curves_of(BY_NAME["beta1"], rows, noise)
    assert curve.best is None and curve.edge == "" and len(curve.diverged) == 4
    assert all(row["loss"] is None for row in tidy([curve]))


def test_the_table_has_a_row_a_run_with_its_distance_from_the_best():
    rows, noise = evaluated()
    for sweep in SWEEPS:
        table = tidy(curves_of(sweep, rows, noise))
        assert {row["run_id"] for row in rows if sweep.experiment in row["experiments"]} <= {
            row["run_id"] for row in table
        }
        losses = {}
        for row in table:
            key = (row["n_params"], row["batch_tokens"], row["steps"])
            losses.setdefault(key, []).append((row["loss"], row["above_best_percent"]))
        for group in losses.values():
            lowest = min(loss for loss, _ in group)
            for loss, above in group:
                assert above == pytest.approx(100 * (loss / lowest - 1), abs=1e-9)


def test_an_experiment_that_was_not_run_gives_no_curve():
    rows, noise = evaluated(without=("warmup", "seed_noise"))
    assert curves_of(BY_NAME["warmup"], rows, noise) == []
    assert noise.df == 0 and noise.exceeded(2.0, 1.0) is None


def test_a_run_that_is_not_declared_is_named():
    tables, settings = study()
    lost = sorted(settings)[0]
    del settings[lost]
    with pytest.raises(UserError, match=f"run {lost} is not declared by config/calibrate.yaml"):
        with_settings(tables["runs"], settings, "calibrate")
