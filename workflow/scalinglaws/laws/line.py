"""A straight line in ln x: least squares, Student t, and where the line crosses zero.

Both one-variable laws are such a line: ln L for the power law, L for the logarithm. It is fitted
as y = level + slope (centre - ln x), with the centre at the mean of ln x: there the two estimates
are uncorrelated, while a slope and its far-off zero are nearly collinear.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import statsmodels.api as sm
from scipy import stats

LN10 = np.log(10.0)


@dataclass(frozen=True)
class Form:
    """The response that is a straight line in ln x, and the way back to the loss."""

    response: Callable[[np.ndarray], np.ndarray]
    inverse: Callable[[np.ndarray], np.ndarray]


FORMS = {"power law": Form(np.log, np.exp), "logarithm": Form(np.asarray, np.asarray)}


def design(x: np.ndarray, centre: float) -> np.ndarray:
    """Design matrix of shape (n, 2): ones and centre - ln x."""
    distance = centre - np.log(np.atleast_1d(np.asarray(x, dtype=float)))
    return np.column_stack([np.ones_like(distance), distance])


def fit_line(x: np.ndarray, y: np.ndarray, names: list[str], y_name: str, centre: float):
    """Ordinary least squares of y on the centred logarithm; a statsmodels results object."""
    model = sm.OLS(y, design(x, centre))
    model.data.xnames = names
    model.data.ynames = y_name
    return model.fit()


def with_covariance(results, covariance: np.ndarray, df: float, kind: str):
    """The same estimates with another covariance and t(df); summary and bands follow from it.

    The way of statsmodels' own get_robustcov_results, for a covariance that it cannot compute
    because the points themselves come out of a chain of computations.
    """
    changed = results.get_robustcov_results("HC0", use_t=True)
    changed.cov_type = kind
    changed.cov_kwds = {"description": kind}
    changed.cov_params_default = covariance
    changed.df_resid_inference = df
    return changed


def hc3_covariance(results) -> np.ndarray:
    """The HC3 covariance (p, p) of a fitted line, robust to unequal scatter.

    A point of leverage one leaves HC3 undefined; its entries are then not finite.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(results.get_robustcov_results("HC3").cov_params())


def zero_crossing(params: np.ndarray, covariance: np.ndarray, centre: float) -> tuple[float, float]:
    """log10 of the x where the line crosses zero, and its standard error by the delta method."""
    level, slope = params
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        gradient = np.array([1.0 / slope, -level / slope**2])
        estimate = (centre + level / slope) / LN10
        std_err = np.sqrt(gradient @ covariance @ gradient) / LN10
    return float(estimate), float(std_err)


def fieller(
    params: np.ndarray, covariance: np.ndarray, centre: float, df: float, level: float = 0.95
) -> tuple[float, float]:
    """Fieller's interval for log10 of the zero crossing, exact for least squares.

    It holds every u = ln x - centre whose predicted mean level - slope u is compatible with zero:
    (level - slope u)^2 <= t^2 (V11 - 2 u V12 + u^2 V22). Where the slope itself is compatible
    with zero the set is unbounded and the interval is (-inf, inf).
    """
    t = stats.t.ppf(0.5 + level / 2.0, df)
    a = params[1] ** 2 - t**2 * covariance[1, 1]
    b = params[0] * params[1] - t**2 * covariance[0, 1]
    c = params[0] ** 2 - t**2 * covariance[0, 0]
    discriminant = b**2 - a * c
    if not a > 0:
        return -np.inf, np.inf
    root = np.sqrt(max(discriminant, 0.0))  # below zero by rounding alone
    return float((centre + (b - root) / a) / LN10), float((centre + (b + root) / a) / LN10)


def joint_test(
    params: np.ndarray, covariance: np.ndarray, other: np.ndarray, df: float
) -> tuple[float, float]:
    """F statistic and p-value of another pair of parameters; inside the region where p > 0.05.

    F = (d' V^-1 d) / 2 with d the difference, against F(2, df): exact for least squares. Two
    values that each lie inside their own interval can together lie outside, and the reverse.
    """
    difference = params - np.asarray(other, dtype=float)
    try:
        statistic = float(difference @ np.linalg.solve(covariance, difference) / 2.0)
    except np.linalg.LinAlgError:
        return float("nan"), float("nan")
    return statistic, float(stats.f.sf(statistic, 2, df))
