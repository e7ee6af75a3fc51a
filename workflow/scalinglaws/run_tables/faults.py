"""Cells that cannot be used: which, on which row, and in which words."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from scalinglaws.run_tables.cells import is_blank
from scalinglaws.run_tables.mapping import Taken
from scalinglaws.run_tables.quantities import QUANTITIES
from scalinglaws.wording import one_line

MEND = "correct it, or leave such rows out: --skip-bad-rows"
LARGEST_COUNT = 2.0**63
SHOWN = 5  # rows named one by one


def unusable(taken: Taken, values: np.ndarray, blank: np.ndarray) -> np.ndarray:
    """Which of ``values`` (n,), in our unit, are no value of the quantity; blank cells are none."""
    with np.errstate(invalid="ignore"):
        positive = values >= 0 if QUANTITIES[taken.key].zero else values > 0
        too_large = values >= largest(taken.key)
    return blank | ~np.isfinite(values) | ~positive | too_large


def largest(key: str) -> float:
    """What no value of a quantity reaches: counts are kept as 64-bit integers."""
    return LARGEST_COUNT if QUANTITIES[key].count else np.inf


class Faults:
    """The rows that cannot be used, with the reason of each one's first fault."""

    def __init__(self, path: Path, first_row: np.ndarray) -> None:
        self.path, self.rows = path, first_row
        self.bad = np.zeros(len(first_row), dtype=bool)
        self._first: dict[int, tuple[Taken, pa.ChunkedArray]] = {}

    def add(self, taken: Taken, column: pa.ChunkedArray, bad: np.ndarray) -> None:
        """Rows ``bad`` (n,) have no value of the quantity in ``column``."""
        for at in np.flatnonzero(bad & ~self.bad)[: SHOWN + 1]:
            self._first[int(at)] = taken, column
        self.bad |= bad

    def lines(self) -> list[str]:
        """A line for each of the first rows at fault, and one for all others."""
        shown = sorted(self._first)[:SHOWN]
        lines = [self._line(at) for at in shown]
        if more := int(self.bad.sum()) - len(shown):
            lines.append(f"{self.path}: {more} more rows that cannot be used")
        return lines

    def _line(self, at: int) -> str:
        taken, column = self._first[at]
        where = f"{self.path}, row {self.rows[at]}: {_said(taken)}"
        return f"{where} {_reason(column.slice(at, 1), taken)}"


def _said(taken: Taken) -> str:
    return taken.name if taken.name == taken.key else f"{taken.name} ({taken.key})"


def _reason(cell: pa.ChunkedArray, taken: Taken) -> str:
    value = cell.to_pylist()[0]
    if is_blank(cell)[0]:
        return "is blank"
    try:
        number = float(value)
    except (TypeError, ValueError):
        return f"is {one_line(repr(value))}, not a number"
    if not np.isfinite(number):
        return f"is {number}"
    own = float(taken.unit(np.array(number)))
    if own >= largest(taken.key):
        return f"is {number:g}, too large for a count"
    if taken.unit.word and own != number:
        return f"is {number:g}, which is {own:g} {QUANTITIES[taken.key].unit}: not positive"
    return f"is {number:g}, not positive"


def wrong_unit(taken: Taken, values: np.ndarray) -> str:
    """The sentence about a column that cannot be in our unit, "" where it can. ``values`` (n,)."""
    known = values[np.isfinite(values)]
    quantity = QUANTITIES[taken.key]
    if not len(known):
        return ""
    median = float(np.median(known))
    if quantity.least <= median <= quantity.most:
        return ""
    said = f"{_said(taken)} has the median {median:g}"
    said += f" ({taken.unit.word})" if taken.unit.word else ""
    if taken.key == "loss":
        hint = "--unit loss=perplexity, --unit loss=bits, or a factor"
    elif taken.key == "C" and median < quantity.least:
        hint = "e.g. --unit C=PF-days"
    else:
        hint = f"e.g. --unit {taken.key}={_likely_factor(median, quantity.least, quantity.most):g}"
    return f"{said}, which cannot be in {quantity.unit}; say what one unit is worth, {hint}"


def _likely_factor(median: float, least: float, most: float) -> float:
    """The usual factor that brings the median into the range; millions before the others."""
    usual = (1e6, 1e9, 1e12, 1e15, 1e18, 1e3)
    return next((f for f in usual if 1e2 * least <= median * f <= most), 1e6)
