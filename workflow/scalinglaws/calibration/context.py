"""Context lengths side by side, at token positions that all of them have.

A longer context is another task: later tokens have more to go by. The mean over all positions and
nats a byte therefore fall with n_ctx by themselves; the first positions do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scalinglaws.calibration.sweeps import Curve

if TYPE_CHECKING:
    import pyarrow as pa


def at_equal_positions(curves: list[Curve], positions: pa.Table) -> list[dict]:
    """A dictionary a finished run: its loss at all positions, at those that all have, a byte.

    Args:
        curves: of the sweep of n_ctx.
        positions: table POSITIONS; only the run's training corpus is read.

    ``shared_loss`` is the mean over positions 1 to ``shared`` in nats/token, NaN of a run without
    losses by position.
    """
    by_run: dict[tuple[str, str], dict[int, float]] = {}
    for row in positions.to_pylist():
        by_run.setdefault((row["run_id"], row["corpus"]), {})[row["position"]] = row["loss"]
    compared = []
    for curve in curves:
        shared = min((row["n_ctx"] for row in curve.finished), default=0)
        for row in curve.finished:
            losses = by_run.get((row["run_id"], row["corpus"]), {})
            shown = [losses[i] for i in range(1, shared + 1) if i in losses]
            compared.append(
                {
                    "run_id": row["run_id"],
                    "n_params": curve.n_params,
                    "n_ctx": row["n_ctx"],
                    "loss": row["test_loss"],
                    "nats_per_byte": row["test_nats_per_byte"],
                    "shared": shared,
                    "shared_loss": float(np.mean(shown)) if len(shown) == shared else np.nan,
                }
            )
    return compared
