"""Porian et al. (2024): their runs, one cause of Kaplan's exponent removed after the other."""

import csv
from pathlib import Path

import pytest

from scalinglaws.conventions.analysis import analyse
from scalinglaws.laws.measurements import Measurements
from scalinglaws.metrics import RUNS, table_from_rows

TABLES = Path(__file__).parents[3] / "shared/peers/data/formll+resolving-scaling-law-discrepancies"
SETUP = ("hparams", "warmup", "decay", "param_count")
# Set-up, what it changes, and the exponent that they print for RefinedWeb.
STEPS = (
    (("base", "long", "kaplan", "kaplan"), "Kaplan", 0.835),
    (("base", "long", "kaplan", "standard"), "last layer", 0.706),
    (("base", "short", "kaplan", "standard"), "warm-up", 0.602),
    (("base", "short", "chinchilla", "standard"), "decay", 0.571),
    (("tuned", "short", "const", "standard"), "tuned", 0.497),
)


def read(name):
    if not TABLES.is_dir():
        pytest.skip(f"{TABLES}: the points of Porian et al. are not part of this repository")
    with (TABLES / name).open(newline="") as file:
        return [row for row in csv.DictReader(file) if row["file"] == "summary_df"]


@pytest.fixture(scope="module")
def found():
    rows = [
        {
            "run_id": f"{i}",
            "source": "table",
            "experiments": [" ".join(row[key] for key in SETUP)],
            "status": "finished",
            # Their N holds the last layer from the second set-up on.
            "n_params" if row["param_count"] == "kaplan" else "n_params_total": round(
                float(row["N"])
            ),
            "tokens": round(float(row["D"])),
            "compute_6nbs": float(row["flops"]),
            "test_loss": float(row["L"]),
        }
        for i, row in enumerate(read("isoflop_points.csv"))
    ]
    steps = [
        {
            "title": title,
            "experiment": " ".join(setup),
            "params": "non_embedding" if setup[-1] == "kaplan" else "total",
            "flops": "non_embedding" if setup[-1] == "kaplan" else "total",
        }
        for setup, title, _ in STEPS
    ]
    measured = Measurements(runs=table_from_rows(rows, RUNS))
    return analyse(measured, {"estimator": "minima", "steps": steps}, "Porian et al.")


def test_every_step_has_the_exponent_that_they_print(found):
    for row, (_, title, printed) in zip(found, STEPS, strict=True):
        assert row["title"] == title and row["status"] == "ok"
        assert row["exponent"] == pytest.approx(printed, abs=0.01)
        assert row["ci_low"] < printed < row["ci_high"]


def test_each_cause_that_is_removed_lowers_the_exponent(found):
    exponents = [row["exponent"] for row in found]
    assert exponents == sorted(exponents, reverse=True)
