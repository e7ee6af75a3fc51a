"""Numbers of a plan in the fewest digits that say enough."""

import numpy as np

from scalinglaws.planning.answers import Estimate

UNKNOWN = "-"
SCALES = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K"))


def amount(value: float) -> str:
    """Parameters, tokens or steps in three digits: "67.2B", "8.4K"; powers of ten beyond."""
    if not 1.0 <= abs(value) < 1e15:
        return f"{value:.3g}"
    for scale, suffix in SCALES:
        if abs(value) >= 0.9995 * scale:
            return _digits(value / scale) + suffix
    return _digits(value)


def number(value: float) -> str:
    """A loss or a factor in three or four digits."""
    return f"{value:.4g}" if abs(value) < 1e4 else f"{value:.2e}"


def scientific(value: float) -> str:
    """FLOPs: "1.73e20"."""
    return f"{value:.3g}".replace("e+0", "e").replace("e+", "e") if value < 1e300 else "inf"


def formatted(quantity: str, value: float) -> str:
    """A value of one of the plan's quantities."""
    if quantity == "C":
        return scientific(value)
    return number(value) if quantity == "loss" else amount(value)


def interval(quantity: str, found: Estimate) -> str:
    """ "651M-934M"; "no interval" where none is known, nothing where there is no value."""
    if np.isnan(found.value):
        return ""
    if not found.known:
        return "no interval"
    low, high = formatted(quantity, found.low), formatted(quantity, found.high)
    return f"{low}-{high}"


def factor(found: Estimate) -> str:
    """A factor with its interval: "x 5.35 [4.81, 5.96]"."""
    if np.isnan(found.value):
        return UNKNOWN
    value = f"x {found.value:.3g}"
    return f"{value} [{found.low:.3g}, {found.high:.3g}]" if found.known else value


def percent(found: Estimate) -> str:
    """A share with its interval in percent: "2.6 % [1.3, 5.5]"."""
    value = f"{100 * found.value:.2g} %"
    limits = f" [{100 * found.low:.2g}, {100 * found.high:.2g}]"
    return value + limits if found.known else value


def _digits(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 999.5 else f"{value:.0f}"
