"""A frontier that somebody else read off their runs: computes and sizes, no learning curves."""

from dataclasses import dataclass

import numpy as np

from scalinglaws.laws.batch.chain import Variant, variants
from scalinglaws.laws.frontier.optimum import Frontier
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.selection import check_numeric
from scalinglaws.units import PF_DAY

NOTE = (
    "points of a frontier as published, each deleted in turn; the compute is the source's own, "
    "so the uncertainty of its conversion is not in the interval"
)
COLUMNS = {"C": "compute_6nbs", "C_min": "compute_min"}


@dataclass(frozen=True)
class Passes:
    """The chain, its frontiers (one a variant), and what to say about them."""

    chain: list[Variant]
    frontiers: list[Frontier]
    excluded: list[tuple[str, str]]
    choice: dict
    note: str = NOTE


def is_frontier(measurements: Measurements, declared: dict) -> bool:
    """Whether every run of the experiment logged exactly one point, and that without a loss."""
    rows = _logged(measurements, declared)
    return bool(rows) and all(len(own) == 1 and not own[0]["test_loss"] for own in rows.values())


def published_passes(measurements: Measurements, declared: dict, variable: str) -> Passes:
    """The points that carry ``variable`` (C or C_min) and pass ``select`` (columns of RUNS)."""
    select, column = declared.get("select") or {}, COLUMNS[variable]
    check_numeric(measurements.runs, select, "select", "runs.parquet")
    by_name = {row["run_id"]: row for row in measurements.runs.to_pylist()}
    points, excluded = {}, []
    for run_id, (logged,) in sorted(_logged(measurements, declared).items()):
        run, compute = by_name[run_id], logged[column]
        if not compute:
            excluded.append((run_id, f"no {column} logged"))
        elif not run["n_params"]:
            excluded.append((run_id, "n_params is missing"))
        elif outside := [c for c, limits in select.items() if not _within(run[c], limits)]:
            excluded.append((run_id, f"{outside[0]} outside its range"))
        else:
            points[run_id] = (run["n_params"], compute / PF_DAY)
    experiment = declared["experiment"]
    chain = variants(list(points), experiment)
    frontiers = [
        _frontier([p for run, p in points.items() if variant.keeps(experiment, run)])
        for variant in chain
    ]
    return Passes(chain, frontiers, excluded, {"experiment": experiment, "select": select})


def _frontier(points: list[tuple[float, float]]) -> Frontier:
    size, compute = np.array(points, dtype=float).reshape(-1, 2).T
    return Frontier(size, compute, np.full(len(size), np.nan))


def _logged(measurements: Measurements, declared: dict) -> dict[str, list[dict]]:
    """Rows of CURVES of each run that carries the experiment."""
    runs = measurements.runs.select(["run_id", "experiments"]).to_pylist()
    found: dict[str, list[dict]] = {
        row["run_id"]: [] for row in runs if declared["experiment"] in row["experiments"]
    }
    columns = ["run_id", "test_loss", *COLUMNS.values()]
    for row in measurements.curves.select(columns).to_pylist():
        if row["run_id"] in found:
            found[row["run_id"]].append(row)
    return found


def _within(value: float | None, limits: dict) -> bool:
    return value is not None and limits.get("min", value) <= value <= limits.get("max", value)
