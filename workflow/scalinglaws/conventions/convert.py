"""The tables of metrics as they read under another way of counting N and C.

The converted tables go through the same laws as the original ones. There N_eff, such that
C = 6 N_eff D, stands in n_params, by which a frontier compares curves at equal tokens; N as the
convention counts it stands in n_params_total.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from scalinglaws.conventions.steps import Conventions
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.selection import select_runs
from scalinglaws.metrics import RUNS, table_from_rows
from scalinglaws.operations import operations

COUNTED = "n_params_total"  # where N stands as the convention counts it
BACKWARD = 3.0  # forward and backward over forward: the backward pass costs two


@dataclass(frozen=True)
class Converted:
    """The tables, and the runs left out: (run_id, reason)."""

    measurements: Measurements
    excluded: list[tuple[str, str]]


def converted(measurements: Measurements, step: Conventions) -> Converted:
    """Runs of the step's experiment that pass ``select``, with N and C counted its way.

    Raises UserError for an experiment or column that does not exist.
    """
    chosen = select_runs(measurements.runs, step.experiment, step.select, "test_loss")
    kept = set(chosen.run_ids)
    rows, factors, excluded = [], {}, list(chosen.excluded)
    for row in measurements.runs.to_pylist():
        if row["run_id"] not in kept:
            continue
        size, flops = counted_params(row, step.params), flops_per_token(row, step.flops)
        spent = _spent(row, flops)
        if size is None or flops is None or spent is None:
            excluded.append((row["run_id"], _unknown(row, step)))
            continue
        factors[row["run_id"]] = spent[1]
        rows.append(
            row
            | {
                "n_params": round(flops / 6.0),
                COUNTED: round(size),
                "compute_6nbs": spent[0],
            }
        )
    curves = _scaled(measurements.curves, factors)
    runs = table_from_rows(rows, RUNS) if rows else RUNS.empty_table()
    return Converted(replace(measurements, runs=runs, curves=curves), excluded)


def counted_params(row: dict, params: str) -> float | None:
    """N of a run: without embeddings, or with them; None where it is not known."""
    if params == "non_embedding":
        return row["n_params"]
    if row["n_params_total"]:
        return row["n_params_total"]
    known = (row["n_params"], row["n_vocab"], row["n_ctx"], row["d_model"])
    return None if None in known else known[0] + (known[1] + known[2]) * known[3]


def flops_per_token(row: dict, flops: str) -> float | None:
    """Training FLOPs a token of a run; None where its shape is not known."""
    if flops == "total":
        size = counted_params(row, "total")
        return None if size is None else 6.0 * size
    if row["n_params"] is None:
        return None
    used = 6.0 * row["n_params"] * (row["reuse"] or 1)
    if flops == "non_embedding":
        return used
    if row["d_model"] is None or row["n_vocab"] is None:
        return None
    if flops == "last_layer":
        return used + 6.0 * row["n_vocab"] * row["d_model"]
    if row["compute_counted"] and row["tokens"]:
        return row["compute_counted"] / row["tokens"]
    if None in (row["n_layer"], row["n_ctx"]):
        return None
    width = row["d_model"], row["d_ff"] or 4 * row["d_model"]
    shape = operations(row["n_layer"] * (row["reuse"] or 1), *width, row["n_ctx"], row["n_vocab"])
    return BACKWARD * sum(forward for _, forward in shape.values())


def _spent(row: dict, flops: float | None) -> tuple[float | None, float] | None:
    """(C of the whole run, what logged computes are to be multiplied by), None if unknown."""
    logged = row["compute_6nbs"]
    base = flops_per_token(row, "non_embedding")
    if flops is None:
        return None
    if base:
        return (logged and logged * flops / base), flops / base
    if not (row["tokens"] and logged):
        return None
    spent = flops * row["tokens"]
    return spent, spent / logged


def _scaled(curves: pa.Table, factors: dict[str, float]) -> pa.Table:
    """Curves of the runs kept, their compute multiplied."""
    names = curves["run_id"].to_pylist()
    curves = curves.filter(pa.array([name in factors for name in names], pa.bool_()))
    compute = curves["compute_6nbs"].to_numpy(zero_copy_only=False)
    factor = np.array([factors[name] for name in names if name in factors], dtype=float)
    scaled = pa.array(compute * factor, pa.float64(), from_pandas=True)
    at = curves.schema.get_field_index("compute_6nbs")
    return curves.set_column(at, curves.schema.field(at), scaled)


def _unknown(row: dict, step: Conventions) -> str:
    """What this step's count needs and the run lacks, in words."""
    layers = () if row["compute_counted"] and row["tokens"] else ("n_layer", "n_ctx")
    columns = {
        "non_embedding": ("n_params",),
        "last_layer": ("n_params", "d_model", "n_vocab"),
        "total": () if row["n_params_total"] else ("n_params", "n_vocab", "n_ctx", "d_model"),
        "counted": ("n_params", "d_model", "n_vocab", *layers),
    }
    needed = dict.fromkeys(columns[step.params] + columns[step.flops])
    unknown = [column for column in needed if row[column] is None]
    # All else known, the run has no n_params to convert its logged computes by (`_spent`).
    unknown = unknown or [column for column in ("tokens", "compute_6nbs") if not row[column]]
    return f"{', '.join(unknown)} not known, which the convention counts with"
