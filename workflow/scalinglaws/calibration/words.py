"""Numbers, tables and names of runs as the page prints them."""

from __future__ import annotations

import math


def number(value: float) -> str:
    """Three digits; whole numbers in full with thousands separated."""
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if float(value).is_integer() and abs(value) < 1e9:
        return f"{int(value):,}"
    if 1e-3 <= abs(value) < 1e3:
        return f"{value:.3g}"
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{float(mantissa):g}e{int(exponent)}"


def percent(value: float) -> str:
    """Two decimals, with the sign of percent."""
    return "–" if math.isnan(value) else f"{value:.2f} %"


def interval(numbers: tuple[float, float, float]) -> str:
    """An estimate with its 95 % interval."""
    estimate, low, high = (number(value) for value in numbers)
    return f"{estimate} [{low}, {high}]"


def diverged(rows: list[dict]) -> list[str]:
    """A line that names these runs, if there are any."""
    names = ", ".join(f"`{name}`" for name in sorted({row["run_id"] for row in rows}))
    return [f"Diverged: {names}.", ""] if names else []
