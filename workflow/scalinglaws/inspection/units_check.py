"""Values that look like those of another unit: millions among ones, bits, sequences."""

import numpy as np

from scalinglaws.counting import counted, some
from scalinglaws.inspection.finding import Finding
from scalinglaws.run_tables.rows import RunRows

MIXED = ("N", "N_total", "D", "tokens", "C", "B")
GAP = 2.0  # decades between two groups of one column that no grid of runs leaves empty
FACTORS = (1e3, 1e6, 1e9, 1e12)
LARGEST_VOCABULARY = 300_000
FEWEST_NATS = 1.3  # a token of a vocabulary of tens of thousands: no published model is below


def unit_findings(read: RunRows) -> list[Finding]:
    """Mixed units by column, then what the losses and the batches look like."""
    # Of compute that counts more than 6ND the column is no longer C.
    kept = [key for key in MIXED if key in read.given and key in read.rows]
    found = [_mixed(read, key) for key in kept]
    found += [_above_uniform(read), _per_byte(read), _sequences(read)]
    return [finding for finding in found if finding]


def _mixed(read: RunRows, key: str) -> Finding | None:
    values = read.rows[key].to_numpy(dtype=float)
    order = np.argsort(values)
    order = order[np.isfinite(values[order]) & (values[order] > 0)]
    if len(order) < 4:
        return None
    logs = np.log10(values[order])
    at = int(np.argmax(np.diff(logs))) + 1
    if logs[at] - logs[at - 1] < GAP:
        return None
    low, high = order[:at], order[at:]
    middle = np.median(values[high]) / np.median(values[low])
    factor = min(FACTORS, key=lambda f: abs(np.log(middle / f)))
    few, name = (low, "too small") if len(low) <= len(high) else (high, "too large")
    rows = [str(row) for row in read.rows["row"].to_numpy()[np.sort(few)]]
    text = (
        f"{key} falls into two groups about a factor {factor:g} apart, "
        f"{counted(len(low), 'row')} up to {values[low[-1]]:.3g} and {len(high)} from "
        f"{values[high[0]]:.3g}: are they in one unit? The fewer, perhaps {name}: row {some(rows)}"
    )
    return Finding("mixed units", text)


def _above_uniform(read: RunRows) -> Finding | None:
    """A model that guesses evenly loses ln n_vocab nats a token."""
    if "loss" not in read.rows:
        return None
    loss = read.rows["loss"].to_numpy(dtype=float)
    known = "n_vocab" in read.rows
    limit = np.log(read.rows["n_vocab"].to_numpy() if known else LARGEST_VOCABULARY)
    above = int((loss > limit * 1.01).sum())
    if not above:
        return None
    guess = "an even guess" if known else f"an even guess over {LARGEST_VOCABULARY} tokens"
    text = f"{counted(above, 'row')} with a loss above {guess}, up to {np.nanmax(loss):.4g}: "
    return Finding(
        "loss above ln n_vocab",
        text + "in bits (--unit loss=bits), a perplexity (--unit loss=perplexity), or diverged?",
    )


def _per_byte(read: RunRows) -> Finding | None:
    if "loss" not in read.rows:
        return None
    median = float(read.rows["loss"].median())
    small = "n_vocab" in read.rows and read.rows["n_vocab"].median() < 1000
    if small or not 0 < median < FEWEST_NATS:
        return None
    text = f"half of the losses are below {median:.3g}: are they a byte or a character, not a token"
    return Finding("low losses", text + "? Exponents can then be fitted, scales not compared")


def _sequences(read: RunRows) -> Finding | None:
    """Tokens that are a constant multiple of B x steps: B counts sequences."""
    rows, given = read.rows, set(read.given)
    steps = next((key for key in ("step", "S") if key in given), None)
    if steps is None or not {"B", "tokens"} <= given:
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (rows["tokens"] / (rows["B"] * rows[steps])).to_numpy(dtype=float)
    ratio = ratio[np.isfinite(ratio) & (ratio > 0)]
    if not len(ratio) or abs(np.log(np.median(ratio))) < np.log(1.1):
        return None
    low, middle, high = np.percentile(ratio, [5, 50, 95])
    if high / low > 1.1:
        text = f"tokens are {low:.3g} to {high:.3g} times B x {steps}: do they belong together?"
    else:
        text = f"tokens are {middle:.4g} times B x {steps}"
        if middle > 1:
            text += f": does B count sequences? Say --unit B={middle:.4g}"
    return Finding("batch", text)
