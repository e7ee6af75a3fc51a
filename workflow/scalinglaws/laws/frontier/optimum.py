"""Points of the compute-efficient frontier: at which compute each model is the best (Fig. 14).

Every model that is ever on the lower envelope of the learning curves gives one point, in the middle
(in the logarithm) of the computes where it is the best. Models differ by factors: weighting each
once keeps a size with many neighbours from counting more.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scalinglaws.laws.envelope import Curve, Envelope, interior, log_grid, lower_envelope


@dataclass(frozen=True)
class Frontier:
    """One entry a model size: ``n_params``, ``compute`` in PF-days, ``loss`` (nats/token), (k,).

    ``claims`` is the mean number of sizes between whose first and last compute a compute lies: 1
    where each size follows the one before, more where they take turns as the best.
    """

    n_params: np.ndarray
    compute: np.ndarray
    loss: np.ndarray
    claims: float = 1.0


PER_DECADE = 100  # computes at which the best model is looked up: models change at any of them


def envelope_of(
    curves: dict[str, Curve],
    sizes: Mapping[str, int],
    limits: Mapping[str, float],
    per_decade: int,
) -> Envelope:
    """The lower envelope within ``limits`` (min, max in PF-days), without its two ends.

    It is read at ``per_decade`` computes a decade. Where the smallest or the largest model is the
    best, the grid of models ends (`interior`).
    """
    reached = [compute for compute, _ in curves.values()]
    low = max([limits.get("min", 0.0), *([min(c.min() for c in reached)] if reached else [])])
    high = min([limits.get("max", np.inf), *([max(c.max() for c in reached)] if reached else [])])
    grid = log_grid(low, high, per_decade) if 0 < low < high < np.inf else np.array([])
    return interior(lower_envelope(curves, grid), {run: sizes[run] for run in curves})


def frontier_of(envelope: Envelope, sizes: Mapping[str, int]) -> Frontier:
    """One point a model size on ``envelope``: the log-middle of its computes and of its losses."""
    size = np.array([sizes[run] for run in envelope.best], dtype=float)
    models = np.unique(size)
    middle = [
        [np.exp(np.log(values[size == model]).mean()) for model in models]
        for values in (envelope.compute, envelope.loss)
    ]
    places = [np.flatnonzero(size == model) for model in models]
    spans = sum(int(at[-1] - at[0]) + 1 for at in places)
    return Frontier(
        models, *np.array(middle).reshape(2, len(models)), claims=spans / max(len(size), 1)
    )
