"""Which rows of a table are meant: by the values of a column, by ranges, after the start."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from scalinglaws.errors import UserError
from scalinglaws.run_tables.how import Limits
from scalinglaws.wording import one_line

STATUS = "status"  # our own tables name runs that diverged
SHOWN = 8  # values named in a message


def rows_where(path: Path, table: pa.Table, where: Mapping[str, Iterable[str]]) -> np.ndarray:
    """Rows whose every column of ``where`` has one of its values, shape (n,); a list holds it.

    Raises:
        UserError: no such column, or no row left; names the values there are.
    """
    kept = np.ones(len(table), dtype=bool)
    for name, values in where.items():
        if name not in table.column_names:
            raise UserError(
                f"{path}: where {name}: no such column; it has: {', '.join(table.column_names)}"
            )
        column = table[name]
        matches = np.zeros(len(table), dtype=bool)
        for value in values:
            matches |= _equal(column, value)
        kept &= matches
        if not kept.any():
            asked = f"where {name}={one_line(','.join(values))}"
            raise UserError(f"{path}: {asked}: no such row; there are: {_values(column)}")
    return kept


def _equal(column: pa.ChunkedArray, value: str) -> np.ndarray:
    kind = column.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return np.array([value in map(str, cell or ()) for cell in column.to_pylist()], dtype=bool)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        try:
            number = float(value)
        except ValueError:
            return np.zeros(len(column), dtype=bool)
        return pc.equal(column.cast(pa.float64(), safe=False), number).fill_null(False).to_numpy()
    if pa.types.is_boolean(kind):
        value = value.lower()
    return pc.equal(column.cast(pa.string()), value).fill_null(False).to_numpy()


def _values(column: pa.ChunkedArray) -> str:
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        column = column.combine_chunks().flatten()
    values = [str(value) for value in pc.unique(column).to_pylist()]
    return ", ".join(map(one_line, values[:SHOWN])) + (" ..." if len(values) > SHOWN else "")


def without_diverged(
    table: pa.Table, first: np.ndarray, notes: list[str]
) -> tuple[pa.Table, np.ndarray]:
    """Without the rows of runs that the table itself calls diverged; ``first`` numbers rows."""
    if STATUS not in table.column_names or not pa.types.is_string(table[STATUS].type):
        return table, first
    diverged = pc.equal(table[STATUS], "diverged").fill_null(False).to_numpy()
    if diverged.any():
        notes.append(f"{int(diverged.sum())} rows of runs that diverged are left out")
    return table.filter(pa.array(~diverged)), first[~diverged]


def after_start(rows: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Rows of a curve at step 0 hold the loss of an untrained model: no law is about that."""
    start = rows["order"] == 0
    if not start.any() or start.all():
        return rows
    notes.append(f"{int(start.sum())} rows at step 0, before training, are left out")
    return rows[~start]


def within(
    path: Path, rows: pd.DataFrame, ranges: Mapping[str, Limits], notes: list[str]
) -> pd.DataFrame:
    """Rows inside every range.

    Raises:
        UserError: a key without a column, or no row left.
    """
    for key, (low, high) in ranges.items():
        if key not in rows:
            raise UserError(f"{path}: range {key}: the table has no column for it")
        inside = rows[key].ge(-np.inf if low is None else low)
        inside &= rows[key].le(np.inf if high is None else high)
        limits = f"{'' if low is None else f'{low:g}'}:{'' if high is None else f'{high:g}'}"
        notes.append(f"range {key}={limits}: {int(inside.sum())} of {len(rows)} rows")
        rows = rows[inside]
        if not len(rows):
            raise UserError(f"{path}: range {key}={limits}: no row lies inside")
    return rows
