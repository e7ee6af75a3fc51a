"""Does a fitted surface miss a bend? An F test of the quadratic terms that it does not have."""

import numpy as np
from scipy import stats


def bend_test(u: np.ndarray, residual: np.ndarray, jacobian: np.ndarray) -> dict[str, float]:
    """F and p-value of all squares and products of u, added to the linearised law.

    ``u`` (n, k), ``residual`` of ln L (n,), ``jacobian`` (n, p); observations must be independent,
    one a run. An infinite u is taken as the largest finite one. Near a correct law the statistic
    follows F(k (k + 1) / 2, n - p - k (k + 1) / 2); NaN where no degree of freedom is left.
    """
    u = np.where(np.isfinite(u), u, np.max(np.where(np.isfinite(u), u, -np.inf), axis=0))
    k = u.shape[1]
    extra = np.column_stack([u[:, i] * u[:, j] for i in range(k) for j in range(i, k)])
    df = len(u) - jacobian.shape[1] - extra.shape[1]
    if df < 1:
        return {"F": np.nan, "p_value": np.nan}
    before = _squares(jacobian, residual)
    after = _squares(np.column_stack([jacobian, extra]), residual)
    if after <= 0.0:
        return {"F": np.nan, "p_value": np.nan}
    statistic = (before - after) / extra.shape[1] / (after / df)
    return {"F": float(statistic), "p_value": float(stats.f.sf(statistic, extra.shape[1], df))}


def _squares(design: np.ndarray, response: np.ndarray) -> float:
    scaled = design / np.maximum(np.linalg.norm(design, axis=0), np.finfo(float).tiny)
    left = response - scaled @ np.linalg.lstsq(scaled, response, rcond=None)[0]
    return float(left @ left)
