"""The estimators beside the frontier find the law that made the runs; the page shows them all."""

import numpy as np
import pytest
from known_ladder import CONSTANTS, KAPLAN, ladder

from scalinglaws.conventions.analysis import analyse
from scalinglaws.conventions.table import exponent, page
from scalinglaws.laws.curves.chinchilla import loss, optimal_exponents, optimal_size
from scalinglaws.laws.measurements import Measurements
from scalinglaws.metrics import RUNS, table_from_rows
from scalinglaws.units import PF_DAY

BUDGETS = np.geomspace(3e-6, 1e-2, 7)  # PF-days, whose best sizes the ladder holds
TRUE = optimal_exponents(*CONSTANTS[3:])[0]
STEP = KAPLAN | {"experiment": "all"}


def ends():
    """Runs that were trained to the budgets, at sizes about the best."""
    rows = []
    for budget in BUDGETS * PF_DAY:
        for size in optimal_size(budget, *CONSTANTS[1:]) * np.geomspace(0.2, 5.0, 9):
            tokens = budget / (6 * round(size))
            rows.append(
                {
                    "run_id": f"{budget:.3g}-{size:.0f}",
                    "source": "table",
                    "experiments": ["all"],
                    "status": "finished",
                    "n_params": round(size),
                    "n_params_total": round(size),
                    "tokens": round(tokens),
                    "compute_6nbs": budget,
                    "test_loss": float(loss(round(size), tokens, *CONSTANTS)),
                }
            )
    return Measurements(runs=table_from_rows(rows, RUNS))


def test_minima_along_curves_lie_on_the_law_that_made_them():
    too_small = 1e-8  # there the smallest model is the best, which is no minimum
    declared = {"estimator": "minima", "budgets": [too_small, *BUDGETS], "steps": [STEP]}
    (row,) = analyse(ladder(n_params_total=lambda size: int(size)), declared, "x")
    assert row["status"] == "ok" and row["losses"] == "along curves"
    assert row["exponent"] == pytest.approx(TRUE, abs=0.02)
    assert row["ci_low"] < TRUE < row["ci_high"]
    assert row["compute"] == pytest.approx(BUDGETS)
    best = optimal_size(BUDGETS * PF_DAY, *CONSTANTS[1:])
    assert row["size"] == pytest.approx(best, rel=0.1)


def test_minima_over_the_ends_of_runs_need_no_budgets():
    declared = {"estimator": "minima", "budgets": [1e9], "steps": [STEP | {"ends": True}]}
    (row,) = analyse(ends(), declared, "x")
    assert row["status"] == "ok" and row["losses"] == "ends of runs"
    assert row["exponent"] == pytest.approx(TRUE, abs=0.01)
    assert row["compute"] == pytest.approx(BUDGETS)


def test_three_models_are_too_few_for_the_nearest():
    few = STEP | {"select": {"n_params": {"max": 5e5}}}
    declared = {"estimator": "nearest", "budgets": BUDGETS.tolist(), "steps": [few]}
    (row,) = analyse(ladder(n_params_total=lambda size: int(size)), declared, "x")
    assert row["status"] == "too few models with curves: 3"
    assert row["exponent"] is None and row["compute"] == [] and row["n_runs"] == 0


def test_simulations_stand_below_the_study_on_its_page():
    known = {"params": "non_embedding", "flops": "total", "losses": "along curves", "n_runs": 9}
    known |= {"step": 1, "title": "a step", "status": "ok"}
    found = {"exponent": 0.7341, "ci_low": 0.7, "ci_high": 0.76}
    rows = [
        known | {"source": "toy"} | found,
        known | {"source": "simulated, x"} | found | {"ci_low": None},
        known | {"source": "simulated, y", "status": "too few models", "exponent": None},
    ]
    own, x, y = page("toy", rows).split("\n## ")
    assert "| without embeddings | all | along curves | 0.734 [0.700, 0.760] | 9 |" in own
    assert x.startswith("Simulated, x\n") and "| 0.734 | 9 |" in x
    assert y.startswith("Simulated, y\n") and "| – | 9 | too few models |" in y


def test_an_exponent_has_its_interval_if_there_is_one():
    assert exponent({"exponent": 0.5, "ci_low": 0.4, "ci_high": 0.61}) == "0.500 [0.400, 0.610]"
    assert exponent({"exponent": 0.5}) == "0.500"
    assert exponent({"exponent": 0.5, "ci_low": 0.4, "ci_high": None}) == "0.500"
    assert exponent({}) == "–"
