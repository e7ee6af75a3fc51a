"""Coefficients and means with Student t intervals, from one observation a run."""

from __future__ import annotations

import numpy as np
import statsmodels.api as sm
from scipy import stats

from scalinglaws.laws.replicates import LEVEL

OLS = "least squares, t(n-p)"
FACTOR = 2.0  # runs of another kind are compared with models up to so far beyond their sizes
FEWEST = 4  # models on a line that others are compared with


def regression(y: np.ndarray, *columns: np.ndarray) -> sm.regression.linear_model.RegressionResults:
    """Least squares of ``y`` (n,) on a constant and ``columns``, each (n,)."""
    return sm.OLS(y, np.column_stack([np.ones(len(y)), *columns])).fit()


def coefficient(y: np.ndarray, *columns: np.ndarray, at: int = 1) -> tuple[float, float, float]:
    """Estimate and interval of the coefficient of column ``at``, counted from 1; as `contrast`."""
    return contrast(y, columns, np.eye(len(columns) + 1)[at])


def contrast(y: np.ndarray, columns, weights: np.ndarray) -> tuple[float, float, float]:
    """Estimate and interval of ``weights`` (p,) times the coefficients of 1 and ``columns``.

    NaN where there are no more observations than coefficients, or columns that say the same.
    """
    design = np.column_stack([np.ones(len(y)), *columns])
    if len(y) <= design.shape[1] or np.linalg.matrix_rank(design) < design.shape[1]:
        return np.nan, np.nan, np.nan
    results = sm.OLS(y, design).fit()
    std_err = np.sqrt(weights @ results.cov_params() @ weights)
    half = stats.t.ppf(0.5 + LEVEL / 2.0, results.df_resid) * std_err
    estimate = float(weights @ results.params)
    return estimate, float(estimate - half), float(estimate + half)


def percent(values: tuple[float, ...]) -> tuple[float, ...]:
    """Differences of ln loss as per cent of the loss."""
    return tuple(100.0 * float(np.expm1(value)) for value in values)


def beside(line: list[dict], others: list[dict], size=lambda row: row["n_params"]) -> list[dict]:
    """The runs of ``line`` about as large as ``others``; all of it where those are too few.

    A straight line in ln N is asked to be straight only where it is compared with something.
    """
    sizes = [size(row) for row in others]
    low, high = min(sizes) / FACTOR, max(sizes) * FACTOR
    near = [row for row in line if low <= row["n_params"] <= high]
    return near if len(near) >= FEWEST else line


def difference(
    line: list[dict],
    others: list[dict],
    value=lambda row: float(np.log(row["test_loss"])),
    size=lambda row: row["n_params"],
    level=lambda row: None,
    at: float | None = None,
) -> tuple[float, float, float, int]:
    """Difference of ``value`` between ``others`` and ``line`` at equal ``size``, and n.

    ``others`` that differ in ``level``, a factor of their experiment, have levels of their own: the
    effect of the factor is no noise. The difference is the mean over these, each counted alike.
    Both kinds share one slope on ln size, and so the difference at every size; with ``at`` they
    have slopes of their own, and the difference is the one at that size. NaN where the runs are too
    few or too alike for that.
    """
    near = beside(line, others, size)
    rows = near + others
    ln_size = np.log([row["n_params"] for row in near] + [size(row) for row in others])
    other = np.array([0.0] * len(near) + [1.0] * len(others))
    own = np.array([None] * len(near) + [level(row) for row in others], dtype=object)
    levels = sorted(set(own[len(near) :]), key=str)
    columns = [other * (own == value) for value in levels] + [ln_size - ln_size.mean()]
    if at is not None:
        columns.append(other * (ln_size - np.log(at)))
    weights = np.array([0.0] + [1.0 / len(levels)] * len(levels) + [0.0] * (1 + (at is not None)))
    y = np.array([value(row) for row in rows])
    return (*contrast(y, columns, weights), len(rows))
