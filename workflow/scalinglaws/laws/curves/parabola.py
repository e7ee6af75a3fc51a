"""A parabola of ln L in ln x, and where its minimum lies, with Fieller's interval.

The minimum is a ratio of two estimates, -slope / (2 curvature): the flatter the curve, the wider
and the more lopsided its interval, without limit where the curvature itself is compatible with
zero. The delta method says so too late; Fieller's interval is exact for least squares.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from scalinglaws.laws.line import LN10, fieller
from scalinglaws.laws.replicates import LEVEL

LEAST_DISTINCT = 3  # through two places passes no parabola


@dataclass(frozen=True)
class Parabola:
    """ln L = level + slope u + curvature u^2, u = ln x - ``centre``, by least squares.

    ``params`` are the three in this order, ``inverse`` is (X'X)^-1 of shape (3, 3), ``rss`` the
    sum of squared residuals over ``df`` = n - 3 degrees of freedom.
    """

    centre: float
    params: np.ndarray
    inverse: np.ndarray
    rss: float
    df: int

    @property
    def curvature(self) -> float:
        """Coefficient of u^2; positive where there is a minimum."""
        return float(self.params[2])

    @property
    def vertex(self) -> float:
        """ln x of the minimum (of the maximum where the curvature is negative)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(self.centre - 0.5 * self.params[1] / self.params[2])

    @property
    def unit_variance(self) -> float:
        """Variance of the vertex over that of an observation, by the delta method."""
        with np.errstate(divide="ignore", invalid="ignore"):
            to_slope = -0.5 / self.params[2]
            to_curvature = 0.5 * self.params[1] / self.params[2] ** 2
        gradient = np.array([0.0, to_slope, to_curvature])
        return float(gradient @ self.inverse @ gradient)

    def log10_interval(self, variance: float, df: float) -> tuple[float, float]:
        """Fieller's interval for log10 of the minimum's x; (-inf, inf) where it is not resolved.

        It holds every place where the slope of the parabola is compatible with zero.
        """
        if not (np.isfinite(variance) and df > 0):
            return -np.inf, np.inf
        # The parabola's own slope, c1 + 2 c2 u, is a straight line in u.
        to_line = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, -2.0]])
        covariance = variance * to_line @ self.inverse @ to_line.T
        low, high = fieller(to_line @ self.params, covariance, self.centre, df, LEVEL)
        # A curve without residuals: a resolved minimum is bounded, only rounding says otherwise.
        if np.isinf(high) and self.has_resolved_curvature(variance, df):
            return self.vertex / LN10, self.vertex / LN10
        return low, high

    def has_resolved_curvature(self, variance: float, df: float) -> bool:
        """Whether the interval of the curvature excludes zero."""
        if not (np.isfinite(variance) and df > 0):
            return False
        half = stats.t.ppf(0.5 + LEVEL / 2.0, df) * np.sqrt(variance * self.inverse[2, 2])
        return bool(abs(self.curvature) > half)

    def loss_at_vertex(self, variance: float, df: float) -> tuple[float, float, float]:
        """Loss at the minimum with its interval: the parabola is level there, its place is free."""
        u = self.vertex - self.centre
        row = np.array([1.0, u, u**2])
        half = np.sqrt(variance * row @ self.inverse @ row)
        half *= stats.t.ppf(0.5 + LEVEL / 2.0, df) if df > 0 else np.nan
        value = row @ self.params
        return float(np.exp(value)), float(np.exp(value - half)), float(np.exp(value + half))


def fit_parabola(x: np.ndarray, loss: np.ndarray) -> Parabola | None:
    """Least squares of ln ``loss`` on ln ``x``, both (n,); None through fewer than three places."""
    if len(np.unique(x)) < LEAST_DISTINCT:
        return None
    ln_x = np.log(x)
    centre = float(ln_x.mean())
    u = ln_x - centre
    design = np.column_stack([np.ones_like(u), u, u**2])
    inverse = np.linalg.inv(design.T @ design)
    params = np.linalg.lstsq(design, np.log(loss), rcond=None)[0]
    residual = np.log(loss) - design @ params
    return Parabola(centre, params, inverse, float(residual @ residual), len(u) - 3)
