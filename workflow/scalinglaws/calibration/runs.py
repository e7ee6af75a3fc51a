"""The runs of the calibration, each with the settings that the table of metrics does not carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalinglaws.errors import UserError

if TYPE_CHECKING:
    import pyarrow as pa

# Fields of a run spec that are swept but are no columns of runs.parquet.
SETTINGS = ("init_std", "beta1", "beta2")


def with_settings(runs: pa.Table, settings: dict[str, dict[str, float]], study: str) -> list[dict]:
    """Rows of the table RUNS with the SETTINGS of their specs, in the order of their names.

    Args:
        runs: metrics of the study.
        settings: run id: the values of SETTINGS, of every run that the study declares.
        study: its name, for the error.

    Raises:
        UserError: a run of the table is not declared: metrics and configuration are out of step.
    """
    rows = []
    for row in runs.to_pylist():
        if row["run_id"] not in settings:
            raise UserError(
                f"results/{study}/metrics/runs.parquet: run {row['run_id']} is not declared by "
                f"config/{study}.yaml; gather the study again"
            )
        rows.append(row | settings[row["run_id"]])
    return sorted(rows, key=lambda row: row["run_id"])


def members(rows: list[dict], experiment: str) -> list[dict]:
    """The runs that serve an experiment, diverged ones too."""
    return [row for row in rows if experiment in row["experiments"]]


def usable(row: dict) -> bool:
    """Whether a run finished with a loss that can be compared."""
    return row["status"] == "finished" and row["test_loss"] is not None and row["test_loss"] > 0
