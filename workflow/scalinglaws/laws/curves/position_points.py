"""The curves of loss against position in the context that a law is fitted to."""

from dataclasses import dataclass

import numpy as np

from scalinglaws.errors import UserError
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.selection import check_numeric


@dataclass(frozen=True)
class PositionCurve:
    """One run: its N, and (n,) positions from 1 with their losses in nats/token."""

    run_id: str
    n_params: float
    position: np.ndarray
    loss: np.ndarray


@dataclass(frozen=True)
class PositionCurves:
    """Curves by N, and the runs left out."""

    curves: list[PositionCurve]
    excluded: list[tuple[str, str]]
    choice: dict


def position_curves(measurements: Measurements, declared: dict) -> PositionCurves:
    """Curves of ``declared["experiment"]`` on the runs' own test text.

    ``select`` ranges over columns of RUNS, ``points`` over those of POSITIONS. Raises UserError for
    an unknown column or an experiment that no run carries.
    """
    select, points = declared.get("select") or {}, declared.get("points") or {}
    experiment = declared["experiment"]
    check_numeric(measurements.runs, ("n_params", *select), "select", "runs.parquet")
    check_numeric(measurements.positions, points, "points", "positions.parquet")
    members = [row for row in measurements.runs.to_pylist() if experiment in row["experiments"]]
    if not members:
        raise UserError(
            f"experiment {experiment!r}: no run of runs.parquet carries it; correct the name"
        )
    logged: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for row in measurements.positions.to_pylist():
        if row["loss"] is not None and np.isfinite(row["loss"]) and _within(row, points):
            own = logged.setdefault((row["run_id"], row["corpus"]), [])
            own.append((row["position"], row["loss"]))
    found, excluded = [], []
    for run in sorted(members, key=lambda row: (row["n_params"] or 0, row["run_id"])):
        own = sorted(logged.get((run["run_id"], run["corpus"]), []))
        if reason := _reason(run, select, own):
            excluded.append((run["run_id"], reason))
            continue
        position, loss = np.array(own, dtype=float).T
        found.append(PositionCurve(run["run_id"], float(run["n_params"]), position, loss))
    choice = {"experiment": experiment, "select": select, "points": points}
    return PositionCurves(found, excluded, choice)


def _within(row: dict, ranges: dict[str, dict]) -> bool:
    for column, limits in ranges.items():
        value, low, high = row[column], limits.get("min"), limits.get("max")
        if value is None or (low is not None and value < low):
            return False
        if high is not None and value > high:
            return False
    return True


def _reason(run: dict, select: dict[str, dict], own: list) -> str | None:
    """Why a run is left out; None = its curve is fitted."""
    if run["status"] == "diverged":
        return "diverged"
    if not run["n_params"]:
        return "n_params is missing"
    for column in select:
        if not _within(run, {column: select[column]}):
            return f"{column} outside its range"
    return None if own else "no loss by position"
