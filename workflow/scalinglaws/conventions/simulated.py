"""Pearce and Song's (2024) simulation as tables of metrics: runs that follow Chinchilla's law.

Twenty models from 790 to 1.58e9 parameters without embeddings learn as L = E + A/N^alpha +
B/D^beta says of their total N. Counted without embeddings they give Kaplan's exponent.
"""

from __future__ import annotations

import numpy as np

from scalinglaws.conventions.analysis import analyse
from scalinglaws.errors import UserError
from scalinglaws.laws.curves.chinchilla import loss, optimal_size
from scalinglaws.laws.curves.pearce_song import (
    KAPLAN_COMPUTE,
    KAPLAN_SIZES,
    N_BUDGETS,
    N_MODELS,
    TOKENS,
    Constants,
    optimal_compute,
    total_params,
)
from scalinglaws.laws.measurements import Measurements
from scalinglaws.metrics import CURVES, RUNS, table_from_rows
from scalinglaws.units import PF_DAY

EXPERIMENT = "simulated"


def simulated(constants: Constants) -> Measurements:
    """Runs and learning curves without noise; constants are (E, A, B, alpha, beta)."""
    runs, curves = [], []
    for n_params in np.geomspace(*KAPLAN_SIZES, N_MODELS):
        total = float(total_params(n_params))
        name, losses = f"N{n_params:.0f}", loss(total, TOKENS, *constants)
        runs.append(
            {
                "run_id": name,
                "source": "simulated",
                "experiments": [EXPERIMENT],
                "status": "finished",
                "n_params": round(n_params),
                "n_params_total": round(total),
                "test_loss": float(losses[-1]),
            }
        )
        curves += [
            {"run_id": name, "compute_6nbs": 6.0 * round(n_params) * d, "test_loss": float(value)}
            for d, value in zip(TOKENS, losses, strict=True)
        ]
    return Measurements(runs=table_from_rows(runs, RUNS), curves=table_from_rows(curves, CURVES))


def simulations(declared: dict, published: dict[str, dict[str, float]]) -> list[dict]:
    """Rows of the table `CONVENTIONS` for the constants that ``declared["simulate"]`` names.

    Raises:
        UserError: a name that ``published`` (config/chinchilla.yaml) does not have.
    """
    rows = []
    for name in declared.get("simulate", ()):
        if name not in published:
            known = ", ".join(published)
            raise UserError(f"conventions.simulate: {name!r} is unknown; there are: {known}")
        constants = tuple(published[name][key] for key in ("E", "A", "B", "alpha", "beta"))
        runs = simulated(constants)
        counts = (kaplans_count(), chinchillas_count(constants))
        for number, count in enumerate(counts, start=1):
            (row,) = analyse(runs, count, f"simulated, {name}")
            rows.append(row | {"step": number})
    return rows


def kaplans_count() -> dict:
    """The section `conventions` that reads these runs as Pearce and Song do, in Kaplan's way."""
    step = {"title": "without embeddings", "params": "non_embedding", "flops": "non_embedding"}
    return _one_step(step, np.geomspace(*KAPLAN_COMPUTE, N_BUDGETS))


def chinchillas_count(constants: Constants) -> dict:
    """The same with all parameters, at computes where the same sizes are the best."""
    sizes = np.geomspace(*KAPLAN_SIZES, 2001)
    spent = optimal_compute(sizes, constants)
    within = (spent >= KAPLAN_COMPUTE[0]) & (spent <= KAPLAN_COMPUTE[1])
    first, last = total_params(sizes)[within][[0, -1]]
    step = {"title": "all parameters", "params": "total", "flops": "total"}
    return _one_step(step, np.geomspace(*_computes(np.array([first, last]), constants), N_BUDGETS))


def _computes(totals: np.ndarray, constants: Constants) -> np.ndarray:
    """C = 6 N_total D at which N_total is the best size: `optimal_size` the other way round."""
    _, a, b, alpha, beta = constants
    unit = optimal_size(6.0, a, b, alpha, beta)
    return 6.0 * (totals / unit) ** ((alpha + beta) / beta)


def _one_step(step: dict, budgets: np.ndarray) -> dict:
    return {
        "estimator": "nearest",
        "budgets": (budgets / PF_DAY).tolist(),
        "steps": [{**step, "experiment": EXPERIMENT}],
    }
