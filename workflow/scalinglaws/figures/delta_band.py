"""The band of a fitted law from the covariance of its estimates, whatever their method."""

from collections.abc import Callable

import numpy as np

from scalinglaws.figures.redone import t_quantile

SHARE = 1e-3  # of a standard error: how far a parameter is moved for its derivative


def delta_band(law: dict, function: Callable[..., np.ndarray]) -> tuple[np.ndarray, ...] | None:
    """(mean, low, high), each (k,), of a positive ``function(*estimates)``; None without a fit.

    The delta method on ln of the function, with the law's own covariance and the fewest degrees of
    freedom of its parameters.
    """
    if law["status"] != "ok":
        return None
    estimate = np.array(law["estimates"], dtype=float)
    covariance = np.array(law["covariance"], dtype=float)
    moves = SHARE * np.diag(np.sqrt(np.diag(covariance)))
    mean = np.log(function(*estimate))
    slopes = np.array(
        [np.log(function(*(estimate + m))) - np.log(function(*(estimate - m))) for m in moves]
    ) / (2.0 * moves.diagonal()[:, None])
    variance = np.einsum("ik,ij,jk->k", slopes, covariance, slopes)
    half = float(t_quantile(min(law["df"]))) * np.sqrt(np.maximum(variance, 0.0))
    return np.exp(mean), np.exp(mean - half), np.exp(mean + half)
