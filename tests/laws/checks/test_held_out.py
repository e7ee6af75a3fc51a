"""Predictions of what was held out: the largest values, and intervals that cover a true law."""

import numpy as np
import pytest

from scalinglaws.laws.checks.held_out import held_out_rows, largest
from scalinglaws.laws.checks.tables import HELD_OUT
from scalinglaws.laws.measurements import Measurements
from scalinglaws.metrics import RUNS, table_from_rows

SCATTER = 0.004
DECLARED = {
    "L(N)": {"experiment": "model_size"},
    "L(D)": {"experiment": "data_size"},
    "L(C)": {"experiment": "model_size"},
    "L(N,D)": {"experiment": "data_size"},
}


def run(run_id, experiment, n_params, tokens, loss):
    return {
        "run_id": run_id,
        "source": "trained",
        "experiments": [experiment],
        "status": "finished",
        "n_params": n_params,
        "dataset_tokens": tokens,
        "test_loss": float(loss),
    }


def measured(seed, bend=0.0):
    """A ladder of nine models, and six models on six amounts of text and on all of it."""
    rng = np.random.default_rng(seed)
    sizes = np.geomspace(1e4, 1e8, 9)
    losses = (1e13 / sizes) ** 0.08 * np.exp(bend * np.log(sizes / 1e6) ** 2)
    rows = [
        run(f"N{i}", "model_size", int(n), None, loss * np.exp(SCATTER * rng.normal()))
        for i, (n, loss) in enumerate(zip(sizes, losses, strict=True))
    ]
    for n in np.geomspace(1e5, 1e8, 6):
        for tokens in (*np.geomspace(1e7, 1e9, 6), None):
            limit = 2e12 / tokens if tokens else 0.0
            loss = ((1e13 / n) ** 0.8 + limit) ** 0.1 * np.exp(SCATTER * rng.normal())
            name = f"N{n:.3g}-D{tokens}"
            rows.append(run(name, "data_size", int(n), tokens and int(tokens), loss))
    return Measurements.of({"runs": table_from_rows(rows, RUNS)})


def rows_of(measurements, law):
    found = [r for r in held_out_rows(measurements, DECLARED) if r["law"] == law]
    table_from_rows(found, HELD_OUT)
    return found


def test_the_largest_quarter_is_held_out():
    assert largest(np.array([1.0, 2.0, 3.0, 3.0])).tolist() == [False, False, True, True]
    assert largest(np.arange(8.0)).sum() == 2
    assert largest(np.array([1.0, np.inf, 2.0])).tolist() == [False, True, False]
    assert not largest(np.array([])).any()


def test_nothing_that_is_predicted_was_fitted():
    rows = rows_of(measured(0), "L(N)")
    held = [r["x"] for r in rows if r["held_out"]]
    assert len(held) == 2 and min(held) > max(r["x"] for r in rows if not r["held_out"])
    law = np.polyfit(*np.log([(r["x"], r["loss"]) for r in rows if not r["held_out"]]).T, deg=1)
    for row in rows:
        assert row["predicted"] == pytest.approx(np.exp(np.polyval(law, np.log(row["x"]))))


@pytest.mark.parametrize("law", ["L(N)", "L(N,D)"])
def test_intervals_of_one_run_cover_as_they_say(law):
    inside = []
    for seed in range(20):
        held = [r for r in rows_of(measured(seed), law) if r["held_out"]]
        assert {r["status"] for r in held} == {"ok"}
        inside += [r["run_low"] <= r["loss"] <= r["run_high"] for r in held]
    assert 0.88 < np.mean(inside) < 0.99


def test_a_law_that_bends_misses_what_lies_beyond():
    held = [r for r in rows_of(measured(1, bend=0.004), "L(N)") if r["held_out"]]
    assert all(r["loss"] > r["predicted"] * (1 + 2 * SCATTER) for r in held)


def test_a_surface_goes_without_datasets_where_sizes_are_few():
    measurements = measured(2)
    few = [r for r in measurements.runs.to_pylist() if r["n_params"] in (10**5, 398107, 1584893)]
    assert {r["n_params"] for r in few if r["experiments"] == ["data_size"]} == {
        10**5,
        398107,
        1584893,
    }
    table = table_from_rows([r for r in few if r["experiments"] == ["data_size"]], RUNS)
    rows = held_out_rows(Measurements.of({"runs": table}), {"L(N,D)": DECLARED["L(N,D)"]})
    assert {r["variable"] for r in rows} == {"D"} and rows[0]["status"] == "ok"
    assert any(r["x"] is None and r["held_out"] for r in rows)


def test_a_law_without_runs_has_no_rows_and_one_without_a_fit_says_why():
    assert not rows_of(measured(0), "L(C)") or rows_of(measured(0), "L(C)")[0]["status"] != "ok"
    empty = Measurements.of({"runs": table_from_rows([], RUNS)})
    assert held_out_rows(empty, DECLARED) == []
    three = measured(0).runs.slice(0, 3)
    rows = held_out_rows(Measurements.of({"runs": three}), {"L(N)": DECLARED["L(N)"]})
    assert all(r["predicted"] is None and r["status"].startswith("too few") for r in rows)
