"""A run's learning curve as its neighbours in size predict it: the frontier's way to redo a chain.

For a straight line, leaving a point out and putting it where the others predict it give the same
estimates. For a frontier they do not: a model that is left out leaves a gap in the grid of sizes,
its neighbours take over its computes, and the points move even where nothing is uncertain. In
simulated ladders that made standard errors 2.6 times too large. With the run's own share of the
difference taken off they are about the true ones (tests of this module, and the coverage study);
in ladders so dense that many runs take turns as the best they stay up to 1.4 times too large.
"""

from dataclasses import replace

import numpy as np

from scalinglaws.laws.batch.chain import Variant
from scalinglaws.laws.batch.ladder import Ladder, LadderRun

METHOD = "jackknife, each run left out or replaced by its neighbours' prediction, t(G-1)"


def runs_of(found: Ladder, variant: Variant, whole: bool = False) -> dict[str, LadderRun]:
    """The ladder in one pass through the chain: as it is, or with one run replaced.

    A run whose neighbours never processed as many or as few tokens is left out instead. ``whole``
    takes all of its difference from them off: for losses on the envelope, which are minima and
    scatter less than their runs, the smaller move was not tried in the coverage study.
    """
    if variant.stratum != found.stratum:
        return found.runs
    others = {name: run for name, run in found.runs.items() if name != variant.label}
    predicted = predicted_run(found.runs[variant.label], list(others.values()), whole)
    # The order of names is kept: of equal runs the envelope takes the first.
    return {
        name: predicted if name == variant.label else run
        for name, run in found.runs.items()
        if name != variant.label or predicted is not None
    }


def predicted_run(run: LadderRun, others: list[LadderRun], whole: bool = False) -> LadderRun | None:
    """``run`` with its losses moved towards what ``others`` predict for it; None where they cannot.

    At equal tokens ln L of the neighbours is taken as straight in ln N. The move is the difference
    over the factor by which it scatters more than one run, or ``whole``. The run keeps its own
    points, so that the envelope is read at the same ones; beyond the tokens that the neighbours
    share with it, the difference stays as it is at the end.
    """
    weights = _weights(run.n_params, sorted({other.n_params for other in others}))
    own = _curve([run])
    sizes = {n: [other for other in others if other.n_params == n] for n in weights}
    near = [(_curve(sizes[n]), w) for n, w in weights.items()]
    if not near:
        return None
    ends = [(x[0], x[-1]) for x, _ in (own, *(curve for curve, _ in near))]
    low, high = max(first for first, _ in ends), min(last for _, last in ends)
    shared = (own[0] >= low) & (own[0] <= high)
    if not shared.any():
        return None
    at = own[0][shared]
    difference = own[1][shared] - sum(w * np.interp(at, *curve) for curve, w in near)
    # The neighbours scatter like the run, so that the difference scatters by the root of
    # 1 + sum of w^2 times what one run does.
    scatter = np.sqrt(1.0 + sum(w**2 / len(sizes[n]) for n, w in weights.items()))
    scatter = 1.0 if whole else scatter
    moved = np.interp(np.log(run.compute / run.n_params), at, difference / scatter)
    return replace(run, loss=run.loss * np.exp(-moved))


def _curve(runs: list[LadderRun]) -> tuple[np.ndarray, np.ndarray]:
    """ln of tokens (but for a constant) and mean ln L of runs of one size, averaged over bins."""
    curves = []
    for run in runs:
        averaged = run.averaged()
        curves.append((np.log(averaged.compute / run.n_params), np.log(averaged.loss)))
    x = curves[0][0]
    return x, np.mean([np.interp(x, *curve) for curve in curves], axis=0)


def _weights(size: int, sizes: list[int]) -> dict[int, float]:
    """Sizes that predict ``size`` and their weights: the same size, else two neighbours.

    At an end of the ladder the second neighbour is at least as far from the first as the first is
    from ``size``, so that no weight exceeds 2 where the ladder allows it.
    """
    if size in sizes:
        return {size: 1.0}
    below, above = [n for n in sizes if n < size], [n for n in sizes if n > size]
    if below and above:
        first, second = below[-1], above[0]
    elif len(sizes) > 1:
        side = above or below[::-1]  # from near to far
        first, rest = side[0], side[1:]
        gap = abs(np.log(size / first))
        second = next((n for n in rest if abs(np.log(n / first)) >= gap), rest[-1])
    else:
        return {}
    share = np.log(size / first) / np.log(second / first)
    return {first: 1.0 - share, second: share}
