"""Tables of runs that the curve laws' tests are fitted to."""

import numpy as np
import pytest

from scalinglaws.laws.measurements import Measurements
from scalinglaws.metrics import RUNS, table_from_rows
from scalinglaws.units import PF_DAY

# Besiroglu et al. (2024): E, A, B, alpha, beta.
CHINCHILLA = (1.8172, 482.01, 2085.43, 0.3478, 0.3658)


@pytest.fixture
def make_runs():
    """Rows of RUNS with defaults; a list of dictionaries gives Measurements."""

    def make(rows: list[dict]) -> Measurements:
        full = [
            {"source": "table", "experiments": ["all"], "status": "finished", "run_id": f"r{i}"}
            | row
            for i, row in enumerate(rows)
        ]
        return Measurements(runs=table_from_rows(full, RUNS))

    return make


@pytest.fixture
def isoflop_rows():
    """A grid of budgets (PF-days) by sizes about the optimum, losses from the law times noise."""

    def make(
        budgets, spread=4.0, n_sizes=7, offset=0.0, noise=0.0, seed=0, constants=CHINCHILLA
    ) -> list[dict]:
        e, a, b, alpha, beta = constants
        rng = np.random.default_rng(seed)
        scale = (alpha * a / (beta * b)) ** (1 / (alpha + beta))
        rows = []
        for i, budget in enumerate(budgets):
            compute = budget * PF_DAY
            best = scale * (compute / 6) ** (beta / (alpha + beta))
            shift = offset[i] if np.ndim(offset) else offset
            for ln in np.linspace(-spread / 2, spread / 2, n_sizes):
                size = round(best * np.exp(ln + shift))
                tokens = compute / (6 * size)
                loss = (e + a / size**alpha + b / tokens**beta) * np.exp(rng.normal(0, noise))
                rows.append(
                    {
                        "run_id": f"{budget:.3g}_{size}",
                        "n_params": size,
                        "tokens": round(tokens),
                        "compute_6nbs": compute,
                        "test_loss": loss,
                    }
                )
        return rows

    return make
