"""The lower envelope of learning curves: the lowest loss that any run had at a given compute.

Curves are read at a fixed grid of computes, evenly spaced in the logarithm, so that a run which
logs more often, or a stretch with more vertices, has no more weight than another.
"""

from dataclasses import dataclass

import numpy as np

from scalinglaws.laws.replicates import FEWEST_RUNS

PER_DECADE = 10  # from 5 to 40 the exponent moves by half of its standard error at most

Curve = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Envelope:
    """``compute`` and ``loss`` of shape (n,), and the run that is best at each point."""

    compute: np.ndarray
    loss: np.ndarray
    best: list[str]

    @property
    def runs(self) -> list[str]:
        """The runs that are best somewhere, in the order of compute."""
        return list(dict.fromkeys(self.best))


def log_grid(low: float, high: float, per_decade: int = PER_DECADE) -> np.ndarray:
    """Computes 10^(k / per_decade) within [low, high]: the same ones whatever the runs."""
    # The smallest float above an edge must not cost the edge.
    first = np.ceil(per_decade * np.log10(low) - 1e-9)
    last = np.floor(per_decade * np.log10(high) + 1e-9)
    return 10.0 ** (np.arange(first, last + 1) / per_decade)


def curve_at(curve: Curve, grid: np.ndarray) -> np.ndarray:
    """Loss of one run at the computes of ``grid``, straight in log-log; NaN outside its range."""
    compute, loss = curve
    order = np.lexsort((loss, compute))
    x, y = np.log(compute[order]), np.log(loss[order])
    return np.exp(np.interp(np.log(grid), x, y, left=np.nan, right=np.nan))


def lower_envelope(curves: dict[str, Curve], grid: np.ndarray) -> Envelope:
    """The smallest loss of ``curves`` (run_id: compute and loss, each (m,)) at each grid point.

    Left out are grid points that no curve covers, and points above the last loss of a run that
    ended before: the runs that go on have not caught up with it yet. Of equal runs the first by
    name is the best.
    """
    names = sorted(curves)
    if not names or not len(grid):
        return Envelope(np.array([]), np.array([]), [])
    losses = np.array([curve_at(curves[name], grid) for name in names])
    losses = np.where(np.isfinite(losses), losses, np.inf)
    lowest = losses.min(axis=0)
    kept = np.isfinite(lowest) & (lowest <= _best_of_ended(curves, grid))
    best = losses.argmin(axis=0)[kept]
    return Envelope(grid[kept], lowest[kept], [names[i] for i in best])


def _best_of_ended(curves: dict[str, Curve], grid: np.ndarray) -> np.ndarray:
    """The smallest last loss of the runs that ended before each point of ``grid``."""
    best = np.full(len(grid), np.inf)
    for compute, loss in curves.values():
        last = compute.argmax()
        best[grid > compute[last]] = np.minimum(best[grid > compute[last]], loss[last])
    return best


def interior(envelope: Envelope, sizes: dict[str, int | None]) -> Envelope:
    """Only the points where neither the smallest nor the largest model is the best.

    Where it is, the grid of models ends there, and another model, smaller or larger, might be
    better: the point says nothing about the best model. Sizes that are not known cut nothing.
    """
    if None in sizes.values() or len(set(sizes.values())) < FEWEST_RUNS:
        return envelope
    ends = {min(sizes.values()), max(sizes.values())}
    kept = [i for i, run in enumerate(envelope.best) if sizes[run] not in ends]
    return Envelope(envelope.compute[kept], envelope.loss[kept], [envelope.best[i] for i in kept])


def without_each(curves: dict[str, Curve], envelope: Envelope) -> dict[str, Curve]:
    """Envelope without each run that is on it: run_id: compute and loss of what is left.

    The grid stays. A run that is nowhere the best changes nothing and is not listed.
    """
    found = {}
    for run in envelope.runs:
        rest = {name: curve for name, curve in curves.items() if name != run}
        left = lower_envelope(rest, envelope.compute)
        found[run] = (left.compute, left.loss)
    return found
