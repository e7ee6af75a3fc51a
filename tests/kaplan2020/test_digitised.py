"""The digitised points: the catalogue is complete, and only measurements reach the metrics."""

import math
from collections import Counter

import pyarrow.compute as pc
import pytest
from readings import DATA, rows_of

from scalinglaws.errors import UserError
from scalinglaws.kaplan2020.digitised import DigitisedPoints
from scalinglaws.kaplan2020.gather import gather
from scalinglaws.metrics import SCHEMAS, read_table, write_table

FILES = sorted(path.name for path in DATA.glob("fig*.csv"))


def test_the_readme_and_the_catalogue_name_every_file():
    readme = (DATA / "README.md").read_text()
    assert len(FILES) == 44
    assert [name for name in FILES if f"`{name}`" not in readme] == []
    assert sorted({row["file"] for row in rows_of("series.csv")}) == FILES


@pytest.mark.parametrize("name", FILES)
def test_the_filters_of_a_file_cover_each_row_once(name):
    filters = [row["filter"] for row in rows_of("series.csv") if row["file"] == name]
    for row in rows_of(name):
        matches = [f for f in filters if not f or row[f.split("=", 1)[0]] == f.split("=", 1)[1]]
        assert len(matches) == 1, (name, row)


def test_the_catalogue_names_real_columns_and_a_nature():
    for entry in rows_of("series.csv"):
        columns = rows_of(entry["file"])[0]
        assert entry["x"] in columns and entry["y"] in columns, entry
        assert entry["nature"] in ("measured", "drawn")
        assert entry["x_unit"] and entry["y_unit"]
        assert entry["through_fit"] or entry["nature"] == "measured", entry


def test_drawn_series_never_enter():
    points = DigitisedPoints(DATA)
    assert points.measured("fig20_left.csv", "kind=data")
    with pytest.raises(UserError, match="not catalogued as measured"):
        points.measured("fig20_left.csv", "kind=fit")
    with pytest.raises(UserError, match="no such file"):
        gather(DATA / "absent")


def test_the_tables_keep_their_schemas(tables, tmp_path):
    for name, schema in SCHEMAS.items():
        write_table(tables[name], tmp_path / name, schema)
        assert read_table(tmp_path / name, schema).num_rows == tables[name].num_rows


def test_every_row_refers_to_a_run_and_every_run_is_named_once(tables):
    ids = Counter(tables["runs"]["run_id"].to_pylist())
    assert max(ids.values()) == 1
    for name in set(SCHEMAS) - {"runs"}:
        assert set(tables[name]["run_id"].to_pylist()) <= set(ids)


def test_each_experiment_has_its_points(tables):
    counts = Counter(e for row in tables["runs"]["experiments"].to_pylist() for e in row)
    assert counts == {
        "model_size": 23,
        "data_size": 38,
        "depth_ladder": 65,
        "learning_curves": 21,
        "compute": 42,
        "data_size_curves": 7,
        "transfer": 24,
        "transfer_points": 22,
        "transfer_training": 1,
        "depth": 5,
        "context": 6,
        "lstm_positions": 6,
        "position_sizes": 25,
        "short_context": 5,
        "context_training": 1,
        "batch_size": 10,
        "noise_scale": 1,
        "steps": 15,
        "optimal_size": 61,
        "compute_slices": 38,
        "step_slices": 28,
        "feed_forward_ratio": 10,
        "aspect_ratio": 17,
        "head_dimension": 15,
        "lstm": 20,
        "recurrent": 11,
        "schedule": 51,
        "schedule_rates": 52,
    }


@pytest.mark.parametrize(
    ("table", "start", "count"),
    [
        ("curves", "fig01_compute_", 19661),
        ("curves", "fig02_", 9407),
        ("curves", "fig04_right_", 6708),
        ("curves", "fig11_left_", 122),
        ("curves", "fig11_right_", 195),
        ("curves", "fig14_left_", 61),
        # Train and test losses share a row where they were read at the same step.
        ("curves", "fig16_right_", 2135),
        # Two schedules end with one vertex twice.
        ("curves", "fig22_left_", 1536 - 2),
        ("evaluations", "fig08_left_", 120),
        # The 43 dots, and the 22 models' losses on their own text.
        ("evaluations", "fig08_right_points_", 43 + 22),
        ("evaluations", "fig24_", 30),
        ("positions", "fig07_right_", 2654),
        ("positions", "fig20_left_", 2140),
        ("positions", "fig21_", 220),
        ("batch_scan", "fig18_", 125 + 159),
        ("noise_scale", "fig10_", 394),
        ("tracked", "fig08_right_during_training", 54),
        ("tracked", "fig20_right", 4795),
    ],
)
def test_each_figure_has_its_rows(tables, table, start, count):
    assert sum(run_id.startswith(start) for run_id in tables[table]["run_id"].to_pylist()) == count


