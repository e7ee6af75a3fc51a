"""From single outcomes to coverage and width of each cell, with its Monte Carlo error."""

from collections import Counter, defaultdict

import numpy as np
import pyarrow as pa

from coverage_study.outcome import Outcome

LEVEL = 0.95
Z = 1.959964  # of a normal estimate whose standard error is known: the oracle's
CELL, POOLED = (0.92, 0.98), (0.94, 0.96)  # what is called right

SCHEMA = pa.schema(
    [
        ("law", pa.string()),
        ("n_runs", pa.int64()),
        ("estimand", pa.string()),
        ("method", pa.string()),
        ("default", pa.bool_()),
        ("replications", pa.int64()),
        ("usable", pa.int64()),
        ("covered", pa.int64()),
        ("coverage", pa.float64()),
        ("coverage_std_err", pa.float64()),
        ("median_width", pa.float64()),
        ("oracle_width", pa.float64()),
        ("width_ratio", pa.float64()),
        ("bias", pa.float64()),
        ("std_dev", pa.float64()),
        ("commonest_fault", pa.string()),
    ]
)


def summarise(law: str, n_runs: int, found: list[tuple[str, list[Outcome]]]) -> list[dict]:
    """One row an estimand and method of one cell.

    Coverage counts studies whose status is ok. The oracle knows the standard deviation of the
    estimate, which is that over the replications: its interval is 2 x 1.96 of them wide.
    """
    outcomes: dict[tuple, list[Outcome]] = defaultdict(list)
    for _, own in found:
        for outcome in own:
            outcomes[outcome.estimand, outcome.method, outcome.default].append(outcome)
    faults = Counter(status for status, _ in found if status != "ok")
    usable = sum(status == "ok" for status, _ in found)
    rows = []
    for (estimand, method, default), own in outcomes.items():
        errors = np.array([outcome.error for outcome in own])
        covered = sum(outcome.covered for outcome in own)
        share, spread = covered / len(own), float(errors.std(ddof=1)) if len(own) > 1 else np.nan
        width = float(np.median([outcome.width for outcome in own]))
        oracle = 2.0 * Z * spread
        rows.append(
            {
                "law": law,
                "n_runs": n_runs,
                "estimand": estimand,
                "method": method,
                "default": default,
                "replications": len(found),
                "usable": usable,
                "covered": covered,
                "coverage": share,
                "coverage_std_err": float(np.sqrt(share * (1.0 - share) / len(own))),
                "median_width": width,
                "oracle_width": oracle,
                "width_ratio": width / oracle,
                "bias": float(errors.mean()),
                "std_dev": spread,
                "commonest_fault": faults.most_common(1)[0][0] if faults else "",
            }
        )
    return rows


def pooled(rows: list[dict]) -> list[dict]:
    """Coverage of each default method over all its cells, and its extreme cells.

    Estimands of one study are not independent, so no Monte Carlo error is given.
    """
    found = []
    for method in dict.fromkeys(row["method"] for row in rows if row["default"]):
        own = [row for row in rows if row["default"] and row["method"] == method]
        weight = sum(row["covered"] / row["coverage"] if row["covered"] else 0 for row in own)
        found.append(
            {
                "method": method,
                "laws": list(dict.fromkeys(row["law"] for row in own)),
                "cells": len(own),
                "coverage": sum(row["covered"] for row in own) / weight,
                "lowest": min(own, key=lambda row: row["coverage"]),
                "highest": max(own, key=lambda row: row["coverage"]),
            }
        )
    return found
