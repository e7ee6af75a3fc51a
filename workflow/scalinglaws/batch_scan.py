"""Batch-size scans: the steps that runs of several batch sizes need to reach the same losses.

A level counts as reached where the test loss first falls to it; between two logged steps the loss
is taken as straight in the logarithm of the step.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

N_LEVELS = 40  # of Fig. 10, between the largest and the smallest loss of the scan
WARMUPS = 2  # levels reached before so many warm-ups: the rate, not the batch, set their step


@dataclass(frozen=True)
class ScanRun:
    """One run of a scan: N, B in tokens, warm-up in steps, and its curve, both of shape (m,).

    ``step`` increases; ``loss`` is the test loss in nats/token.
    """

    run_id: str
    n_params: int
    batch_tokens: int
    warmup_steps: int
    step: np.ndarray
    loss: np.ndarray


def scan_rows(runs: list[ScanRun], n_levels: int = N_LEVELS) -> list[dict[str, Any]]:
    """Rows of BATCH_SCAN: where each run first reached each loss level.

    The levels are in geometric progression from the largest to the smallest loss of all runs after
    their warm-ups. A run has no row for a level that it never reached, or reached too early.
    """
    losses = [run.loss[run.step >= WARMUPS * run.warmup_steps] for run in runs]
    if not sum(map(len, losses)):
        return []
    levels = np.geomspace(np.concatenate(losses).max(), np.concatenate(losses).min(), n_levels)
    return [
        {
            "run_id": run.run_id,
            "n_params": run.n_params,
            "batch_tokens": run.batch_tokens,
            "loss": float(level),
            "step": float(step),
            "tokens": float(step * run.batch_tokens),
        }
        for run in runs
        for level, step in zip(levels, first_crossings(run.step, run.loss, levels), strict=True)
        if step >= WARMUPS * run.warmup_steps  # a level never reached is NaN: no row
    ]


def first_crossings(step: np.ndarray, loss: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Step at which ``loss`` first falls to each of ``levels``, shape (k,); NaN where never.

    Levels above the first logged loss were passed before anything was logged: NaN too.
    """
    found = np.full(len(levels), np.nan)
    for i, level in enumerate(levels):
        below = np.flatnonzero(loss <= level)
        if not len(below) or (below[0] == 0 and loss[0] < level):
            continue
        after = below[0]
        before = max(after - 1, 0)
        fall = loss[before] - loss[after]
        share = (loss[before] - level) / fall if fall > 0 else 0.0
        found[i] = step[before] * (step[after] / step[before]) ** share
    return found
