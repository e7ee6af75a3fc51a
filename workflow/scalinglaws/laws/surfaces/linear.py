"""Many small symmetric systems at once, with a report of which are positive definite.

LAPACK by way of numpy solves them one by one and raises if a single one is singular; here the loop
runs over the p columns and every operation covers all resamples.
"""

import numpy as np

PIVOT = 1e-14  # smallest pivot that counts, relative to the diagonal


def solve_symmetric(matrix: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """x of shape (R, p) with matrix x = right by LDL', and (R,) whether every pivot was positive.

    ``matrix`` (R, p, p), ``right`` (R, p). Where a pivot is not positive x is meaningless.
    """
    size = right.shape[-1]
    a = np.array(np.moveaxis(matrix, 0, -1), order="C")
    x = np.array(right.T, order="C")
    smallest = PIVOT * np.abs(a[np.arange(size), np.arange(size)]) + np.finfo(float).tiny
    positive = np.isfinite(a).all(axis=(0, 1))
    with np.errstate(all="ignore"):
        for k in range(size):
            positive &= a[k, k] > smallest[k]
            for i in range(k + 1, size):
                factor = a[i, k] / a[k, k]
                a[i, k + 1 : i + 1] -= factor * a[k + 1 : i + 1, k]
                x[i] -= factor * x[k]
                a[k, i] = factor
        for k in range(size - 1, -1, -1):
            x[k] /= a[k, k]
            for i in range(k + 1, size):
                x[k] -= a[k, i] * x[i]
    return x.T, positive
