"""Straight lines in logarithms, one for each row of responses, each with gaps of its own."""

import numpy as np

from scalinglaws.laws.line import fit_line, with_covariance
from scalinglaws.laws.replicates import Replicates

NO_LINE = np.full(2, np.nan)  # level and slope where there is none


def fit_lines(x: np.ndarray, y: np.ndarray, centre: float) -> np.ndarray:
    """Least squares of ``y`` on x - centre: levels at the centre and slopes, shape (..., 2).

    ``x`` has shape (n,) or that of ``y``, (..., n); points where either is NaN are left out. NaN
    where fewer than two distinct x are left.
    """
    x, y = np.broadcast_arrays(np.asarray(x, dtype=float) - centre, np.asarray(y, dtype=float))
    kept = np.isfinite(x) & np.isfinite(y)
    n = np.maximum(kept.sum(axis=-1), 1)
    x, y = np.where(kept, x, 0.0), np.where(kept, y, 0.0)
    mean_x, mean_y = x.sum(axis=-1) / n, y.sum(axis=-1) / n
    dx = np.where(kept, x - mean_x[..., None], 0.0)
    spread = (dx**2).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(spread > 1e-12 * n, (dx * y).sum(axis=-1) / spread, np.nan)
    return np.stack([mean_y - slope * mean_x, slope], axis=-1)


def line_results(
    ln_x: np.ndarray, y: np.ndarray, names: tuple[str, str], y_name: str, internal: Replicates
):
    """statsmodels' least squares of y on (1, centre - ln x), with the jackknife's covariance.

    ``internal`` holds level and slope of that line, redone without each run.
    """
    results = fit_line(np.exp(ln_x), y, list(names), y_name, float(ln_x.mean()))
    df = float(internal.df().min())
    results = with_covariance(results, internal.covariance(), df, "jackknife, delete one run")
    results.model.param_names = list(names)  # where laws of several variables keep them
    return results
