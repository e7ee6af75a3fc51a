"""Ends of runs that share a trunk, and the envelope of them."""

import numpy as np
import pytest

from scalinglaws.errors import UserError
from scalinglaws.laws.compute_points import declared_curves, envelope_points
from scalinglaws.laws.frontier.loss_points import compute_points
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.trunks import named_by_trunk, trunk_ends
from scalinglaws.metrics import CURVES, RUNS, table_from_rows
from scalinglaws.units import PF_DAY

ALPHA = 0.06
BATCH = 4096
X = "compute_6nbs"
ENDS = {"experiment": "run_length", "ends": True}


def row(n_params, steps, loss, trunk=None):
    return {
        "run_id": f"N{n_params}-S{steps}",
        "source": "trained",
        "experiments": ["run_length"],
        "status": "finished",
        "trunk_id": trunk or f"trunk-{n_params}",
        "n_params": n_params,
        "steps": steps,
        "batch_tokens": BATCH,
        "compute_6nbs": 6.0 * n_params * BATCH * steps,
        "test_loss": float(loss),
    }


def study(sizes=12, lengths=(500, 1000, 2000, 4000)):
    """Ends on parabolas whose lower envelope is a power law; curves along the way lie above."""
    rows, points = [], []
    for n_params in np.geomspace(1e4, 1e6, sizes).astype(int).tolist():
        for steps in lengths:
            compute = 6.0 * n_params * BATCH * steps
            best = 2.0 * (compute / PF_DAY) ** -ALPHA
            away = np.log(steps / 1500)
            rows.append(row(n_params, steps, best * np.exp(0.02 * away**2)))
        points += [
            {
                "run_id": rows[-1]["run_id"],
                "step": step,
                "compute_6nbs": 6.0 * n_params * BATCH * step,
                "phase": "trunk",
                "learning_rate": 0.01,
                "test_loss": 9.0,
            }
            for step in lengths
        ]
    return table_from_rows(rows, RUNS), table_from_rows(points, CURVES)


def test_runs_of_a_trunk_bear_the_name_of_the_longest():
    rows = [row(10, steps, 4.0) for steps in (500, 2000, 1000)] + [row(20, 500, 4.0)]
    assert named_by_trunk(rows) == ["N10-S2000"] * 3 + ["N20-S500"]


def test_ends_are_sorted_by_compute_and_lone_lengths_are_named():
    rows = [row(10, 2000, 3.0), row(10, 500, 5.0), row(20, 500, 4.0), row(30, 500, 4.0)]
    found, lone = trunk_ends(table_from_rows(rows, RUNS), ["N10-S500", "N10-S2000", "N20-S500"], X)
    assert set(found) == {"N10-S2000"} and lone == ["N20-S500"]
    compute, loss = found["N10-S2000"]
    np.testing.assert_allclose(compute, 6.0 * 10 * BATCH * np.array([500, 2000]) / PF_DAY)
    assert loss.tolist() == [5.0, 3.0]


def test_the_envelope_is_of_ends_not_of_what_was_logged_on_the_way():
    runs, curves = study()
    found = envelope_points(runs, curves, ENDS)
    assert len(found.x) > 10 and found.choice["n_candidates"] == 12
    assert -np.polyfit(np.log(found.x), np.log(found.loss), 1)[0] == pytest.approx(ALPHA, rel=0.05)
    on_the_way = envelope_points(runs, curves, {"experiment": "run_length"})
    assert set(on_the_way.loss) <= {9.0}


def test_law_and_envelope_have_the_same_points_and_every_trunk_is_one_run():
    runs, curves = study()
    law = compute_points(Measurements(runs=runs, curves=curves), ENDS)
    known = envelope_points(runs, curves, ENDS)
    assert np.array_equal(law.x, known.x) and np.array_equal(law.loss, known.loss)
    assert law.choice["ends"] and "ends of cooled-down runs" in law.note
    assert {name.split("-")[1] for name in law.without} == {"S4000"}


def test_a_trunk_is_one_curve():
    runs, curves = study(sizes=3)
    names = runs["run_id"].to_pylist()
    found, left_out = declared_curves(runs, curves, names, X, {})
    assert {name.split("-")[1] for name in found} == {"S4000"} and len(found) == 3
    assert len(left_out) == 9
    assert dict(left_out)["N10000-S500"] == "its trunk is that of N10000-S4000"


def test_ends_take_no_points_along_curves():
    runs, curves = study()
    asked = ENDS | {"points": {"step": {"min": 200.0}}}
    with pytest.raises(UserError, match="leave points out"):
        declared_curves(runs, curves, [], X, asked)
