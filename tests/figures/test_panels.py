"""What single figures show: the paper's points and lines, and a trained study's own."""

import csv

import numpy as np
import pytest
from studies import ROOT, drawn, legend, sheet_of

DATA = ROOT / "data" / "kaplan2020"


def rows_of(name):
    with (DATA / name).open(newline="") as file:
        return list(csv.DictReader(file))


def column(rows, name):
    return np.array([float(row[name]) for row in rows])


def test_figure_1_draws_the_papers_points_and_printed_lines(paper):
    sheet = sheet_of(paper, "figure_01")
    assert list(sheet.axes) == ["compute", "dataset", "parameters"]
    points = drawn(sheet, panel="parameters", series="runs")
    hollow = drawn(sheet, panel="parameters", series="left out")
    assert (len(points), len(hollow)) == (16, 7)
    assert len({row["run_id"] for row in drawn(sheet, panel="compute", series="runs")}) == 42
    # Minima over models of the grid: the printed line's six, the smallest and the largest dataset.
    assert column(drawn(sheet, panel="dataset", series="runs"), "y").tolist() == [
        3.822, 3.558, 3.331, 3.148, 2.914, 2.744,
    ]  # fmt: skip
    assert column(drawn(sheet, panel="dataset", series="left out"), "y").tolist() == [4.138, 2.436]
    for row in drawn(sheet, panel="parameters", series="printed"):
        assert float(row["y"]) == pytest.approx((8.8e13 / float(row["x"])) ** 0.076)
    # This figure's legend, not Table 5, gives the line of its compute panel.
    row = drawn(sheet, panel="compute", series="printed")[0]
    assert float(row["y"]) == pytest.approx((2.3e8 / float(row["x"])) ** 0.050)
    for panel in sheet.axes:
        assert drawn(sheet, panel=panel, series="refit", kind="band")


def test_the_compute_axis_says_which_compute_it_is(paper, trained):
    labels = [sheet_of(s, "figure_01").axes["compute"].get_xlabel() for s in (paper, trained)]
    assert "min" in labels[0] and "6NBS" in labels[1]


def test_the_envelope_is_not_above_the_curves(trained):
    sheet = sheet_of(trained, "figure_01")
    envelope = drawn(sheet, panel="compute", series="envelope")
    assert envelope and "L2-d192" not in {row["run_id"] for row in envelope}
    assert max(column(envelope, "y")) < max(column(drawn(sheet, series="runs"), "y"))


def test_left_out_runs_are_hollow_and_explained(trained):
    sheet = sheet_of(trained, "figure_01")
    left_out = drawn(sheet, panel="parameters", series="left out")
    assert [row["run_id"] for row in left_out] == ["L2-d8"]
    assert "< 16 (1)" in legend(sheet) and "no point: diverged (1)" in legend(sheet)
    assert r"$\alpha_N$ = 0.076" in legend(sheet)


def test_figure_2_has_every_curve_twice(paper):
    sheet = sheet_of(paper, "figure_02")
    for panel in ("tokens", "compute_6nbs"):
        assert len({row["run_id"] for row in drawn(sheet, panel=panel)}) == 21
    ends = [max(column(drawn(sheet, panel=panel), "x")) for panel in sheet.axes]
    assert ends == pytest.approx([1.31e11, 6.44], rel=0.01)


def test_a_cool_down_is_a_line_of_its_own(trained):
    sheet = sheet_of(trained, "figure_02")
    assert {row["series"] for row in sheet.rows} == {"trunk", "cooldown"}


def test_figure_4_holds_the_grid_and_the_printed_surface(paper):
    sheet = sheet_of(paper, "figure_04")
    assert len(drawn(sheet, kind="point")) == 38
    printed = drawn(sheet, panel="dataset", series="printed, N = 707788800")
    expected = ((6.4e13 / 707788800) ** (0.076 / 0.103) + 1.8e13 / column(printed, "x")) ** 0.103
    np.testing.assert_allclose(column(printed, "y"), expected)


def test_figure_6_joins_depths_and_keeps_the_layerless_left(paper):
    sheet = sheet_of(paper, "figure_06")
    assert len(drawn(sheet, panel="with_embedding")) == 65
    assert len(drawn(sheet, panel="non_embedding")) == 39
    assert not drawn(sheet, panel="non_embedding", series="0 layers")


def test_figure_9_is_the_papers_to_the_rounding_of_table_2(paper):
    """The drawn series divide by the unrounded fit; the printed constants are within 1 %."""
    points = drawn(sheet_of(paper, "figure_09"), panel="overfitting", kind="point")
    ours = np.array(sorted(zip(column(points, "x"), column(points, "y"), strict=True)))
    for row in rows_of("fig09_right.csv"):
        x, y = float(row["N^(aN/aD)/D"]), float(row["overfit"])
        near = ours[np.abs(ours[:, 0] / x - 1) < 5e-3]
        assert np.abs(near[:, 1] - y).min() < 0.012
    drawn_line = rows_of("fig09_right_fit.csv")
    line = drawn(sheet_of(paper, "figure_09"), panel="overfitting", series="printed")
    at = np.interp(column(drawn_line, "x"), column(line, "x"), column(line, "y"))
    np.testing.assert_allclose(at, column(drawn_line, "y"), atol=0.006)


def test_figure_9_of_a_study_uses_its_own_reference_and_ratio(trained):
    sheet = sheet_of(trained, "figure_09")
    assert len(drawn(sheet, panel="parameters", series="all text")) == 3
    overfitting = drawn(sheet, panel="overfitting", kind="point")
    assert len(overfitting) == 15 and min(column(overfitting, "y")) > 0
    assert "this study's fits" in legend(sheet)


def test_figure_16_shows_the_papers_stops_above_their_bound(paper):
    sheet = sheet_of(paper, "figure_16")
    stops = drawn(sheet, panel="stop", kind="point")
    assert len(stops) == 24
    assert (column(stops, "y") > column(stops, "x")).all()
    # The bars stand where the paper's do, but where a flat minimum is read a little later.
    bars = column(drawn(sheet, panel="curves", series="stop"), "x")[::2]
    assert bars == pytest.approx([1626, 3423, 5953, 16510, 76640, 168100], rel=0.06)


def test_figure_16_of_a_study_takes_the_largest_model(trained):
    sheet = sheet_of(trained, "figure_16")
    assert len(drawn(sheet, panel="stop", kind="point")) == 15
    curves = drawn(sheet, panel="curves")
    assert {row["run_id"].split("-D")[0] for row in curves} == {"L2-d128"}
    assert {row["series"] for row in curves} == {"test_loss", "train_loss", "stop"}
