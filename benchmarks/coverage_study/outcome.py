"""What one simulated study said about one quantity."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Outcome:
    """``error`` is estimate minus truth, ``width`` that of the 95 % interval; NaN for regions.

    ``default`` is False for an interval that the package only shows beside its own.
    """

    estimand: str
    method: str
    covered: bool
    error: float
    width: float
    default: bool = True


def interval(estimand: str, method: str, estimate, truth, limits, default=True) -> Outcome:
    """An outcome from an estimate and its limits (low, high)."""
    low, high = (float(limit) for limit in limits)
    with np.errstate(invalid="ignore"):
        width = high - low
    return Outcome(
        estimand, method, bool(low <= truth <= high), float(estimate - truth), width, default
    )


def region(method: str, p_value: float) -> Outcome:
    """An outcome of the joint region of all parameters, from the p-value of the truth."""
    return Outcome("joint region", method, bool(p_value > 0.05), np.nan, np.nan)
