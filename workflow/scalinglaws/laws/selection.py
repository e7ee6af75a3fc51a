"""Which points a law is fitted to, and why every other run of the experiment is left out."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from scalinglaws.errors import UserError
from scalinglaws.laws.measurements import Measurements


@dataclass(frozen=True)
class Selection:
    """Points of one law, in the order of x, and the runs left out.

    ``x`` and ``loss`` (nats/token) have shape (n,); ``run_ids`` names their runs; ``excluded``
    lists (run_id, reason); ``choice`` repeats experiment, variable and ranges as configured.
    Several runs may share an x: seeds are separate points.

    Where points are derived from several runs, ``note`` says how, and ``without`` holds for each
    run behind a point the (x, loss) that are left when that run is deleted; ``strata`` names the
    independent sample of each, one sample where it is empty; ``freedom`` the degrees of freedom of
    a sample whose redone points are not G independent ones. ``fault`` says why there are no points
    though there are runs.
    """

    x: np.ndarray
    loss: np.ndarray
    run_ids: list[str]
    excluded: list[tuple[str, str]] = field(default_factory=list)
    choice: dict = field(default_factory=dict)
    without: dict[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)
    strata: dict[str, str] = field(default_factory=dict)
    freedom: dict[str, float] = field(default_factory=dict)
    note: str = ""
    fault: str = ""


def select_runs(
    runs: pa.Table, experiment: str, select: dict[str, dict], x: str = "n_params"
) -> Selection:
    """Rows of the table RUNS that carry ``experiment`` and pass every range of ``select``.

    ``select`` maps a column to a closed range, e.g. ``{"n_params": {"min": 7e5, "max": 1e9}}``.
    A run is left out, by name and with the reason, when it diverged, when x or the loss is
    missing, not finite or not positive (both are fitted in logarithms), or when a selected column
    is missing or outside its range. Raises UserError for an unknown column or an experiment that
    no run carries.
    """
    check_numeric(runs, (x, *select), "select", "runs.parquet")
    members = [row for row in runs.to_pylist() if experiment in row["experiments"]]
    if not members:
        known = sorted({name for row in runs["experiments"].to_pylist() for name in row})
        raise UserError(
            f"experiment {experiment!r}: no run of runs.parquet carries it; "
            f"there are: {', '.join(known) or 'none'}"
        )
    # By x for the reader, then by name: the order of rows in the table must not matter.
    members.sort(key=lambda row: (row[x] is not None, row[x] or 0, row["run_id"]))
    reasons = [_reason(row, x, select) for row in members]
    kept = [row for row, reason in zip(members, reasons, strict=True) if reason is None]
    return Selection(
        x=np.array([row[x] for row in kept], dtype=float),
        loss=np.array([row["test_loss"] for row in kept], dtype=float),
        run_ids=[row["run_id"] for row in kept],
        excluded=[
            (row["run_id"], reason)
            for row, reason in zip(members, reasons, strict=True)
            if reason is not None
        ],
        choice={"experiment": experiment, "x": x, "select": select},
    )


def run_points(measurements: Measurements, declared: dict) -> Selection:
    """One point a run: the points of L(N). No curve is needed."""
    x = (declared.get("variables") or {}).get("N", "n_params")
    select = declared.get("select") or {}
    return select_runs(measurements.runs, declared["experiment"], select, x)


def check_numeric(table: pa.Table, columns: Iterable[str], key: str, file: str) -> None:
    """Raises UserError naming the key of the configuration whose column cannot have a range."""
    for column in columns:
        if column not in table.schema.names:
            raise UserError(f"{key}: {column!r} is no column of {file}; correct the name")
        kind = table.schema.field(column).type
        if not pa.types.is_integer(kind) and not pa.types.is_floating(kind):
            raise UserError(f"{key}: column {column!r} is not a number; select by another one")


def _reason(row: dict, x: str, select: dict[str, dict]) -> str | None:
    """Why a run is left out; None = it is fitted."""
    if row["status"] == "diverged":
        return "diverged"
    for column in (x, "test_loss"):
        value = row[column]
        if value is None or not np.isfinite(value):
            return f"{column} is missing"
        if value <= 0:
            return f"{column} is not positive"
    for column, limits in select.items():
        value, low, high = row[column], limits.get("min"), limits.get("max")
        if value is None:
            return f"{column} is missing"
        if low is not None and value < low:
            return f"{column} below {low:g}"
        if high is not None and value > high:
            return f"{column} above {high:g}"
    return None
