"""Runs of several lengths that share a trunk: one sample, under the name of the longest."""

import numpy as np
import pyarrow as pa

from scalinglaws.laws.envelope import Curve
from scalinglaws.laws.selection import check_numeric
from scalinglaws.units import PF_DAY


def named_by_trunk(rows: list[dict]) -> list[str]:
    """For each row of RUNS the name of the longest among the rows that shares its trunk."""
    longest: dict[str, dict] = {}
    for row in rows:
        known = longest.setdefault(row["trunk_id"] or row["run_id"], row)
        if (row["steps"] or 0) > (known["steps"] or 0):
            longest[row["trunk_id"]] = row
    return [longest[row["trunk_id"] or row["run_id"]]["run_id"] for row in rows]


def shorter_of_trunks(runs: pa.Table, run_ids: list[str]) -> dict[str, str]:
    """Run: the longer one of ``run_ids`` that goes on with its trunk, and so has its curve too."""
    rows = _rows(runs, run_ids)
    names = zip(rows, named_by_trunk(rows), strict=True)
    return {row["run_id"]: name for row, name in names if row["run_id"] != name}


def trunk_ends(
    runs: pa.Table, run_ids: list[str], column: str
) -> tuple[dict[str, Curve], list[str]]:
    """``column`` in PF-days and final loss of the runs of each trunk, and runs of a lone length.

    A run that goes on at the same rate is above what one ends with that cools down there, and the
    more so the longer and the larger it is (Hägele et al. 2024): these are the ends themselves.
    """
    check_numeric(runs, (column,), "ends", "runs.parquet")
    rows = [row for row in _rows(runs, run_ids) if row[column]]
    points: dict[str, list[tuple[float, float]]] = {}
    for name, row in zip(named_by_trunk(rows), rows, strict=True):
        points.setdefault(name, []).append((row[column] / PF_DAY, row["test_loss"]))
    found = {name: tuple(np.array(sorted(points[name])).T) for name in sorted(points)}
    lone = [name for name, (compute, _) in found.items() if len(compute) < 2]
    return {name: curve for name, curve in found.items() if name not in lone}, lone


def _rows(runs: pa.Table, run_ids: list[str]) -> list[dict]:
    wanted = set(run_ids)
    return [row for row in runs.to_pylist() if row["run_id"] in wanted]
