"""Figures: equal bytes, the CSV holds what is drawn, and the paper's loss axis stays its own."""

import csv
import importlib
import json
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import yaml

from scalinglaws.errors import UserError
from scalinglaws.figures.source import read_source
from scalinglaws.kaplan2020 import gather
from scalinglaws.laws.fit import fit_laws, write_laws
from scalinglaws.laws.names import SLUGS
from scalinglaws.laws.power_law import fit_power_law
from scalinglaws.metrics import CURVES, EVALUATIONS, RUNS, table_from_rows, write_table
from scalinglaws.plotting import Sheet, law_band, log_loss_y, log_x, number

ROOT = Path(__file__).parents[1]
CONSTANTS = yaml.safe_load((ROOT / "config" / "constants.yaml").read_text())
FIGURES = yaml.safe_load((ROOT / "config" / "figures.yaml").read_text())
SIZES = {"min": 7e5, "max": 1e9}


def study(folder, tables, select):
    """Metrics and laws of one source on disk, and what Snakemake would hand to a figure."""
    for name, schema in (("runs", RUNS), ("curves", CURVES), ("evaluations", EVALUATIONS)):
        write_table(tables[name], folder / f"{name}.parquet", schema)
    declared = {name: {"experiment": "model_size", "select": select} for name in SLUGS}
    fits = [folder / f"{slug}.json" for slug in SLUGS.values()]
    laws = fit_laws(tables["runs"], declared)
    write_laws(laws, CONSTANTS, folder / "parameters.parquet", [], fits)
    paths = {name: folder / f"{name}.parquet" for name in ("runs", "curves", "evaluations")}
    return SimpleNamespace(
        input=SimpleNamespace(**paths, laws=fits),
        params=SimpleNamespace(constants=CONSTANTS, figure={}),
        log=[],
    )


@pytest.fixture(scope="module")
def paper(tmp_path_factory):
    tables = gather(ROOT / "data" / "kaplan2020")
    return study(tmp_path_factory.mktemp("kaplan2020"), tables, {"n_params": SIZES})


def trained_tables(exponent=0.06):
    """A plausible trained study of two-layer models, with one run that diverged."""
    runs, curves = [], []
    for i, d_model in enumerate((8, 16, 32, 64, 128, 192)):
        n_params = 24 * d_model**2
        loss = 3.9 * (1e5 / n_params) ** exponent * (1 + 0.003 * (-1) ** i)
        diverged = d_model == 192
        run = {
            "run_id": f"L2-d{d_model}",
            "source": "trained",
            "experiments": ["model_size"],
            "status": "diverged" if diverged else "finished",
            "n_layer": 2,
            "d_model": d_model,
            "n_params": n_params,
            "n_params_total": n_params + 1152 * d_model,
            "test_loss": None if diverged else loss,
        }
        runs.append(run)
        curves += [
            {
                "run_id": run["run_id"],
                "step": step,
                "compute_6nbs": 6.0 * n_params * 4096 * step,
                "test_loss": loss * (1 + step**-0.5),
            }
            for step in (1, 10, 100, 1000)
        ]
    return {
        "runs": table_from_rows(runs, RUNS),
        "curves": table_from_rows(curves, CURVES),
        "evaluations": table_from_rows([], EVALUATIONS),
    }


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    return study(tmp_path_factory.mktemp("trained"), trained_tables(), {"d_model": {"min": 16}})


@pytest.fixture(scope="module")
def rising(tmp_path_factory):
    return study(tmp_path_factory.mktemp("rising"), trained_tables(-0.06), {})


def sheet_of(snakemake, name):
    snakemake.params.figure = FIGURES[name]
    return importlib.import_module(f"scalinglaws.figures.{name}").draw(read_source(snakemake))


def drawn(sheet, **wanted):
    return [row for row in sheet.rows if all(row[k] == v for k, v in wanted.items())]


def legend(sheet):
    texts = [t for axes in sheet.axes.values() if axes.legend_ for t in axes.legend_.get_texts()]
    return "\n".join(text.get_text() for text in texts)


@pytest.mark.parametrize("name", FIGURES)
def test_the_door_of_a_figure_gives_equal_bytes_twice(paper, name, tmp_path):
    files = []
    for attempt in ("a", "b"):
        paths = {e: tmp_path / attempt / f"{name}.{e}" for e in ("pdf", "png", "csv")}
        paper.output, paper.params.figure = SimpleNamespace(**paths), FIGURES[name]
        script = ROOT / "workflow" / "scripts" / "figures" / f"{name}.py"
        runpy.run_path(str(script), {"snakemake": paper})
        files.append([path.read_bytes() for path in paths.values()])
    assert files[0] == files[1]
    assert b"CreationDate" not in files[0][0]
    with paths["csv"].open(newline="") as file:
        assert len(list(csv.DictReader(file))) > 50


def test_figure_1_draws_the_papers_points_and_printed_lines(paper):
    sheet = sheet_of(paper, "figure_01")
    assert list(sheet.axes) == ["compute", "dataset", "parameters"]
    points = drawn(sheet, panel="parameters", series="runs")
    hollow = drawn(sheet, panel="parameters", series="left out")
    assert (len(points), len(hollow)) == (16, 7)
    assert len({row["run_id"] for row in drawn(sheet, panel="compute", series="runs")}) == 42
    # The seven points of the paper are the minima over models of the grid.
    assert [float(r["y"]) for r in drawn(sheet, series="best model")] == [
        4.138, 3.822, 3.558, 3.331, 3.148, 2.914, 2.744,
    ]  # fmt: skip
    for row in drawn(sheet, panel="parameters", series="printed"):
        assert float(row["y"]) == pytest.approx((8.8e13 / float(row["x"])) ** 0.076)
    # This figure's legend, not Table 5, gives the line of its compute panel.
    row = drawn(sheet, panel="compute", series="printed")[0]
    assert float(row["y"]) == pytest.approx((2.3e8 / float(row["x"])) ** 0.050)


