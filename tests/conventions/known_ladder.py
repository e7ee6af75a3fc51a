"""Learning curves of a ladder of models that follow Chinchilla's law, and Kaplan's first step."""

import numpy as np

from scalinglaws.laws.curves.chinchilla import loss
from scalinglaws.laws.measurements import Measurements
from scalinglaws.metrics import CURVES, RUNS, table_from_rows

KAPLAN = {"title": "Kaplan", "params": "non_embedding", "flops": "non_embedding"}
CONSTANTS = (1.8172, 482.01, 2085.43, 0.3478, 0.3658)


def ladder(first_tokens=1e5, **columns):
    """Curves that follow Chinchilla's law in N, from ``first_tokens`` on, without embeddings."""
    runs, curves = [], []
    for size in np.geomspace(1e5, 1e9, 13).round():
        name = f"N{size:g}"
        tokens = np.geomspace(first_tokens, 1e12, 240)
        losses = loss(size, tokens, *CONSTANTS)
        known = {"source": "table", "experiments": ["all"], "status": "finished"}
        own = {"run_id": name, "n_params": int(size), "test_loss": losses[-1]}
        runs.append(known | own | {key: value(size) for key, value in columns.items()})
        curves += [
            {"run_id": name, "compute_6nbs": 6 * size * d, "test_loss": float(value)}
            for d, value in zip(tokens, losses, strict=True)
        ]
    return Measurements(runs=table_from_rows(runs, RUNS), curves=table_from_rows(curves, CURVES))
