"""Covariances of estimates from the same estimates without each run, or from resamples of runs."""

import numpy as np
from scipy import stats

ONE_SIGMA = 100.0 * stats.norm.cdf([-1.0, 1.0])  # percentiles one standard error off the middle


def jackknife_covariance(estimate: np.ndarray, deleted: np.ndarray) -> np.ndarray:
    """(G-1)/G sum_g (deleted_g - estimate)(deleted_g - estimate)' of many studies at once.

    ``estimate`` has shape (..., p), ``deleted`` (..., G, p); gives shape (..., p, p). Only runs
    whose absence changes something belong in G: those that change nothing would add degrees of
    freedom and no information.
    """
    difference = deleted - np.asarray(estimate)[..., None, :]
    n_groups = deleted.shape[-2]
    return (n_groups - 1) / n_groups * np.einsum("...gi,...gj->...ij", difference, difference)


def spread(drawn: np.ndarray) -> np.ndarray:
    """Half the 16 to 84 % range of resamples (R, p), NaN left out; shape (p,).

    A standard error that far-off draws leave be.
    """
    low, high = np.nanpercentile(drawn, ONE_SIGMA, axis=0)
    return 0.5 * (high - low)


def rescaled(covariance: np.ndarray, std_err: np.ndarray) -> np.ndarray:
    """The same correlations with other standard errors, (p,)."""
    own = np.sqrt(np.diag(covariance))
    correlation = np.eye(len(own))
    varies = np.ix_(own > 0, own > 0)
    correlation[varies] = covariance[varies] / np.outer(own, own)[varies]
    return correlation * np.outer(std_err, std_err)