@pytest.mark.parametrize("name", FIGURES)
def test_the_csv_holds_every_line_and_marker(paper, name):
    sheet = sheet_of(paper, name)
    on_axes = sum(len(line.get_xdata()) for axes in sheet.axes.values() for line in axes.lines)
    assert len(sheet.rows) == on_axes
    x = {row["x"] for row in sheet.rows}
    assert {
        repr(float(v)) for a in sheet.axes.values() for line in a.lines for v in line.get_xdata()
    } == x


@pytest.mark.parametrize("name", FIGURES)
def test_a_trained_study_never_shares_the_papers_loss_axis(trained, name):
    sheet = sheet_of(trained, name)
    assert not [row for row in sheet.rows if "printed" in row["series"]]
    assert not [row for row in sheet.rows if row["run_id"].startswith("fig")]


def test_the_compute_axis_says_which_compute_it_is(paper, trained):
    labels = [sheet_of(s, "figure_01").axes["compute"].get_xlabel() for s in (paper, trained)]
    assert "min" in labels[0] and "6NBS" in labels[1]


def test_left_out_runs_are_hollow_and_explained(trained):
    sheet = sheet_of(trained, "figure_01")
    assert [row["run_id"] for row in drawn(sheet, series="left out")] == ["L2-d8"]
    assert "< 16 (1)" in legend(sheet) and "no point: diverged (1)" in legend(sheet)
    assert r"$\alpha_N$ = 0.076" in legend(sheet)


@pytest.mark.parametrize("name", ["figure_01", "figure_23"])
def test_a_failed_fit_is_said_and_has_no_band(rising, name):
    sheet = sheet_of(rising, name)
    assert not drawn(sheet, kind="band")
    assert "no fit: exponent not positive" in legend(sheet).replace("\n", " ")


def test_figure_6_joins_depths_and_keeps_the_layerless_left(paper):
    sheet = sheet_of(paper, "figure_06")
    assert len(drawn(sheet, panel="with_embedding")) == 65
    assert len(drawn(sheet, panel="non_embedding")) == 39
    assert not drawn(sheet, panel="non_embedding", series="0 layers")


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("source", ["paper", "trained", "rising"])
def test_no_words_leave_the_page(request, source, name):
    sheet = sheet_of(request.getfixturevalue(source), name)
    sheet.figure.draw_without_rendering()
    page = sheet.figure.bbox.padded(1.0)
    for axes in sheet.axes.values():
        boxes = [axes.xaxis.label, axes.yaxis.label, axes.title]
        boxes += list(axes.legend_.get_texts()) if axes.legend_ else []
        for text in (text for text in boxes if text.get_text()):
            box = text.get_window_extent()
            assert page.x0 <= box.x0 and box.x1 <= page.x1, text.get_text()
            assert page.y0 <= box.y0 and box.y1 <= page.y1, text.get_text()


def test_the_band_from_json_is_statsmodels_own():
    x, loss = np.geomspace(1e4, 1e7, 6), np.array([5.0, 4.4, 4.0, 3.5, 3.1, 2.8])
    law = fit_power_law(x, loss)
    at = np.array([2e4, 3e9])
    mean, low, high = law_band(json.loads(json.dumps(law.to_json({}))), at)
    np.testing.assert_allclose(mean, law.predict(at))
    np.testing.assert_allclose((low, high), law.prediction_band(at))


@pytest.mark.parametrize("losses", [(2.3, 7.6), (4.30, 4.34), (4.3321, 4.3322), (0.9, 11.0)])
@pytest.mark.parametrize("sizes", [(3e3, 2.5e4), (9e3, 1.2e4), (768, 1.5e9)])
def test_axes_of_any_range_are_labelled(losses, sizes):
    sheet = Sheet([("a", "parameters", "nats/token")])
    sheet.points("a", "runs", sizes, losses)
    log_x(sheet.axes["a"], "N")
    log_loss_y(sheet.axes["a"])
    sheet.figure.draw_without_rendering()
    for axis, fewest in ((sheet.axes["a"].xaxis, 1), (sheet.axes["a"].yaxis, 3)):
        low, high = sorted(axis.get_view_interval())
        labels = [
            tick.label1.get_text()
            for tick in axis.get_major_ticks()
            if low <= tick.get_loc() <= high
        ]
        assert fewest <= len(labels) <= 9 and all(labels) and len(set(labels)) == len(labels)


def test_numbers_in_labels():
    assert [number(v) for v in (16, 7e5, 1e9, 8.8e13)] == [
        "16", r"$7\times10^{5}$", "$10^{9}$", r"$8.8\times10^{13}$",
    ]  # fmt: skip


def test_a_study_without_runs_says_so():
    with pytest.raises(UserError, match="no runs for any panel"):
        Sheet([])


def test_figure_scripts_start_without_statsmodels_and_pandas(paper):
    code = (
        "import sys; from scalinglaws.figures import figure_01, figure_06, figure_23, source; "
        "from scalinglaws.metrics import read_table, RUNS; "
        f"read_table({str(paper.input.runs)!r}, RUNS); "
        "sys.exit(bool({'statsmodels', 'pandas', 'scipy', 'torch'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT / "workflow")
    assert done.returncode == 0
