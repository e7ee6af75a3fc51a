"""How C was counted: as 6 N D, as the forward pass alone, with embeddings, or otherwise by run."""

from collections.abc import Callable

import numpy as np

from scalinglaws.counting import counted
from scalinglaws.inspection.finding import Finding
from scalinglaws.run_tables.rows import RunRows
from scalinglaws.units import PF_DAY

EXACT = 0.02  # relative: rounding of N, D and C
APART = 0.05
OUTLIERS = 0.34  # of the rows, at most
# Multiples of N D that people count a training run as.
MULTIPLES = {
    1.0: "N D",
    2.0: "2 N D, the forward pass alone: say --compute 2ND",
    4.0: "4 N D",
    6.0: "6 N D",
    8.0: "8 N D, with activations computed again",
}
UNITS = {
    "PF-days: say --unit C=PF-days": 1.0 / PF_DAY,
    "GFLOPs: say --unit C=1e9": 1e-9,
    "TFLOPs: say --unit C=1e12": 1e-12,
    "PFLOPs: say --unit C=1e15": 1e-15,
    "EFLOPs: say --unit C=1e18": 1e-18,
    "ZFLOPs: say --unit C=1e21": 1e-21,
}
SIZES: dict[str, Callable] = {"N": lambda rows: rows["N"], "N_total": lambda rows: rows["N_total"]}


def compute_findings(read: RunRows) -> list[Finding]:
    """How the table's own C compares with 6 N D, by whatever N and D the table itself gives."""
    rows, given = read.rows, set(read.given)
    text = next((key for key in ("tokens", "D") if key in given), None)
    if text is None and "tokens" in rows and "B" in given and given & {"step", "S"}:
        text = "tokens"
    sizes = [key for key in SIZES if key in rows]
    if "C" not in given or not sizes:
        return []
    if text is None:
        return [Finding("compute", "C cannot be checked: the table has no tokens of its own")]
    counted = rows["C_counted"] if "C_counted" in rows else rows["C"]
    multiples = {
        size: (counted / (rows[size] * rows[text])).to_numpy(dtype=float) for size in sizes
    }
    known = {size: np.isfinite(m) & (m > 0) for size, m in multiples.items()}
    size = min(known, key=lambda key: _spread(multiples[key][known[key]]))
    usable = known[size]
    if not usable.any():
        return []
    words = _verdict(multiples[size][usable], rows[size].to_numpy(dtype=float)[usable])
    outliers = _outliers(multiples[size], rows["row"].to_numpy())
    name = f"{size} {text}"
    found = [Finding("compute", words.replace("N D", name))] if words else []
    if size == "N_total" and not words:
        found.append(Finding("compute", f"C is 6 {name}: it counts embeddings"))
    return found + outliers


def _spread(multiple: np.ndarray) -> float:
    if not len(multiple):
        return np.inf
    return float(np.subtract(*np.log(np.percentile(multiple, [90, 10]))))


def _verdict(multiple: np.ndarray, size: np.ndarray) -> str:
    """The sentence about the ratio C / (N D) of all rows, "" where it is 6."""
    middle = float(np.median(multiple))
    for value, words in MULTIPLES.items():
        for unit, worth in (("", 1.0), *UNITS.items()):
            if abs(middle / (value * worth) - 1.0) < EXACT and (unit == "" or value == 6.0):
                if value == 6.0 and not unit:
                    # Rows far from it are told one by one; here only how the bulk scatters.
                    return _scatter(multiple)
                return f"C is {words}" if not unit else f"C is 6 N D in {unit}"
    low, high = np.percentile(multiple, [5, 95]) / 6.0
    if high / low < 1.0 + APART:
        return f"C is {middle / 6.0:.3g} times 6 N D in all rows: in which unit is it?"
    trend = float(np.corrcoef(np.log(size), np.log(multiple))[0, 1]) if len(set(size)) > 1 else 0.0
    said = f"C is not 6 N D: it is {low:.3g} to {high:.3g} times that (5 to 95 % of the rows)"
    if trend < -0.5 and low > 1.0 - APART:
        said += "; the smaller the model, the more: it counts embeddings or attention too"
        return said + "; say --compute counted"
    return said + ("; the smaller the model, the less" if trend > 0.5 else "")


def _scatter(multiple: np.ndarray) -> str:
    low, high = np.percentile(multiple, [5, 95]) / 6.0
    if high / low < 1.0 + APART:
        return ""
    counts = {
        f"{value:g} N D": int((np.abs(multiple / value - 1.0) < EXACT).sum()) for value in MULTIPLES
    }
    counts["something else"] = len(multiple) - sum(counts.values())
    told = [f"{words} in {counted(n, 'row')}" for words, n in counts.items() if n]
    return f"C is not counted alike in all rows: {', '.join(told)}"


def _outliers(multiple: np.ndarray, numbers: np.ndarray) -> list[Finding]:
    """Rows whose C / (N D) is not that of the others."""
    middle = np.nanmedian(multiple)
    with np.errstate(invalid="ignore", divide="ignore"):
        away = np.abs(np.log(multiple / middle)) > np.log(1.5)
    count = int(away.sum())
    if not 0 < count <= OUTLIERS * len(multiple):
        return []
    shown = [f"row {numbers[i]} ({multiple[i] / 6.0:.3g})" for i in np.flatnonzero(away)[:4]]
    text = f"{counted(count, 'row')} of another C / (6 N D) than the others: {', '.join(shown)}"
    return [Finding("compute rows", text)]
