"""Figures 5, 7 (left), 17 and 22: shapes, other architectures and schedules of the paper."""

import math
from itertools import pairwise

import pytest
from readings import rows_of


def test_figure_5_is_an_increase_over_the_best_of_each_series(runs_of):
    scans = [runs_of(name) for name in ("feed_forward_ratio", "aspect_ratio", "head_dimension")]
    increases = [[row["loss_increase"] for row in scan] for scan in scans]
    assert [max(values) for values in increases] == [8.346, 7.81, 1.816]
    assert all(abs(min(values)) < 0.01 for values in increases)
    assert all(row["test_loss"] is None for scan in scans for row in scan)


def test_feed_forward_ratios_have_no_widths(runs_of):
    rows = runs_of("feed_forward_ratio")
    assert [row["d_ff_ratio"] for row in rows if row["n_heads"] == 8] == [8, 22, 40]
    assert [row["d_ff_ratio"] for row in rows if not row["n_heads"]] == [0.5, 1, 2, 4, 8, 22, 40]
    assert {(row["d_model"], row["d_ff"], row["n_params"]) for row in rows} == {(None, None, 50e6)}


def test_aspect_ratios_are_those_of_the_shapes(runs_of):
    read = [float(row["x"]) for row in rows_of("fig05_shape.csv") if row["panel"] == "aspect"]
    rows = runs_of("aspect_ratio")
    assert [row["d_model"] / row["n_layer"] for row in rows] == pytest.approx(read, rel=1e-3)
    by_shape = {(row["n_layer"], row["d_model"]): row["loss_increase"] for row in rows}
    assert by_shape[48, 1600] == 0.011 and by_shape[6, 4288] == 2.78
    series = {"1.5B": 1.5e9, "274M": 2.74e8, "50M": 5e7}
    labels = [row["series"] for row in rows_of("fig05_shape.csv") if row["panel"] == "aspect"]
    for row, label in zip(rows, labels, strict=True):
        assert row["n_params"] == pytest.approx(series[label], rel=0.12)


def test_head_dimensions_are_sixteen_to_256_at_one_size(runs_of):
    rows = runs_of("head_dimension")
    assert {row["n_params"] for row in rows} == {25_165_824}
    assert {row["d_model"] / row["n_heads"] for row in rows} == {16, 32, 64, 128, 256}
    assert {(row["n_layer"], row["d_model"]) for row in rows} == {(32, 256), (8, 512), (2, 1024)}


def test_lstms_stand_by_depth_with_sizes_as_read(runs_of):
    rows = runs_of("lstm")
    assert {row["architecture"] for row in rows} == {"lstm"}
    depths = [[r for r in rows if r["n_layer"] == n_layer] for n_layer in (1, 2, 4)]
    assert [len(depth) for depth in depths] == [8, 8, 4]
    ends = [(depth[-1]["n_params"], depth[-1]["test_loss"]) for depth in depths]
    assert ends == [(77_640_000, 3.416), (211_900_000, 3.156), (122_800_000, 3.166)]


def test_the_transformers_of_figure_7_are_those_of_figure_1(runs_of):
    known = [(row["n_params"], row["test_loss"]) for row in runs_of("model_size")]
    again = [row for row in rows_of("fig07_left_lstm.csv") if row["model"] == "Transformer"]
    assert len(again) == 21
    for row in again:
        near = [loss for n, loss in known if math.isclose(n, float(row["N"]), rel_tol=6e-3)]
        assert min(abs(loss - float(row["test_loss"])) for loss in near) < 2e-3, row


def test_recurrent_sizes_are_exact_and_the_odd_marker_has_six(runs_of):
    rows = runs_of("recurrent")
    right = rows_of("fig17_right.csv")
    for row, read in zip(rows, right, strict=True):
        assert row["n_params"] == 12 * row["n_layer"] * row["d_model"] ** 2
        assert row["n_params"] == pytest.approx(float(read["params"]), rel=1e-3)
    counts = [(row["reuse"], int(read["reuse"])) for row, read in zip(rows, right, strict=True)]
    assert [pair for pair in counts if pair[0] != pair[1]] == [(6, 8)]
    last = rows[-1]
    assert (last["n_layer"], last["n_params"], last["test_loss"]) == (2, 14_155_776, 3.155)


def test_final_losses_stand_by_the_sum_of_the_rate(runs_of):
    rows = runs_of("schedule")
    pairs = [(row["learning_rate_sum"], row["test_loss"]) for row in rows]
    assert pairs[0] == (27.85, 3.8679) and pairs[-1] == (249.2, 3.7327)
    assert {row["n_params"] for row in rows} == {3_145_728}


def test_the_named_schedules_are_what_they_are_called(runs_of, rows_with):
    """Cosine and linear to a tenth of the peak, over 125,000 or 250,000 steps, some cut short."""
    named = [run for run in runs_of("schedule_rates") if run["schedule"]]
    assert [run["schedule"] for run in named] == ["cosine"] * 5 + ["power"] * 5
    for run in named:
        curve = rows_with("curves", run["run_id"])[1:]
        assert curve[-1]["step"] == run["steps"]
        worst = {}
        for steps in (125_000, 250_000):
            shares = [min(1, (row["step"] - 3000) / (steps - 3000)) for row in curve]
            if run["schedule"] == "cosine":
                falls = [0.5 * (1 + math.cos(math.pi * share)) for share in shares]
            else:
                falls = [1 - share for share in shares]
            worst[steps] = max(
                abs(row["learning_rate"] / run["peak_learning_rate"] - 0.1 - 0.9 * fall)
                for row, fall in zip(curve, falls, strict=True)
            )
        assert min(worst.values()) < 5e-4, run["run_id"]


def test_sums_of_the_drawn_rates_are_not_those_of_the_right_panel(runs_of, rows_with):
    """Why the panels stay apart: only the runs that were cut short agree."""
    sums = [row["learning_rate_sum"] for row in runs_of("schedule")]
    joined = 0
    for run in runs_of("schedule_rates"):
        curve = rows_with("curves", run["run_id"])
        area = sum(
            0.5 * (a["learning_rate"] + b["learning_rate"]) * (b["step"] - a["step"])
            for a, b in pairwise(curve)
        )
        joined += any(math.isclose(area, total, rel_tol=1e-3) for total in sums)
    assert 8 <= joined <= 26
