"""A run table of somebody's own, Parquet or CSV, as the tables that laws are fitted to.

Nothing is guessed silently: a column is found by its own name or by a name given for it, and a row
that cannot be used stops the reading with the row's number, unless it is to be skipped.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from scalinglaws.errors import UserError
from scalinglaws.laws.measurements import Measurements
from scalinglaws.metrics import CURVES, RUNS, table_from_rows

EXPERIMENT = "table"


@dataclass(frozen=True)
class Quantity:
    """A column of ours, the names it goes by elsewhere, and the range a value can have."""

    column: str
    names: tuple[str, ...]
    unit: str
    least: float
    most: float
    whole: bool = False


# Below `least` or above `most` the median of a column is not in our unit.
QUANTITIES = {
    "N": Quantity("n_params", ("N", "params", "parameters"), "parameters", 1e2, 1e14, True),
    "N_total": Quantity("n_params_total", ("N_total",), "parameters", 1e2, 1e14, True),
    "D": Quantity("dataset_tokens", ("D",), "tokens", 1e3, 1e16, True),
    "tokens": Quantity("tokens", (), "tokens", 1e2, 1e16, True),
    "C": Quantity("compute_6nbs", ("C", "flops", "compute"), "FLOPs", 1e6, 1e30),
    "B": Quantity("batch_tokens", ("B", "batch"), "tokens", 1, 1e10, True),
    "S": Quantity("steps", ("S",), "steps", 1, 1e10, True),
    "step": Quantity("step", (), "steps", 0, 1e10, True),
    "loss": Quantity("test_loss", ("loss", "L"), "nats/token", 1e-2, 30.0),
    "lr": Quantity("peak_learning_rate", ("lr", "learning_rate"), "1", 1e-9, 1e3),
}
RUN_NAMES = ("run_id", "run", "name")


def read_user_table(
    path: str | Path,
    columns: dict[str, str] | None = None,
    units: dict[str, float] | None = None,
    needed: Iterable[str] = ("loss",),
    skip_bad_rows: bool = False,
) -> tuple[Measurements, list[str]]:
    """The table at ``path`` in the schemas RUNS and CURVES, and warnings to show.

    ``columns`` maps a key of QUANTITIES or "run_id" to the table's own name for it; ``units`` a key
    to what one unit of the table is worth in ours (N in millions: 1e6). Rows of one run_id with
    different steps are a learning curve; the last step is then the run's row of RUNS. ``needed``
    holds keys, alternatives separated by "|". Where D is needed and only C and N are there, it is
    computed by C = 6 N D, and a warning says so: no convention is smuggled in.

    Raises:
        UserError: unreadable file, a needed column missing, a value that is no positive number (row
            and column named) unless ``skip_bad_rows``, a unit that cannot be, one run twice.
    """
    path = Path(path)
    table = _read(path)
    found = _columns(path, table, columns or {}, set(needed))
    rows, warnings = _rows(path, table, found, units or {}, set(needed), skip_bad_rows)
    _check_units(path, rows, found)
    warnings += _duplicates(path, rows)
    if any("D" in key.split("|") for key in needed) and not {"D", "tokens"} & set(found):
        warnings.append(f"{path}: no column for D; computed from C = 6 N D")
        size = "N" if "N" in found else "N_total"
        for row in rows:
            row["D"] = row["C"] / (6.0 * row[size])
    runs, curves = _runs_and_curves(path, rows)
    return Measurements(
        runs=table_from_rows(runs, RUNS), curves=table_from_rows(curves, CURVES)
    ), warnings


def _read(path: Path) -> pa.Table:
    if not path.is_file():
        raise UserError(f"{path}: no such file; give a Parquet or CSV table of runs")
    try:
        if path.suffix == ".csv":
            return csv.read_csv(path)
        with pq.ParquetFile(path) as file:
            return file.read()
    except (pa.ArrowInvalid, pa.ArrowKeyError, UnicodeDecodeError) as error:
        first = str(error).splitlines()[0]
        raise UserError(f"{path}: neither Parquet nor CSV with a header ({first})") from None


def _columns(
    path: Path, table: pa.Table, given: dict[str, str], needed: set[str]
) -> dict[str, str]:
    """Key of QUANTITIES or "run_id": the table's own name."""
    names = table.column_names
    if repeated := [name for name, count in Counter(names).items() if count > 1]:
        raise UserError(f"{path}: column {repeated[0]!r} stands twice; rename one")
    for key, name in given.items():
        if key not in QUANTITIES and key != "run_id":
            allowed = ", ".join(["run_id", *QUANTITIES])
            raise UserError(f"column {key}={name}: {key!r} is unknown; there are: {allowed}")
        if name not in names:
            raise UserError(f"{path}: no column {name!r} (for {key}); it has: {', '.join(names)}")
    found = dict(given)
    for key, quantity in QUANTITIES.items():
        matches = [n for n in (quantity.column, key, *quantity.names) if n in names]
        if key not in found and matches and matches[0] not in given.values():
            found[key] = matches[0]
    if matches := [name for name in RUN_NAMES if name in names]:
        found.setdefault("run_id", matches[0])
    by_compute = {"C", "N"} <= set(found) or {"C", "N_total"} <= set(found)
    for keys in sorted(needed):
        choices = keys.split("|")
        if not set(choices) & set(found) and not ("D" in choices and by_compute):
            key = choices[0]
            raise UserError(
                f"{path}: no column for {key} (in {QUANTITIES[key].unit}); it has: "
                f"{', '.join(names)}; name one with --column {key}=NAME"
            )
    return found


