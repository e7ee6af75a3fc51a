"""A trend's panel: its points, its band with the fitted exponent, and a remark without a fit."""

import numpy as np
import pytest
from studies import drawn, legend

from scalinglaws.figures.trend_panel import draw_frontier, draw_printed, draw_trend
from scalinglaws.plotting import Sheet

X = np.geomspace(1e-6, 1e-2, 5)
LAW = {
    "status": "ok",
    "names": ["p_N", "log10_N_e"],
    "estimates": [0.7, 9.0],
    "conf_int": [[0.65, 0.75], [8.8, 9.2]],
    "replicates": {
        "strata": ["runs"] * 4,
        "without": list("abcd"),
        "estimates": [[0.71, 9.01], [0.69, 8.99], [0.7, 9.02], [0.7, 8.98]],
    },
    "prediction": {"variables": ["C"]},
    "points": {"C": X.tolist(), "N": (1e9 * X**0.7).tolist()},
}


@pytest.fixture
def sheet():
    return Sheet([("size", "PF-days", "parameters")])


def draw(sheet, law):
    draw_frontier(sheet, "size", "frontier", law, "N", "k")
    draw_trend(sheet, "size", "refit", law, "k", "$C$")
    sheet.legend_below("size")


def test_a_fitted_trend_goes_through_its_points(sheet):
    draw(sheet, LAW)
    points, band = (drawn(sheet, kind=kind) for kind in ("point", "band"))
    assert [float(row["x"]) for row in points] == pytest.approx(X)
    for row in (band[0], band[-1]):
        assert float(row["y"]) == pytest.approx(1e9 * float(row["x"]) ** 0.7)
        assert float(row["y_low"]) < float(row["y"]) < float(row["y_high"])
    assert (float(band[0]["x"]), float(band[-1]["x"])) == pytest.approx((X[0], X[-1]))
    assert "$C$, refit: $p_{N}$ = 0.700 [0.650, 0.750]" in legend(sheet)


@pytest.mark.parametrize("points", [LAW["points"], {}], ids=["points", "no points"])
def test_a_trend_that_was_not_fitted_is_a_remark(sheet, points):
    draw(sheet, LAW | {"status": "too few models: 2", "replicates": None, "points": points})
    assert "$C$, no fit: too few models: 2" in legend(sheet)
    assert not drawn(sheet, kind="band")
    assert len(drawn(sheet, kind="point")) == len(points.get("C", ()))


def test_the_printed_line_is_the_papers_over_the_range_given(sheet):
    draw_printed(sheet, "size", "C_min", X, 0.73, 1.3e9, "$C$", "k")
    line = drawn(sheet, kind="line", series="printed, C_min")
    x, y = (np.array([float(row[axis]) for row in line]) for axis in "xy")
    assert (x[0], x[-1]) == pytest.approx((X[0], X[-1]))
    assert y == pytest.approx(1.3e9 * x**0.73)