@pytest.mark.parametrize(
    "experiment", ["model_size", "data_size", "depth_ladder", "depth", "aspect_ratio"]
)
def test_every_size_of_the_identified_figures_is_exact(tables, experiment):
    for run in tables["runs"].to_pylist():
        if experiment in run["experiments"]:
            assert run["n_params"] == 12 * run["n_layer"] * run["d_model"] ** 2, run


def test_an_unknown_size_stays_as_read():
    assert DigitisedPoints(DATA).shape("fig01_params.csv", 5e6) == {"n_params": 5_000_000}


def test_sizes_with_embeddings_agree_with_table_1(tables):
    depth = [run for run in tables["runs"].to_pylist() if run["experiments"] == ["depth_ladder"]]
    assert sum(run["n_params"] == 0 for run in depth) == 26
    for run in depth:
        total = run["n_params"] + (50257 + 1024) * run["d_model"]
        assert run["n_params_total"] == pytest.approx(total, rel=2.5e-3)  # read 0.14 % high


def test_dataset_sizes_are_halvings(tables):
    sizes = set(tables["runs"]["dataset_tokens"].drop_null().to_pylist())
    assert sizes == {round(22e9 / 2**k) for k in (0, 4, 5, 6, 7, 8, 9, 10)}


def test_figure_1_by_dataset_is_the_minimum_over_models(tables):
    runs = [run for run in tables["runs"].to_pylist() if run["experiments"] == ["data_size"]]
    for row in rows_of("fig01_dataset.csv"):
        near = [
            r
            for r in runs
            if math.isclose(r["dataset_tokens"], float(row["D_tokens"]), rel_tol=1e-3)
        ]
        assert min(run["test_loss"] for run in near) == float(row["test_loss"])


def test_compute_is_in_flops(tables):
    curves = tables["curves"]
    assert pc.max(curves["compute_min"]).as_py() == pytest.approx(4.75 * 8.64e19)
    # 708M parameters for 250,000 steps is 6.4 PF-days.
    assert pc.max(curves["compute_6nbs"]).as_py() / 8.64e19 == pytest.approx(6.44, rel=0.01)


def test_the_batch_scan_is_two_exact_sizes_at_five_batches(tables):
    scan = tables["batch_scan"].to_pylist()
    runs = {(row["run_id"], row["n_params"], row["batch_tokens"]) for row in scan}
    sizes = {"3M": 12 * 4 * 256**2, "85M": 12 * 12 * 768**2}
    assert runs == {
        (f"fig18_{label}_B{2**k}", size, 2**k)
        for label, size in sizes.items()
        for k in (12, 14, 16, 18, 20)
    }
    for row in scan:
        assert row["tokens"] == pytest.approx(row["step"] * row["batch_tokens"], rel=2e-3)


def test_measured_steps_behind_figure_4(tables):
    """Undone, the curves of 15 models end at the 250,000 steps they were trained for.

    The S_min drawn come from losses that were not smoothed, so single steps scatter by some 5 %.
    """
    runs = [run for run in tables["runs"].to_pylist() if run["experiments"] == ["steps"]]
    last = {run["run_id"]: [] for run in runs}
    for row in tables["curves"].to_pylist():
        if row["run_id"] in last:
            last[row["run_id"]].append(row)
    ends = [rows[-1]["step"] for rows in last.values()]
    assert ends == pytest.approx([250_000] * 15, rel=0.07)
    assert sum(ends) / 15 == pytest.approx(250_000, rel=0.03)
    for run in runs:
        row = last[run["run_id"]][0]
        assert row["tokens"] == row["step"] * 2**19
        assert row["compute_6nbs"] == 6.0 * run["n_params"] * row["tokens"]


def test_points_of_the_frontier_have_a_compute_and_no_loss(tables):
    kinds = Counter()
    for row in tables["curves"].to_pylist():
        if row["run_id"].startswith("fig14_left"):
            assert row["test_loss"] is None and row["step"] is None
            kinds[row["compute_min"] is None, row["compute_6nbs"] is None] += 1
    assert kinds == {(True, False): 30, (False, True): 31}


def test_a_shape_must_be_the_only_one_that_fits():
    points = DigitisedPoints(DATA)
    assert points.shape_by_depth("fig24.csv", 207)["n_params"] == 1_465_122_816
    with pytest.raises(UserError, match=r"shapes.csv: 0 models of fig24.csv have 5 layers"):
        points.shape_by_depth("fig24.csv", 5)
    with pytest.raises(UserError, match=r"2 models of fig21.csv have 12 layers"):
        points.shape_by_depth("fig21.csv", 12)
