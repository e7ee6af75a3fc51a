"""Start values from the data alone: a grid of exponents, each with the levels that suit it best.

The grid is set by how far the data reach in ln x, never by what others have found.
"""

import itertools

import numpy as np
from scipy.optimize import nnls

# Exponent times the standard deviation of ln x: from a term that hardly bends to one that falls
# by a factor of ten between the ends of the data.
BENDS = (0.1, 0.3, 1.0, 2.5)
LEAST_START_SHARE = 0.01  # no term starts where it could not be felt


def exponent_grid(u: np.ndarray) -> np.ndarray:
    """Combinations of exponents of the k variables, shape (len(BENDS)^k, k); u (n, k)."""
    spread = np.array([_spread(u[:, k]) for k in range(u.shape[1])])
    return np.array(list(itertools.product(BENDS, repeat=u.shape[1]))) / spread


def positive_levels(columns: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    """ln of coefficients c >= 0 for which the sum of c_k columns[:, k] is closest to 1.

    ``columns`` (n, K) are the terms over the measured loss, each with coefficient 1; shape (K,).
    A coefficient of zero is raised to a small share of the loss, from where it can still grow.
    """
    root = np.ones(len(columns)) if weights is None else np.sqrt(weights)
    size = columns.max(axis=0)
    found, _ = nnls(columns / size * root[:, None], root)
    share = (columns / size * root[:, None]).sum(axis=0) / root.sum()
    least = LEAST_START_SHARE / np.maximum(share, np.finfo(float).tiny)
    return np.log(np.maximum(found, least)) - np.log(size)


def _spread(values: np.ndarray) -> float:
    finite = values[np.isfinite(values)]
    spread = float(finite.std()) if len(finite) else 0.0
    return spread if spread > 0 else 1.0
