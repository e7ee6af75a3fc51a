"""Every series that was read off the paper stands in its figure, as the catalogue names them."""

import csv

import numpy as np
import pytest
from scipy.spatial import cKDTree
from studies import ROOT, drawn, sheet_of

DATA = ROOT / "data" / "kaplan2020"
# The panel of the sheet, where it is not simply the first for left and the second for right.
PANELS = {
    "both": "tokens",
    "ff_ratio": "feed_forward_ratio",
    "aspect": "aspect_ratio",
    "head_dim": "head_dimension",
    "3M": "N3145728",
    "85M": "N84934656",
}
READING = 2e-3  # of both coordinates: three digits
# Where more than the reading lies between a point and its place in the figure, and why: relative in
# x, absolute in y where a pair stands.
WIDER = {
    ("fig05_shape.csv", "panel=ff_ratio"): (READING, 2e-3),  # per cent, down to zero
    ("fig05_shape.csv", "panel=aspect"): (READING, 2e-3),
    ("fig05_shape.csv", "panel=head_dim"): (READING, 2e-3),
    ("fig07_left_lstm.csv", "model=Transformer"): 5e-3,  # drawn from Fig. 1, exact sizes
    ("fig09_right.csv", ""): (5e-3, 0.012),  # of the rounded constants, not the drawn fit's own
    ("fig16_right.csv", "split=train"): 5e-3,  # read at the steps of the test loss
    ("fig22_left.csv", ""): (0.02, 1e-6),  # whole steps
}
FIRST = {"fig22_left.csv": 25.0}  # before, whole steps are further from the reading
# Series that are lines: compared where they are drawn, by interpolation.
LINES = {
    ("fig04_right_L_S.csv", "kind=fit"): "test_the_lines_of_figure_4_are_those_drawn",
    ("fig09_right_fit.csv", ""): "test_figure_9_is_the_papers_to_the_rounding_of_table_2",
    ("fig11_left_fit.csv", ""): "test_figure_11_draws_the_papers_slices_and_its_fit",
    ("fig11_right_fit.csv", ""): "test_figure_11_draws_the_papers_slices_and_its_fit",
    ("fig12_left.csv", ""): "test_figure_12_is_drawn_with_table_5",
    ("fig12_right.csv", ""): "test_figure_12_is_drawn_with_table_5",
    ("fig18_fits_3M.csv", ""): "test_figure_18_draws_the_scan_and_the_papers_hyperbolae",
    ("fig18_fits_85M.csv", ""): "test_figure_18_draws_the_scan_and_the_papers_hyperbolae",
    ("fig20_left.csv", "kind=fit"): "test_the_fits_of_figure_20_are_those_drawn",
}
LEGEND = 2  # markers of the legend of Fig. 14 right, read along with its points


def rows_of(name, chosen=""):
    with (DATA / name).open(newline="") as file:
        rows = list(csv.DictReader(file))
    if chosen:
        column, value = chosen.split("=", 1)
        rows = [row for row in rows if row[column] == value]
    return rows


CATALOGUE = rows_of("series.csv")
POINTS = [e for e in CATALOGUE if (e["file"], e["filter"]) not in LINES]


def test_every_series_that_is_a_line_is_compared_somewhere():
    tests = "".join(path.read_text() for path in (ROOT / "tests" / "figures").glob("test_*.py"))
    known = {(e["file"], e["filter"]) for e in CATALOGUE}
    assert set(LINES) | set(WIDER) <= known
    assert all(f"def {name}(" in tests for name in LINES.values())


@pytest.mark.parametrize("entry", POINTS, ids=lambda e: f"{e['file']}-{e['filter']}")
def test_a_digitised_series_stands_in_its_figure(paper, entry):
    sheet = sheet_of(paper, f"figure_{int(entry['figure']):02d}")
    read = np.array([[float(r[entry[c]]) for c in "xy"] for r in rows_of(*key(entry))])
    ours = np.array(
        [[float(row[c]) for c in "xy"] for row in drawn(sheet, panel=panel(entry, sheet))]
    )
    tolerance = WIDER.get(key(entry), READING)
    ours, read = ours[ours[:, 0] > 0], read[read[:, 0] >= FIRST.get(entry["file"], 0.0)]
    if isinstance(tolerance, float):
        tolerance = (tolerance, tolerance)
        ours, read = (np.column_stack([at[:, 0], np.log(at[:, 1])]) for at in (ours, read))
    ours, read = (np.column_stack([np.log(at[:, 0]), at[:, 1]]) for at in (ours, read))
    distance, _ = cKDTree(ours / tolerance).query(read / tolerance, p=np.inf)
    missing = int((distance > 1.0).sum())
    assert missing <= (LEGEND if entry["file"] == "fig14_right.csv" else 0), read[distance > 1.0]


def key(entry):
    return entry["file"], entry["filter"]


def panel(entry, sheet):
    name = PANELS.get(entry["panel"], entry["panel"])
    if name in sheet.axes:
        return name
    return list(sheet.axes)[{"left": 0, "right": 1}.get(name, 0)]


def test_the_lines_of_figure_4_are_those_drawn(paper):
    """Eq. 5.6 as drawn has S_c = 1.05e3, half of Table 3's, which counts steps at B_crit."""
    sheet = sheet_of(paper, "figure_04")
    sizes = {float(row["N"]) for row in rows_of("fig04_right_L_S.csv")}
    assert len(sizes) == 15
    for size in sizes:
        theirs = [r for r in rows_of("fig04_right_L_S.csv", "kind=fit") if float(r["N"]) == size]
        x, loss = (np.array([float(r[c]) for r in theirs]) for c in ("S_min", "loss"))
        line = drawn(sheet, panel="steps", series=f"printed, N = {size:.0f}")
        at = np.array(sorted((float(row["x"]), float(row["y"])) for row in line)).T
        inside = (x >= at[0, 0]) & (x <= at[0, -1])
        assert inside.sum() > 0.5 * len(x)
        np.testing.assert_allclose(np.interp(x[inside], *at), loss[inside], rtol=0.01)
