"""Figures 7 (right), 8, 10, 11, 20, 21 and 24: the paper's losses on texts and by position."""

from itertools import pairwise

import pytest
from readings import rows_of


def test_figure_7_ends_where_the_paper_says(runs_of, rows_with):
    ends = {}
    for run in runs_of("lstm_positions"):
        curve = rows_with("positions", run["run_id"])
        assert [curve[0]["position"], curve[-1]["position"]] == [2, 1024]
        assert len({row["position"] for row in curve}) == len(curve)
        ends[run["architecture"], run["n_params"]] = curve[-1]["loss"]
    assert list(ends) == [
        *(("lstm", n) for n in (400_000, 2_000_000, 200_000_000)),
        *(("transformer", n) for n in (393_216, 3_145_728, 301_989_888)),
    ]
    assert list(ends.values()) == pytest.approx([4.50, 3.92, 3.11, 4.12, 3.54, 2.47], abs=0.006)


def test_the_3m_transformer_of_figure_7_is_that_of_figure_20(runs_of, rows_with):
    [run] = [run for run in runs_of("context") if run["n_params"] == 3_145_728]
    known = {row["position"]: row["loss"] for row in rows_with("positions", run["run_id"])}
    again = rows_with("positions", "fig07_right_Transformer_3M")
    shared = [(row["loss"], known[row["position"]]) for row in again if row["position"] in known]
    assert len(shared) == 285
    # Three vertices were read at a neighbouring position.
    assert sum(abs(a - b) > 0.01 for a, b in shared) == 3


def test_the_dots_of_figure_8_are_scored_on_three_texts(runs_of, rows_with):
    runs = runs_of("transfer_points")
    scores = [{s["corpus"]: s["loss"] for s in rows_with("evaluations", r["run_id"])} for r in runs]
    assert all(own["WebText2"] == run["test_loss"] for own, run in zip(scores, runs, strict=True))
    assert scores[-1] == {"WebText2": 2.329, "Books": 2.779, "Wikipedia": 2.671}
    # The first dot on Wikipedia lies outside the axes.
    assert [run["run_id"] for run, own in zip(runs, scores, strict=True) if len(own) < 3] == [
        "fig08_right_points_01"
    ]


def test_the_run_of_figure_8_keeps_its_order_without_steps(rows_with):
    rows = rows_with("tracked", "fig08_right_during_training")
    assert {(row["step"], row["position"]) for row in rows} == {(None, None)}
    for corpus, first, last in (
        ("Books", (5.079, 4.998), (2.374, 2.796)),
        ("Wikipedia", (4.955, 5.265), (2.374, 2.7)),
    ):
        path = [(row["test_loss"], row["loss"]) for row in rows if row["corpus"] == corpus]
        assert (len(path), path[0], path[-1]) == (27, first, last)


def test_figure_24_scores_five_depths_on_both_splits(runs_of, rows_with):
    runs = runs_of("depth")
    assert [run["n_layer"] for run in runs] == [6, 12, 48, 92, 207]
    assert [run["test_loss"] for run in runs] == [2.428, 2.3664, 2.3516, 2.3382, 2.3991]
    scores = {(s["corpus"], s["split"]): s["loss"] for s in rows_with("evaluations", "fig24_48L")}
    assert scores == {
        ("Wikipedia", "test"): 2.6903,
        ("Books", "test"): 2.7826,
        ("Internet Books", "test"): 2.6791,
        ("Common Crawl", "test"): 2.4648,
        ("WebText2", "train"): 2.3021,
        ("WebText2", "test"): 2.3516,
    }


def test_the_noise_scale_grows_as_the_loss_falls(rows_with):
    rows = rows_with("noise_scale", "fig10_noise_scale")
    assert (rows[0]["train_loss"], rows[0]["noise_scale"]) == (10.81, 1863.0)
    early = [row["noise_scale"] for row in rows if row["train_loss"] > 10]
    late = [row["noise_scale"] for row in rows if row["train_loss"] < 3]
    assert 20 * sum(early) / len(early) < sum(late) / len(late)


def test_figure_11_is_eight_computes_and_eight_numbers_of_steps(runs_of, rows_with):
    curves = {
        experiment: [(run["n_params"], rows_with("curves", run["run_id"])) for run in runs]
        for experiment in ("compute_slices", "step_slices")
        for runs in [runs_of(experiment)]
    }
    computes = sorted({r["compute_6nbs"] for _, rows in curves["compute_slices"] for r in rows})
    steps = sorted({r["step"] for _, rows in curves["step_slices"] for r in rows})
    assert steps == [round(3000 * (250 / 3) ** (k / 7)) for k in range(8)]
    ratios = [b / a for a, b in pairwise(computes)]
    assert ratios == pytest.approx([8.77] * 7, rel=2e-3)
    assert computes[-1] == pytest.approx(6.44 * 8.64e19)
    size, largest = curves["step_slices"][-1]
    assert size == pytest.approx(707_788_800, rel=1e-3)
    losses = [row["test_loss"] for row in sorted(largest, key=lambda row: row["step"])]
    assert losses == pytest.approx(
        [3.367, 3.074, 2.886, 2.756, 2.655, 2.573, 2.502, 2.444], abs=1e-3
    )


def test_figure_21_holds_long_and_short_contexts(runs_of, rows_with):
    long, short = runs_of("position_sizes"), runs_of("short_context")
    assert ({r["n_ctx"] for r in long}, {r["n_ctx"] for r in short}) == ({1024}, {8})
    for run in long + short:
        assert run["n_params"] == 12 * run["n_layer"] * run["d_model"] ** 2
    assert [run["n_params"] for run in short] == [
        *(3_145_728, 10_616_832, 25_165_824, 84_934_656, 157_286_400)
    ]
    last = [rows_with("positions", run["run_id"])[-1] for run in short]
    assert {row["position"] for row in last} == {8}
    assert [row["loss"] for row in last] == pytest.approx([4.545, 4.289, 4.136, 3.935, 3.846])
    at = {row["position"]: row["loss"] for row in rows_with("positions", long[-1]["run_id"])}
    assert list(at) == [1, 2, 4, 8, 16, 64, 256, 1024]
    assert (long[-1]["n_params"], at[8], at[1024]) == (707_788_800, 3.673, 2.373)


def test_figure_20_follows_twelve_positions_of_one_model(runs_of, rows_with):
    [run] = runs_of("context_training")
    assert run["n_params"] == 707_788_800
    assert run["n_params"] + (50257 + 1024) * 1280 == pytest.approx(774e6, rel=1e-3)
    final = {}
    for row in rows_with("tracked", run["run_id"]):
        assert row["corpus"] == "WebText2" and row["tokens"] == row["step"] * 2**19
        final[row["position"]] = (row["step"], row["loss"])
    assert list(final) == [1, 2, 3, 4] + [2**k for k in range(3, 11)]
    assert {step for step, _ in final.values()} == {249_500}
    losses = [7.73, 5.71, 4.94, 4.50, 3.71, 3.23, 2.90, 2.69, 2.49, 2.43, 2.34, 2.36]
    assert [loss for _, loss in final.values()] == pytest.approx(losses, abs=0.006)


def test_figure_9_left_is_the_grid_of_figure_4(runs_of):
    grid = sorted(run["test_loss"] for run in runs_of("data_size"))
    again = sorted(float(row["test_loss"]) for row in rows_of("fig09_left.csv"))
    assert again == pytest.approx(grid, abs=1e-3)
