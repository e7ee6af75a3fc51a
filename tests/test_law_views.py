"""What `dvc metrics` and `dvc plots` show: constants of laws, and points against their variable."""

import csv
import json

import pytest

from scalinglaws.law_views import COLUMNS, constants, points, write_constants, write_points


def row(law, parameter, estimate, status="ok"):
    return {"law": law, "parameter": parameter, "estimate": estimate, "status": status}


def test_constants_by_law_with_their_status(tmp_path):
    rows = [
        row("L(N)", "ln_L_at_centre", 1.3),
        row("L(N)", "alpha_N", 0.076),
        row("L(N)", "log10_N_c", 13.9),
        row("L(D)", "alpha_D", None, "too few points: 1"),
        row("B_crit(L)", "alpha_B", 0.2, "exponent not resolved: its interval includes zero"),
        row("B_crit(L)", "alpha_B (N=6144)", 0.3),
        row("derived", "p (Eq. 4.4)", 0.7),
    ]
    found = constants(rows)
    assert found == {
        "L(N)": {"status": "ok", "alpha_N": 0.076, "log10_N_c": 13.9},
        "B_crit(L)": {"status": "exponent not resolved", "alpha_B": 0.2},
    }
    write_constants(found, tmp_path / "constants.json")
    assert json.loads((tmp_path / "constants.json").read_text()) == found


@pytest.mark.parametrize(
    ("law", "columns", "x_name", "x", "y_name", "y"),
    [
        ("L(N)", {"x": [10.0, 20.0], "loss": [4.0, 3.0]}, "N", 10.0, "loss", 4.0),
        (
            "L(N,D)",
            {"N": [10.0, 10.0], "D": [50.0, None], "loss": [4.0, 3.0]},
            "D",
            50.0,
            "loss",
            4,
        ),
        ("N_opt(C)", {"C": [1.0], "N": [5.0], "loss": [4.0], "N_opt": [6.0]}, "C", 1, "N_opt", 6),
        ("B_crit(L)", {"loss": [4.0], "S_min": [7.0], "B_crit": [9.0]}, "loss", 4, "B_crit", 9),
        ("S_stop", {"N": [1.0], "bound": [2.0], "S_stop": [3.0]}, "bound", 2, "S_stop", 3),
    ],
)
def test_points_are_against_the_variable_of_the_law(law, columns, x_name, x, y_name, y):
    found = points([{"law": law, "variable": "N", "points": columns}])
    assert found[0] == {"law": law, "x_name": x_name, "x": x, "y_name": y_name, "y": y}
    assert all(point["x"] is not None for point in found)


def test_laws_without_points_of_their_own_have_no_rows(tmp_path):
    fits = [
        {"law": "derived", "points": {}},
        {"law": "L(T)", "points": {"N": [1.0], "T": [2.0], "loss": [3.0]}},
    ]
    assert points(fits) == []
    write_points([], tmp_path / "points.csv")
    assert next(csv.reader((tmp_path / "points.csv").open())) == list(COLUMNS)
