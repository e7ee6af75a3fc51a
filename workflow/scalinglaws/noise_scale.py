"""From squared gradients of two batch sizes to the gradient noise scale along a run."""

from __future__ import annotations

import numpy as np

NEIGHBOURS = 2  # measurements on either side that a value is averaged with


def noise_scales(
    small_square: np.ndarray,
    large_square: np.ndarray,
    small_tokens: float,
    large_tokens: float,
) -> np.ndarray:
    """B_simple = tr(Sigma) / |G|^2 in tokens at each measurement, shape (m,); NaN where |G|^2 < 0.

    Both estimates are unbiased but noisy, and a ratio of noisy numbers is not: numerator and
    denominator are averaged over the neighbouring measurements before they are divided
    (McCandlish et al. 2018, Appendix A.1).

    Args:
        small_square: |G|^2 of small batches, in order of the steps, (m,).
        large_square: of large batches, (m,).
        small_tokens: B_small.
        large_tokens: B_big.
    """
    true_square = (large_tokens * large_square - small_tokens * small_square) / (
        large_tokens - small_tokens
    )
    trace = (small_square - large_square) / (1 / small_tokens - 1 / large_tokens)
    trace, true_square = _averaged(trace), _averaged(true_square)
    return np.where(true_square > 0, trace / np.where(true_square > 0, true_square, 1.0), np.nan)


def _averaged(values: np.ndarray) -> np.ndarray:
    """Means over each value and its NEIGHBOURS on both sides, fewer at the ends."""
    reach = np.arange(len(values))
    near = abs(reach[:, None] - reach[None, :]) <= NEIGHBOURS
    return near @ values / near.sum(axis=1)
