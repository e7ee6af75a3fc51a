"""Steps against tokens at one loss (Eq. 5.1): S = S_min + E_min / B, fitted at many levels at once.

(S/S_min - 1)(E/E_min - 1) = 1 with E = B S is that straight line in 1/B. It is fitted by least
squares of ln S; the markers of Fig. 10 come out of the points of Fig. 18 that way.
"""

from dataclasses import dataclass

import numpy as np

FEWEST_BATCHES = 3  # two parameters and one batch more
REACH = 1e3  # B_crit is looked for from the smallest batch over this to the largest times this
PER_DECADE = 20  # of the grid that brackets the minimum
HALVINGS = 50


@dataclass(frozen=True)
class TradeOff:
    """Estimates of any shape, the number of batches behind each, and whether B_crit ran away.

    ``s_min`` in steps, ``e_min`` and ``b_crit`` = E_min / S_min (Eq. 5.2) in tokens. NaN where
    fewer than FEWEST_BATCHES batches reached the level, or where B_crit is at the end of what
    these batches can show.
    """

    s_min: np.ndarray
    e_min: np.ndarray
    b_crit: np.ndarray
    n_batches: np.ndarray
    at_bound: np.ndarray


def fit_trade_off(batch: np.ndarray, step: np.ndarray) -> TradeOff:
    """Least squares of ln S on ln(S_min + E_min / B) for every row of ``step``.

    ``batch`` (b,) in tokens, a column a run; ``step`` (..., b) is where the run reached the level,
    NaN where it did not or is left out. Given B_crit the best S_min is a mean, so one unknown is
    searched: on a grid over all that the batches can show, then by bisection of the derivative.
    """
    ln_batch = np.log(np.asarray(batch, dtype=float))
    ln_step = np.log(np.asarray(step, dtype=float))
    ln_step, shape = ln_step.reshape(-1, len(ln_batch)), ln_step.shape[:-1]
    kept = np.isfinite(ln_step).astype(float)
    y = np.where(kept > 0, ln_step, 0.0)
    reach = np.log(REACH)
    low, high = ln_batch.min() - reach, ln_batch.max() + reach
    grid = np.linspace(low, high, int(PER_DECADE * (high - low) / np.log(10.0)))
    best = np.argmin(_spread(grid[:, None], ln_batch, y, kept), axis=0)
    left, right = grid[np.maximum(best - 1, 0)], grid[np.minimum(best + 1, len(grid) - 1)]
    for _ in range(HALVINGS):
        middle = 0.5 * (left + right)
        rising = _slope(middle, ln_batch, y, kept) > 0
        left, right = np.where(rising, left, middle), np.where(rising, middle, right)
    ln_critical = 0.5 * (left + right)
    ln_s_min = _mean(y - _excess(ln_critical, ln_batch), kept)
    n_batches = np.array([len(np.unique(ln_batch[row > 0])) for row in kept])
    at_bound = (best == 0) | (best == len(grid) - 1)
    known = (n_batches >= FEWEST_BATCHES) & ~at_bound
    s_min, b_crit = (np.where(known, np.exp(v), np.nan) for v in (ln_s_min, ln_critical))
    return TradeOff(
        s_min=s_min.reshape(shape),
        e_min=(s_min * b_crit).reshape(shape),
        b_crit=b_crit.reshape(shape),
        n_batches=n_batches.reshape(shape),
        at_bound=at_bound.reshape(shape),
    )


def _excess(ln_critical: np.ndarray, ln_batch: np.ndarray) -> np.ndarray:
    """ln of S / S_min = 1 + B_crit / B, shape (..., b)."""
    return np.logaddexp(0.0, np.asarray(ln_critical)[..., None] - ln_batch)


def _mean(values: np.ndarray, kept: np.ndarray) -> np.ndarray:
    return (values * kept).sum(axis=-1) / np.maximum(kept.sum(axis=-1), 1.0)


def _spread(ln_critical, ln_batch, y, kept) -> np.ndarray:
    """Sum of squares at the best S_min."""
    rest = y - _excess(ln_critical, ln_batch)
    return ((rest - _mean(rest, kept)[..., None]) ** 2 * kept).sum(axis=-1)


def _slope(ln_critical, ln_batch, y, kept) -> np.ndarray:
    """Derivative of `_spread` by ln B_crit."""
    rest = y - _excess(ln_critical, ln_batch)
    share = 1.0 / (1.0 + np.exp(ln_batch - ln_critical[..., None]))
    return -2.0 * ((rest - _mean(rest, kept)[..., None]) * share * kept).sum(axis=-1)
