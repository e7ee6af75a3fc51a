"""Observations of a law of several variables: one a run, or many along each learning curve."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from scalinglaws.laws.compute_points import learning_curves
from scalinglaws.laws.envelope import curve_at, log_grid
from scalinglaws.laws.selection import check_numeric, select_runs
from scalinglaws.laws.trunks import named_by_trunk

COLUMNS = {"N": "n_params", "D": "dataset_tokens"}
WITHOUT_LIMIT = {"dataset_tokens"}  # null means all of the text there is: infinity


@dataclass(frozen=True)
class Observations:
    """``x`` of shape (n, k), ``loss`` (n,) in nats/token, and names and choices for the summary."""

    x: np.ndarray
    loss: np.ndarray
    run_ids: list[str]
    excluded: list[tuple[str, str]]
    choice: dict


def run_observations(runs: pa.Table, declared: dict, variables: tuple[str, ...]) -> Observations:
    """Runs of ``declared["experiment"]`` that pass ``declared["select"]``.

    ``declared["variables"]`` maps a variable of the law to a column of RUNS (default COLUMNS).
    Runs without a value there are left out by name, except on all of the text: D = infinity.
    Runs of several lengths that share a trunk rise and fall together: all of them carry the name
    of the longest, so that intervals take them as one. Raises UserError for an unknown column or
    experiment.
    """
    columns = COLUMNS | (declared.get("variables") or {})
    columns = {name: columns[name] for name in variables}
    check_numeric(runs, columns.values(), "variables", "runs.parquet")
    first = columns[variables[0]]
    chosen = select_runs(runs, declared["experiment"], declared.get("select") or {}, first)
    by_name = {row["run_id"]: row for row in runs.to_pylist()}
    kept, excluded, x, loss = [], list(chosen.excluded), [], []
    for run_id, value in zip(chosen.run_ids, chosen.loss, strict=True):
        row = [_value(by_name[run_id], column) for column in columns.values()]
        if missing := [c for c, v in zip(columns.values(), row, strict=True) if v is None]:
            excluded.append((run_id, f"{missing[0]} is missing"))
            continue
        kept.append(run_id)
        x.append(row)
        loss.append(value)
    return Observations(
        x=np.array(x, dtype=float).reshape(len(kept), len(variables)),
        loss=np.array(loss, dtype=float),
        run_ids=named_by_trunk([by_name[run_id] for run_id in kept]),
        excluded=excluded,
        choice={
            "experiment": declared["experiment"],
            "variables": columns,
            "select": declared.get("select") or {},
        },
    )


def curve_observations(runs: pa.Table, curves: pa.Table, declared: dict) -> Observations:
    """N and tokens processed along the learning curves of the selected runs, D = tokens.

    Each curve is read at one grid of ten token counts a decade, so that a run that
    logged more often weighs no more. Warm-up and cool-down are left out (`learning_curves`). All
    points of a run carry its name: they rise and fall together.
    """
    select = declared.get("select") or {}
    chosen = select_runs(runs, declared["experiment"], select)
    points = declared.get("points") or {}
    found = learning_curves(curves, chosen.run_ids, "tokens", points, unit=1.0)
    sizes = dict(zip(chosen.run_ids, chosen.x, strict=True))
    x, loss, run_ids = [], [], []
    for run_id, curve in found.items():
        grid = log_grid(curve[0].min(), curve[0].max())
        x += [(sizes[run_id], tokens) for tokens in grid]
        loss += list(curve_at(curve, grid))
        run_ids += [run_id] * len(grid)
    without_curve = [run for run in chosen.run_ids if run not in found]
    return Observations(
        x=np.array(x, dtype=float).reshape(len(run_ids), 2),
        loss=np.array(loss, dtype=float),
        run_ids=run_ids,
        excluded=[*chosen.excluded, *((run, "no tokens logged") for run in without_curve)],
        choice={"experiment": declared["experiment"], "select": select, "points": points},
    )


def _value(row: dict, column: str) -> float | None:
    value = row[column]
    return np.inf if value is None and column in WITHOUT_LIMIT else value
