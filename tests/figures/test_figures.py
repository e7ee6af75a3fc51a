"""Every figure: equal bytes, the CSV holds what is drawn, the paper's loss axis stays its own."""

import csv
import runpy
import subprocess
import sys
from types import SimpleNamespace

import pytest
from extents import faults
from studies import FIGURES, ROOT, drawn, legend, set_up, sheet_of

from scalinglaws.study import load_study

SOURCES = ("paper", "trained", "bare", "rising")


def files_of(snakemake, name, folder):
    """The bytes that the door of a figure writes: pdf, png, csv."""
    paths = {e: folder / f"{name}.{e}" for e in ("pdf", "png", "csv")}
    set_up(snakemake, name)
    snakemake.output = SimpleNamespace(**paths)
    script = ROOT / "workflow" / "scripts" / "figures" / f"{name}.py"
    runpy.run_path(str(script), {"snakemake": snakemake})
    return [path.read_bytes() for path in paths.values()]


def test_the_default_study_draws_every_figure():
    assert set(load_study(None, ROOT).figures) >= set(FIGURES)


@pytest.mark.parametrize("source", ["paper", "trained"])
@pytest.mark.parametrize("name", FIGURES)
def test_the_door_of_a_figure_gives_equal_bytes_twice(request, source, name, tmp_path):
    snakemake = request.getfixturevalue(source)
    first, again = (files_of(snakemake, name, tmp_path / attempt) for attempt in "ab")
    assert first == again
    assert b"CreationDate" not in first[0]
    rows = list(csv.DictReader(first[2].decode().splitlines()))
    assert len(rows) > (29 if source == "paper" else 9)  # Fig. 24 has 30 points
    assert all(row["x_unit"] and row["y_unit"] for row in rows)


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("source", SOURCES)
def test_the_csv_holds_every_line_and_marker(request, source, name):
    sheet = sheet_of(request.getfixturevalue(source), name)
    lines = [line for axes in sheet.axes.values() for line in axes.lines]
    assert len(sheet.rows) == sum(len(line.get_xdata()) for line in lines)
    x = {row["x"] for row in sheet.rows}
    assert {repr(float(v)) for line in lines for v in line.get_xdata()} == x


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("source", SOURCES)
def test_no_panel_is_an_empty_frame(request, source, name):
    for panel, axes in sheet_of(request.getfixturevalue(source), name).axes.items():
        assert any(len(line.get_xdata()) for line in axes.lines), panel
        assert axes.get_xlabel()


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("source", ["trained", "bare"])
def test_a_trained_study_never_shares_the_papers_loss_axis(request, source, name):
    sheet = sheet_of(request.getfixturevalue(source), name)
    on_loss = [row for row in sheet.rows if "nats/token" in (row["x_unit"], row["y_unit"])]
    assert not [row for row in on_loss if "printed" in row["series"]]
    assert not [row for row in sheet.rows if row["run_id"].startswith("fig")]


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("source", SOURCES)
def test_no_words_leave_the_page_or_cover_each_other(request, source, name):
    assert list(faults(sheet_of(request.getfixturevalue(source), name).figure)) == []


@pytest.mark.parametrize("name", ["figure_04", "figure_09", "figure_16"])
def test_a_figure_without_any_runs_is_a_sentence(bare, name, tmp_path):
    sheet = sheet_of(bare, name)
    assert not sheet.axes and "data_size" in sheet.figure.texts[0].get_text()
    pdf, png, table = files_of(bare, name, tmp_path)
    assert pdf and png and table.decode().startswith("panel,series")


def test_missing_panels_are_listed_with_a_reason():
    for entry in FIGURES.values():
        assert set(entry["missing"]) <= {"trained", "kaplan2020", "table"}
        assert all(reason for panels in entry["missing"].values() for reason in panels.values())


@pytest.mark.parametrize("name", ["figure_01", "figure_23"])
def test_a_failed_fit_is_said_and_has_no_band(rising, name):
    sheet = sheet_of(rising, name)
    assert not drawn(sheet, kind="band", panel="parameters")
    assert "no fit: exponent not positive" in legend(sheet).replace("\n", " ")


def test_figure_scripts_start_without_statsmodels_and_pandas(paper):
    modules = ", ".join(FIGURES)
    code = (
        f"import sys; from scalinglaws.figures import {modules}, source; "
        "from scalinglaws.metrics import read_table, RUNS; "
        f"read_table({str(paper.input.runs)!r}, RUNS); "
        "sys.exit(bool({'statsmodels', 'pandas', 'scipy', 'torch'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT / "workflow")
    assert done.returncode == 0
