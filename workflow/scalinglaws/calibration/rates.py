"""The best peak rate by size, batch and run length: vertices of parabolas of ln L in ln rate.

All curves share one residual variance: a curve of three rates has no degree of freedom of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from scalinglaws.calibration.seed_noise import LEVEL
from scalinglaws.calibration.sweeps import Curve
from scalinglaws.laws.curves.minima import PARABOLA, Group, Minima, Minimum, find_minima

FEWEST_RATES = 3  # through two rates passes no parabola
Key = tuple[int, int, int]


@dataclass(frozen=True)
class Slope:
    """Slope of ln rate on the logarithm of what ``values`` holds, or why there is none.

    ``level`` is ln rate at the ``centre`` (logarithm too), ``covariance`` (2, 2) that of level and
    slope. ``misfit`` is the p-value of the minima's scatter about the line, NaN through two.
    """

    values: list[float]
    why_not: str = ""
    slope: float = np.nan
    low: float = np.nan
    high: float = np.nan
    level: float = np.nan
    centre: float = np.nan
    covariance: np.ndarray | None = None
    df: int = 0
    misfit: float = np.nan

    @property
    def ok(self) -> bool:
        """Whether there is one."""
        return not self.why_not

    def ratio(self, factor: float) -> tuple[float, float, float]:
        """By what the rate changes where the value grows by ``factor``, with its interval."""
        return tuple(float(factor**power) for power in (self.slope, self.low, self.high))

    def band(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rate at x with the interval of the line, each of shape (n,)."""
        return power_band(np.log(x) - self.centre, self.level, self.slope, self.covariance, self.df)


def power_band(u, level, slope, covariance, df) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """exp(level + slope u) with its 95 % interval; ``covariance`` is that of (level, slope)."""
    design = np.column_stack([np.ones_like(u), u])
    mean = design @ np.array([level, slope])
    half = stats.t.ppf(0.5 + LEVEL / 2.0, df) * np.sqrt(
        np.einsum("ij,jk,ik->i", design, np.asarray(covariance), design)
    )
    return np.exp(mean), np.exp(mean - half), np.exp(mean + half)


def best_rates(curves: Iterable[Curve]) -> tuple[dict[Key, Minimum], Minima]:
    """The minimum of every curve by (N, B in tokens, S), and all of them with their variance.

    A curve that is part of several sweeps counts once.
    """
    groups: dict[Key, Group] = {}
    for curve in curves:
        if curve.finished:
            groups[curve.n_params, curve.batch_tokens, curve.steps] = Group(
                value=float(curve.n_params),
                x=np.array([row["peak_learning_rate"] for row in curve.finished]),
                loss=np.array([row["test_loss"] for row in curve.finished]),
                run_ids=[row["run_id"] for row in curve.finished],
            )
    found = find_minima(
        list(groups.values()), names=("N", "rate"), how=PARABOLA, fewest=FEWEST_RATES
    )
    return dict(zip(groups, found.found, strict=True)), found


def parabola_loss(minimum: Minimum, rate) -> np.ndarray:
    """Loss of a curve's parabola at rates of shape (n,), nats/token; it must have one."""
    u = np.log(np.asarray(rate, dtype=float)) - minimum.parabola.centre
    level, slope, curvature = minimum.parabola.params
    return np.exp(level + slope * u + curvature * u**2)


def slope_of(minima: dict[float, Minimum | None], pooled: Minima, fewest: int) -> Slope:
    """Weighted least squares of ln best rate on ln value, t with the pooled degrees of freedom.

    ``minima`` maps a value (batch in tokens, steps) to the minimum there, None where all runs
    diverged; only usable ones count, and fewer than ``fewest`` give no slope.
    """
    usable = {value: minimum for value, minimum in sorted(minima.items()) if minimum and minimum.ok}
    values = list(usable)
    if len(values) < fewest:
        have = "has" if len(values) == 1 else "have"
        return Slope(
            values, f"{len(values)} of {len(minima)} {have} a minimum inside the rates tried"
        )
    ln_x, y = np.log(values), np.array([minimum.ln_x for minimum in usable.values()])
    weights = 1.0 / np.array([minimum.unit_variance for minimum in usable.values()])
    centre = float(np.average(ln_x, weights=weights))
    design = np.column_stack([np.ones_like(ln_x), ln_x - centre])
    inverse = np.linalg.inv(design.T @ (weights[:, None] * design))
    level, slope = inverse @ design.T @ (weights * y)
    covariance = pooled.variance * inverse
    half = stats.t.ppf(0.5 + LEVEL / 2.0, pooled.df) * np.sqrt(covariance[1, 1])
    residual = y - design @ np.array([level, slope])
    extra, misfit = len(values) - 2, np.nan
    if extra and pooled.variance > 0:
        f = float(np.sum(weights * residual**2)) / extra / pooled.variance
        misfit = float(stats.f.sf(f, extra, pooled.df))
    return Slope(
        values=values,
        slope=float(slope),
        low=float(slope - half),
        high=float(slope + half),
        level=float(level),
        centre=centre,
        covariance=covariance,
        df=pooled.df,
        misfit=misfit,
    )
