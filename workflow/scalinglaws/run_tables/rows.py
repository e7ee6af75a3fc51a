"""The usable rows of somebody's table: a column a quantity, in our units, and what was done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from scalinglaws.errors import UserError
from scalinglaws.run_tables.cells import is_blank, number_in_name, numbers
from scalinglaws.run_tables.checks import check_units, missing_column, repeated_rows
from scalinglaws.run_tables.choose import after_start, rows_where, within, without_diverged
from scalinglaws.run_tables.curves import name_runs
from scalinglaws.run_tables.derive import derive
from scalinglaws.run_tables.faults import MEND, Faults, unusable
from scalinglaws.run_tables.how import HowToRead
from scalinglaws.run_tables.mapping import Taken, map_columns
from scalinglaws.run_tables.quantities import QUANTITIES, RUN_NAMES
from scalinglaws.run_tables.reading import read_file
from scalinglaws.run_tables.units import spelled


@dataclass(frozen=True)
class RunRows:
    """What the chosen rows of a file say.

    ``rows`` has the columns row (its line in the file), run (its place in ``names``), order (along
    a curve) and a key of QUANTITIES each, NaN where unknown; ``given`` are the keys that the table
    or a constant gives, not computed. ``table`` holds the rows before bad ones were left out,
    ``run_column`` its column of run names, ``n_rows`` counts those of the file.
    """

    path: Path
    table: pa.Table
    rows: pd.DataFrame
    names: np.ndarray
    taken: dict[str, Taken]
    given: tuple[str, ...]
    notes: list[str]
    warnings: list[str]
    run_column: str
    n_rows: int


def read_rows(path: str | Path, how: HowToRead, needed: Iterable[str] = ("loss",)) -> RunRows:
    """Read, choose, convert and check the rows of the table at ``path``.

    Raises:
        UserError: as `user_table.read_user_table`.
    """
    path, needed = Path(path), tuple(needed)
    how.check()
    read = read_file(path)
    table, first = read.table, np.arange(len(read.table)) + read.first_row
    notes = list(read.notes)
    kept = rows_where(path, table, how.where)
    if how.where:
        said = ", ".join(f"{name}={','.join(values)}" for name, values in how.where.items())
        notes.append(f"{said}: {int(kept.sum())} of {len(table)} rows")
        table, first = table.filter(pa.array(kept)), first[kept]
    table, first = without_diverged(table, first, notes)
    mapping = map_columns(
        path, table, dict(how.columns), dict(how.units), dict(how.constants), read.decimal_comma
    )
    taken, warnings = dict(mapping.taken), list(mapping.warnings)
    notes += mapping.notes
    known = set(taken) | set(how.constants)
    if fault := missing_column(path, table.column_names, known, needed, warnings):
        if not how.inspecting:
            raise UserError(fault)
        warnings.append(fault)
    rows, faults = _values(path, table, first, mapping.taken, needed, read.decimal_comma, notes)
    if faults.bad.any() and not (how.skip_bad_rows or how.inspecting):
        more = int(faults.bad.sum()) - 1
        others = f" (and {more} more such row{'s' * (more > 1)})" if more else ""
        raise UserError(f"{faults.lines()[0]}{others}; {MEND}")
    warnings += [f"{line}; left out" for line in faults.lines()]
    names = None
    if mapping.run_id:
        cells = table[mapping.run_id].to_pylist()
        names = np.array([None if cell is None else str(cell) for cell in cells], dtype=object)
        names = names[~faults.bad]
    rows = rows[~faults.bad].reset_index(drop=True)
    if not len(rows):
        raise UserError(f"{path}: no usable row")
    for key, value in how.constants.items():
        rows[key] = float(value)
    check_units(path, rows, taken, how, needed, warnings)
    warnings += repeated_rows(path, rows)
    given = tuple(key for key in QUANTITIES if key in rows)
    more_notes, more_warnings = derive(path, rows, how.compute, needed)
    name_column = mapping.run_id or ""
    certain = mapping.run_id_given or spelled(name_column) in RUN_NAMES
    try:
        run_names, lines = name_runs(path, rows, names, certain, name_column)
    except UserError as error:
        if not how.inspecting:
            raise
        more_warnings.append(str(error))
        run_names, lines = name_runs(path, rows, names, False, name_column)
    more_notes += lines
    rows = after_start(rows, more_notes)
    rows = within(path, rows, how.ranges, more_notes)
    return RunRows(
        path,
        table,
        rows.reset_index(drop=True),
        run_names,
        taken,
        given,
        notes + more_notes,
        warnings + more_warnings,
        name_column,
        len(read.table),
    )


def _values(
    path: Path,
    table: pa.Table,
    first: np.ndarray,
    taken: Mapping[str, Taken],
    needed: tuple[str, ...],
    decimal_comma: bool,
    notes: list[str],
) -> tuple[pd.DataFrame, Faults]:
    """A column a key, in our units. A bad cell of a quantity that nobody asked for is unknown."""
    wanted = {key for keys in needed for key in keys.split("|")}
    faults, columns = Faults(path, first), {"row": first}
    for key, own in taken.items():
        column = table[own.name]
        if own.in_name:
            values, example = _sizes_in(column), ""
        else:
            values, example = numbers(column, decimal_comma)
        if example:
            own_unit = numbers(pa.chunked_array([[example]]), decimal_comma)[0][0]
            notes.append(f"{key}: cells such as {example!r} are read as {own_unit:g}")
        blank = is_blank(column)
        values = own.unit(values)
        bad = unusable(own, values, blank)
        if key in wanted:
            faults.add(own, column, bad)
        elif own.given:
            faults.add(own, column, bad & ~blank)
        elif strange := int((bad & ~blank).sum()):
            notes.append(f"{key}: {strange} cells of column {own.name!r} are no {key}: unknown")
        columns[key] = np.where(bad, np.nan, values)
    return pd.DataFrame(columns), faults


def _sizes_in(column: pa.ChunkedArray) -> np.ndarray:
    known = {text: number_in_name(text) for text in column.drop_null().unique().to_pylist()}
    return np.array([known.get(text, np.nan) for text in column.to_pylist()])