def _rows(
    path: Path,
    table: pa.Table,
    found: dict[str, str],
    units: dict[str, float],
    needed: set[str],
    skip: bool,
) -> tuple[list[dict], list[str]]:
    """One dictionary a usable row: number in the file, run_id, and values by key."""
    if unknown := sorted(set(units) - set(found)):
        raise UserError(f"unit {unknown[0]}: the table has no column for it")
    wanted = {key for keys in needed for key in keys.split("|")}
    first = 2 if path.suffix == ".csv" else 1  # the header is the first line of a CSV file
    rows, warnings = [], []
    for number, source in enumerate(table.to_pylist(), start=first):
        row = {"row": number, "run_id": _name(source, found, number)}
        faults = []
        for key, name in found.items():
            if key == "run_id":
                continue
            value, fault = _value(source[name])
            if fault and (key in wanted or source[name] is not None):
                faults.append(f"{path}, row {number}: {name} ({key}) {fault}")
            row[key] = None if value is None else value * units.get(key, 1.0)
        if faults and not skip:
            raise UserError(f"{faults[0]}; correct it, or leave such rows out: --skip-bad-rows")
        if faults:
            warnings.append(f"{faults[0]}; left out")
        else:
            rows.append(row)
    if not rows:
        raise UserError(f"{path}: no usable row")
    return rows, warnings


def _name(source: dict, found: dict[str, str], number: int) -> str:
    value = source[found["run_id"]] if "run_id" in found else None
    return f"row_{number}" if value is None else str(value)


def _value(value: object) -> tuple[float | None, str]:
    """The number, or None and why it is none."""
    if value is None or value == "":
        return None, "is blank"
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None, f"is {value!r}, not a number"
    if not np.isfinite(number):
        return None, f"is {number}"
    return (number, "") if number > 0 else (None, f"is {number:g}, not positive")


def _check_units(path: Path, rows: list[dict], found: dict[str, str]) -> None:
    for key, name in found.items():
        values = [row[key] for row in rows if row.get(key) is not None] if key != "run_id" else []
        if not values:
            continue
        quantity, median = QUANTITIES[key], float(np.median(values))
        if not quantity.least <= median <= quantity.most:
            raise UserError(
                f"{path}: {name} ({key}) has the median {median:g}, which cannot be in "
                f"{quantity.unit}; say what one unit is worth, e.g. --unit {key}=1e6"
            )


def _duplicates(path: Path, rows: list[dict]) -> list[str]:
    """A line for rows that say the same: a run counted twice narrows every interval."""
    seen: dict[tuple, int] = {}
    twice = []
    for row in rows:
        values = tuple(v for key, v in sorted(row.items()) if key not in ("row", "run_id"))
        if values in seen:
            twice.append(f"{row['row']} (as {seen[values]})")
        seen.setdefault(values, row["row"])
    if not twice:
        return []
    shown = ", ".join(twice[:5]) + (" ..." if len(twice) > 5 else "")
    return [f"{path}: {len(twice)} rows repeat another: {shown}; is that one run counted twice?"]


def _runs_and_curves(path: Path, rows: list[dict]) -> tuple[list[dict], list[dict]]:
    by_run: dict[str, list[dict]] = {}
    for row in rows:
        by_run.setdefault(row["run_id"], []).append(row)
    runs, curves = [], []
    for run_id, own in by_run.items():
        steps = [row.get("step") or row.get("tokens") for row in own]
        if len(own) > 1 and (None in steps or len(set(steps)) < len(own)):
            raise UserError(
                f"{path}, row {own[1]['row']}: run {run_id!r} stands in row {own[0]['row']} "
                "already; give each run one row, or the rows of a curve different steps"
            )
        if len(own) > 1:
            own.sort(key=lambda row: row.get("step") or row.get("tokens"))
            curves += [_schema_row(row, CURVES) for row in own]
        last = own[-1]
        runs.append(
            _schema_row({**last, "S": last.get("S") or last.get("step")}, RUNS)
            | {"source": "table", "experiments": [EXPERIMENT], "status": "finished"}
        )
    return runs, curves


def _schema_row(row: dict, schema: pa.Schema) -> dict:
    values = {"run_id": row["run_id"]}
    for key, quantity in QUANTITIES.items():
        if row.get(key) is not None and quantity.column in schema.names:
            whole = pa.types.is_integer(schema.field(quantity.column).type)
            values[quantity.column] = round(row[key]) if whole else row[key]
    return values
