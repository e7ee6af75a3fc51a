"""The best run at each compute, beside the loss that the same model converges to."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scalinglaws.laws.batch.ladder import LadderRun
from scalinglaws.laws.envelope import interior, log_grid, lower_envelope
from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.replicates import Replicates

Runs = dict[str, LadderRun]


def above_own_end(curves: Runs) -> Replicates:
    """Mean over models of loss on the frontier / own last loss - 1, redone without each run."""
    last = {run: curve.loss.min() for run, curve in curves.items()}
    return _replicates(curves, lambda runs, without: _mean_excess(runs, last))


def above_converged(curves: Runs, law: LawFit) -> Replicates:
    """The same above (N_c / N)^alpha_N of L(N, S), which is fitted without the run as well."""
    own = law.replicates.pick("alpha_N", "log10_N_c")
    constants = dict(zip(own.labels, own.redone, strict=True)) | {None: own.estimate}

    def excess(runs: Runs, without: str | None) -> float:
        alpha, scale = constants[without]
        converged = {
            run: 10.0 ** (alpha * (scale - np.log10(curve.n_params))) for run, curve in runs.items()
        }
        return _mean_excess(runs, converged)

    return _replicates(curves, excess)


def _replicates(curves: Runs, value: Callable[[Runs, str | None], float]) -> Replicates:
    without = {
        run: [value({name: own for name, own in curves.items() if name != run}, run)]
        for run in curves
    }
    return Replicates.of(["excess"], [value(curves, None)], without)


def _mean_excess(curves: Runs, reference: dict[str, float]) -> float:
    """Mean over the models of the frontier of loss / reference - 1; NaN where there are none."""
    compute = [curve.compute for curve in curves.values()]
    grid = log_grid(min(map(np.min, compute)), max(map(np.max, compute)))
    whole = lower_envelope({run: (own.compute, own.loss) for run, own in curves.items()}, grid)
    found = interior(whole, {run: curve.n_params for run, curve in curves.items()})
    by_run: dict[str, list[float]] = {}
    for run, loss in zip(found.best, found.loss, strict=True):
        by_run.setdefault(run, []).append(loss / reference[run] - 1.0)
    return float(np.mean([np.mean(own) for own in by_run.values()])) if by_run else np.nan
