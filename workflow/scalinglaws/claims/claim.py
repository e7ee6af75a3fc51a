"""A claim of the paper and the quantities that decide it: the verdict follows from intervals alone.

A deciding quantity has a range of values that the claim allows. The claim holds where the whole
95 % interval lies in that range, is contradicted where the whole interval lies outside, and is not
resolved otherwise. "No effect" is a range as well, from effects too small to matter on one side to
the other: an interval that merely includes zero shows nothing when it is wide.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from scipy import stats

HOLDS = "holds"
CONTRADICTED = "contradicted"
NOT_RESOLVED = "not resolved"
NOT_TRIED = "not tried"
WIDER = 2.0  # ranges, in the logarithm, up to which a wider one is worth a word
MOST = 1000  # an estimate that needs more observations sits on the edge of what is allowed

POSITIVE = (0.0, math.inf)
NEGATIVE = (-math.inf, 0.0)


@dataclass(frozen=True)
class Quantity:
    """A number with its 95 % interval in ``unit``; NaN where there is none, and ``note`` says why.

    ``allowed`` is the range that the claim allows, None for a number that is only shown.
    ``method`` says how the interval was got, from ``n`` observations each of which is one of
    ``of``, e.g. "runs", and ``df`` degrees of freedom of Student's t, infinite where not said.
    ``fold`` is the range of x that they span, as a factor, where a wider one makes the interval
    narrower in proportion to its logarithm. A ``ratio`` has its interval from its logarithm.
    ``paper`` is the paper's own value, only compared with.
    """

    name: str
    estimate: float
    low: float = math.nan
    high: float = math.nan
    unit: str = ""
    method: str = ""
    n: int = 0
    of: str = "runs"
    df: float = math.inf
    fold: float = math.nan
    ratio: bool = False
    allowed: tuple[float, float] | None = None
    paper: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """HOLDS, CONTRADICTED or NOT_RESOLVED; "" for a number that is only shown."""
        if self.allowed is None:
            return ""
        least, most = self.allowed
        if math.isnan(self.low) or math.isnan(self.high):
            return NOT_RESOLVED
        if least <= self.low and self.high <= most:
            return HOLDS
        if self.high < least or most < self.low:
            return CONTRADICTED
        return NOT_RESOLVED

    @property
    def resolved_by(self) -> str:
        """What would decide it: how many observations of the same scatter, or what is missing.

        The standard error shrinks like the root of their number and t loses its heavy tails; the
        estimate is taken to stay where it is.
        """
        if self.verdict != NOT_RESOLVED:
            return ""
        if math.isnan(self.low) or math.isnan(self.high):
            return self.note or f"more {self.of}"
        scale = math.log if self.ratio else float
        estimate, low, high = map(scale, (self.estimate, self.low, self.high))
        edges = [scale(edge) for edge in self.allowed if math.isfinite(edge)]
        distance = min(abs(estimate - edge) for edge in edges)
        half = max(high - estimate, estimate - low)
        counts = np.arange(self.n + 1, MOST)
        enough = counts[self._halves(counts, half) < distance]
        if not len(enough):
            return f"{self.name}: its estimate lies on the edge of what the claim allows"
        wanted = enough[0]
        found = f"{self.name}: about {wanted} {self.of} instead of {self.n}, at the same scatter"
        if math.isnan(self.fold) or half > WIDER * distance:
            return found
        wider = self.fold ** (half / distance)
        return f"{found}, or as many over a {wider:.2g}-fold range instead of {self.fold:.2g}-fold"

    def _halves(self, counts: np.ndarray, half: float) -> np.ndarray:
        """Half the width of the interval from so many observations, ``half`` from the ``n``."""
        t = stats.t.ppf(0.975, self.df + counts - self.n) / stats.t.ppf(0.975, self.df)
        return half * np.sqrt(self.n / counts) * t


@dataclass(frozen=True)
class Claim:
    """A claim in our own words with its place in the paper, and what decides it in this study.

    ``sentence`` says the finding with its numbers. ``runs`` says what one more of the observations
    costs, in tokens. ``missing`` names the experiment that the study lacks; then nothing else is
    set. ``reason`` says why a claim that was tried has no deciding quantity.
    """

    key: str
    title: str
    statement: str
    section: str
    quantities: list[Quantity] = field(default_factory=list)
    sentence: str = ""
    runs: str = ""
    missing: str = ""
    reason: str = ""

    @property
    def deciding(self) -> list[Quantity]:
        """The quantities with a range that the claim allows."""
        return [quantity for quantity in self.quantities if quantity.allowed is not None]

    @property
    def verdict(self) -> str:
        """CONTRADICTED by any deciding quantity, HOLDS by all of them, else NOT_RESOLVED."""
        if self.missing:
            return NOT_TRIED
        found = {quantity.verdict for quantity in self.deciding}
        if CONTRADICTED in found:
            return CONTRADICTED
        return HOLDS if found == {HOLDS} else NOT_RESOLVED

    @property
    def key_quantity(self) -> Quantity | None:
        """The first deciding quantity that the verdict rests on."""
        return next((q for q in self.deciding if q.verdict == self.verdict), None)

    @property
    def resolved_by(self) -> str:
        """What would resolve it; "" unless it is not resolved."""
        if self.verdict != NOT_RESOLVED:
            return ""
        asked = [quantity.resolved_by for quantity in self.deciding if quantity.resolved_by]
        if not asked:
            return self.reason
        return "; ".join(dict.fromkeys(asked)) + (f" ({self.runs})" if self.runs else "")


def number(value: float) -> str:
    """Three digits, or a dash where there is no number."""
    if math.isnan(value):
        return "–"
    return f"{value:.3g}" if math.isfinite(value) else ("∞" if value > 0 else "−∞")


def interval(quantity: Quantity) -> str:
    """Estimate, unit and interval, as a sentence wants them."""
    unit = {"": "", "%": " %"}.get(quantity.unit, f" {quantity.unit}")
    if math.isnan(quantity.low):
        none = " (no interval)" if quantity.allowed else ""
        return f"{number(quantity.estimate)}{unit}{none}"
    bounds = f"[{number(quantity.low)}, {number(quantity.high)}]"
    return f"{number(quantity.estimate)}{unit} {bounds}"


def allowed_range(quantity: Quantity) -> str:
    """The range that the claim allows, in words."""
    if quantity.allowed is None:
        return ""
    low, high = quantity.allowed
    if math.isinf(low):
        return f"below {number(high)}"
    if math.isinf(high):
        return f"above {number(low)}"
    return f"{number(low)} to {number(high)}"
