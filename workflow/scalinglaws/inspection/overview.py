"""What is in a run table: rows, runs, curves, and each quantity's column, unit and range."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scalinglaws.run_tables.how import HowToRead
from scalinglaws.run_tables.quantities import QUANTITIES
from scalinglaws.run_tables.rows import RunRows

MANY = 20  # different texts in a column: it names rows, not a choice


@dataclass(frozen=True)
class Found:
    """One quantity: ``column`` is the table's name, "" where it was computed or is a constant.

    ``known`` counts rows, ``low`` and ``high`` are in ``unit``; ``decades`` is log10 of their
    ratio, None where 0 is among them. ``origin`` says where the numbers come from, in words.
    """

    key: str
    unit: str
    column: str
    origin: str
    known: int
    low: float
    high: float
    decades: float | None


def quantities(read: RunRows, how: HowToRead) -> list[Found]:
    """Every quantity that at least one row knows, in the order of QUANTITIES."""
    found = []
    for key, quantity in QUANTITIES.items():
        if key not in read.rows:
            continue
        values = read.rows[key].to_numpy(dtype=float)
        values = values[np.isfinite(values)]
        if not len(values):
            continue
        low, high = float(values.min()), float(values.max())
        taken = read.taken.get(key)
        if taken is not None and key in read.given:
            origin = f"column {taken.name!r}" + (f", {taken.unit.word}" * bool(taken.unit.word))
        else:
            origin = "the same in all rows" if key in how.constants else "computed"
        found.append(
            Found(
                key,
                quantity.unit,
                taken.name if taken is not None and key in read.given else "",
                origin,
                len(values),
                low,
                high,
                float(np.log10(high / low)) if low > 0 else None,
            )
        )
    return found


def choices(read: RunRows) -> dict[str, list[str]]:
    """Columns of text with a few different values, which one may choose rows by, and the values."""
    used = {taken.name for taken in read.taken.values()}
    found = {}
    for name in read.table.column_names:
        column = read.table[name]
        if name in used or not pa.types.is_string(column.type):
            continue
        values = [value for value in pc.unique(column).to_pylist() if value is not None]
        if 1 < len(values) <= min(MANY, len(column) // 2):
            found[name] = sorted(values)
    return found
