"""Whether the runs can tell a law at all: how many, how far apart, how mixed."""

import shlex

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from scalinglaws.counting import counted
from scalinglaws.inspection.finding import Finding
from scalinglaws.inspection.overview import Found, choices
from scalinglaws.run_tables.rows import RunRows
from scalinglaws.run_tables.units import spelled

NARROW = 1.0  # decades: an exponent of 0.1 changes the loss by a quarter over them
ALONG = ("N", "N_total", "D", "tokens", "C")
FEW_RUNS = 8
SHOWN = 6
FINISHED = ("finished", "completed", "complete", "done", "success", "succeeded")


def design_findings(read: RunRows, found: list[Found]) -> list[Finding]:
    """Findings about the set of runs as a whole."""
    own = [_narrow(found), _constant(read, found), _few(read), _direction(read), _mixture(read)]
    own.append(_unfinished(read))
    return [finding for finding in own if finding]


def _narrow(found: list[Found]) -> Finding | None:
    narrow = [
        f"{one.key} ({one.decades:.2g} decades)"
        for one in found
        if one.key in ALONG and one.decades is not None and 0 < one.decades < NARROW
    ]
    if not narrow:
        return None
    text = f"narrow range of {', '.join(narrow)}: exponents over less than a decade are loose, and"
    return Finding("narrow range", f"{text} any curve looks straight")


def _constant(read: RunRows, found: list[Found]) -> Finding | None:
    """Columns that do not vary; to be known, not to be mended."""
    same = [
        f"{one.key} = {one.low:g}"
        for one in found
        if one.low == one.high and one.column and one.known == len(read.rows) > 1
    ]
    return Finding("constant", f"the same in all rows: {', '.join(same)}") if same else None


def _few(read: RunRows) -> Finding | None:
    n = read.rows["run"].nunique()
    if n < FEW_RUNS:
        text = f"{counted(n, 'run')}: intervals rest on few degrees of freedom and will be wide"
        return Finding("few runs", text)
    return None


def _direction(read: RunRows) -> Finding | None:
    """Loss must fall with size and with text, or something is upside down."""
    if "loss" not in read.rows:
        return None
    last = read.rows.sort_values("order", kind="stable").drop_duplicates("run", keep="last")
    wrong = []
    for key in ("N", "N_total", "D", "tokens", "C"):
        if key in last and last[key].nunique() > 3:
            rank = last[[key, "loss"]].rank().corr().iloc[0, 1]
            if rank > 0.3:
                wrong.append(f"{key} (rank correlation {rank:+.2f})")
    if not wrong:
        return None
    return Finding("rising with size", f"the loss does not fall with {', '.join(wrong)}")


def _mixture(read: RunRows) -> Finding | None:
    """Text columns that divide the rows, where rows of equal design differ in nothing else."""
    texts = choices(read)
    design = [key for key in ("N", "N_total", "D", "tokens", "C", "B", "lr") if key in read.rows]
    if not texts or not design or not _overlap(read.rows, design):
        return None
    listed = [
        f"{name} ({', '.join(values[:3])}{' ...' if len(values) > 3 else ''})"
        for name, values in list(texts.items())[:SHOWN]
    ]
    name, values = next(iter(texts.items()))
    text = (
        f"several kinds of runs in one table, by {', '.join(listed)}: a fit mixes them; choose "
        "with --where, e.g. --where " + shlex.quote(f"{name}={values[0]}")
    )
    return Finding("mixture", text)


def _unfinished(read: RunRows) -> Finding | None:
    """Runs that a column `state` or `status` does not call finished."""
    for name in read.table.column_names:
        column = read.table[name]
        if spelled(name) not in ("state", "status") or not pa.types.is_string(column.type):
            continue
        values = {one["values"]: one["counts"] for one in pc.value_counts(column).to_pylist()}
        other = {value: n for value, n in values.items() if value and value.lower() not in FINISHED}
        if other:
            told = ", ".join(f"{value}: {n}" for value, n in other.items())
            done = next((value for value in values if value and value not in other), "finished")
            text = f"rows that {name} does not call finished ({told}); choose with --where "
            return Finding("unfinished", text + shlex.quote(f"{name}={done}"))
    return None


def _overlap(rows: pd.DataFrame, design: list[str]) -> bool:
    """Whether more than a tenth of the runs repeat another's N, D, C ... with another loss."""
    last = rows.drop_duplicates("run", keep="last")
    known = last[design].round(6)
    return bool(np.mean(known.duplicated(keep=False)) > 0.1)
