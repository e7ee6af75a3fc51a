"""Points of L(D): at each dataset size the smallest early-stopped loss over models (Fig. 1).

The paper says that the points of Figure 1 are one large model; what it plots is the minimum over
the models of the Figure 4 grid. A minimum is a derived point: the runs of a dataset size compete
for it, so every run that won is also deleted in turn.
"""

import numpy as np
import pyarrow as pa

from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.selection import Selection, select_runs

NOTE = (
    "each point is the minimum over models of the early-stopped test loss at one dataset size, "
    "not one model's loss"
)
X = "dataset_tokens"


def best_by_dataset(measurements: Measurements, declared: dict) -> Selection:
    """Minima over models of the runs that pass ``declared["select"]``, by dataset size.

    The range of dataset sizes is asked of the minima: a winner outside it is left out by name. Runs
    on all of the text have no dataset size and are no candidates. ``choice["n_candidates"]`` counts
    the runs that the minima were taken of.
    """
    runs, select = measurements.runs, declared.get("select") or {}
    others = {column: limits for column, limits in select.items() if column != X}
    candidates = select_runs(runs, declared["experiment"], others, X)
    best = _minima(candidates.x, candidates.loss, candidates.run_ids)
    if not best:
        return candidates
    winners = runs.filter(pa.array([run in best for run in runs["run_id"].to_pylist()]))
    chosen = select_runs(winners, declared["experiment"], select, X)
    within = np.isin(candidates.x, chosen.x)
    x, loss = candidates.x[within], candidates.loss[within]
    run_ids = [run for run, kept in zip(candidates.run_ids, within, strict=True) if kept]
    without = {}
    for winner in chosen.run_ids:
        rest = np.array([run != winner for run in run_ids])
        left = _minima(x[rest], loss[rest], [run for run in run_ids if run != winner])
        at = sorted((x_value, loss_value) for x_value, loss_value in left.values())
        without[winner] = tuple(np.array(at).reshape(-1, 2).T)
    return Selection(
        x=chosen.x,
        loss=chosen.loss,
        run_ids=chosen.run_ids,
        excluded=[
            (run, reason)
            for run, reason in candidates.excluded + chosen.excluded
            if reason != f"{X} is missing"
        ],
        choice={**chosen.choice, "select": select, "n_candidates": len(run_ids)},
        without=without,
        note=NOTE,
    )


def _minima(x: np.ndarray, loss: np.ndarray, run_ids: list[str]) -> dict[str, tuple[float, float]]:
    """Run that has the smallest loss at each x: its (x, loss); of equal losses the first name."""
    best: dict[float, tuple[float, str]] = {}
    for size, value, run in zip(x, loss, run_ids, strict=True):
        best[size] = min(best.get(size, (value, run)), (value, run))
    return {run: (size, value) for size, (value, run) in best.items()}
