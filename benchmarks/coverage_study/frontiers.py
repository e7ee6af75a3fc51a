"""Studies of compute: the envelope of learning curves, L(C) and N_opt(C), and IsoFLOP parabolas.

These laws take no measured points but the best of several. Their truth is what the same code says
of the same runs without scatter: what a law makes of a grid of sizes is its own, not the noise's.
"""

from functools import lru_cache

import numpy as np

from coverage_study import scatter
from coverage_study.outcome import Outcome, interval
from scalinglaws.conventions.convert import converted
from scalinglaws.conventions.frontier import frontier
from scalinglaws.conventions.steps import Conventions
from scalinglaws.laws.fit import FITS, Fitted
from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.measurements import Measurements
from scalinglaws.metrics import CURVES, RUNS, table_from_rows

DECLARED = {"experiment": "sizes"}
BY_CONVENTION = "N_opt(C) by convention"  # the frontier whose reigns end where curves cross
TOKENS_A_STEP = 2.0**19  # one batch size for all: naive L(C)
STEPS = 10.0 ** np.arange(2.5, 5.45, 0.1)  # logged ten times a decade
SIZES = (1e5, 1.5e9)
# L(N, S) at that batch: (N_c/N)^alpha_N + (S_c/S)^alpha_S
ALPHA_N, N_C, ALPHA_S, S_C = 0.077, 6.5e13, 0.76, 2.1e3

# Chinchilla's form with equal exponents: then a parabola's minimum is not biased.
FLOOR, COEFFICIENT, EXPONENT = 1.7, 400.0, 0.31
BUDGETS = (1e18, 1e21)  # FLOPs
SPAN = 8.0  # sizes up to this factor about the best
SHAPES = {20: (4, 5), 40: (5, 8)}  # budgets x sizes; fewer runs make no three parabolas


def envelope_study(law: str, rng: np.random.Generator, n_runs: int) -> tuple[str, list[Outcome]]:
    """Status and outcomes of a law of compute from the learning curves of ``n_runs`` sizes."""
    error = scatter.curves(rng, n_runs, len(STEPS)) + scatter.test_set(rng)
    return _outcomes(_fit_curves(law, error), _true_curves(law, n_runs))


def isoflop_study(rng: np.random.Generator, n_runs: int) -> tuple[str, list[Outcome]]:
    """Status and outcomes of IsoFLOP's N_opt(C) from ``n_runs`` runs that end at their budget."""
    error = scatter.one_point_a_run(rng, n_runs) + scatter.test_set(rng)
    return _outcomes(_fit_budgets(error), _true_budgets(n_runs))


def _fit_curves(law: str, error: np.ndarray) -> Fitted:
    sizes = np.geomspace(*SIZES, len(error)).round()
    loss = (N_C / sizes[:, None]) ** ALPHA_N + (S_C / STEPS) ** ALPHA_S
    loss = loss * np.exp(error)
    runs, curves = [], []
    for i, size in enumerate(sizes):
        runs.append(_run(i, size, loss[i, -1]) | {"batch_tokens": int(TOKENS_A_STEP)})
        curves += [
            {
                "run_id": f"run{i}",
                "step": int(step),
                "tokens": int(TOKENS_A_STEP * step),
                "compute_6nbs": float(6.0 * size * TOKENS_A_STEP * step),
                "learning_rate": 1e-3,
                "test_loss": float(value),
            }
            for step, value in zip(STEPS, loss[i], strict=True)
        ]
    tables = Measurements(
        runs=table_from_rows(runs, RUNS),
        curves=table_from_rows(curves, CURVES),
        test_error=scatter.TEST_SET,
    )
    if law == BY_CONVENTION:
        step = Conventions("as the laws", "non_embedding", "non_embedding", **DECLARED)
        return frontier(converted(tables, step), step)
    return FITS[law](tables, DECLARED)


def _fit_budgets(error: np.ndarray) -> Fitted:
    budgets, sizes = SHAPES[len(error)]
    runs = []
    for compute in np.geomspace(*BUDGETS, budgets):
        for factor in np.geomspace(1.0 / SPAN, SPAN, sizes):
            size = round(np.sqrt(compute / 6.0) * factor)
            tokens = compute / (6.0 * size)
            powers = size**-EXPONENT + tokens**-EXPONENT
            loss = (FLOOR + COEFFICIENT * powers) * np.exp(error[len(runs)])
            runs.append(
                _run(len(runs), size, loss)
                | {"compute_6nbs": float(compute), "tokens": int(tokens)}
            )
    tables = Measurements(runs=table_from_rows(runs, RUNS), test_error=scatter.TEST_SET)
    return FITS["IsoFLOP N_opt(C)"](tables, DECLARED)


def _run(i: int, size: float, loss: float) -> dict:
    return {
        "run_id": f"run{i}",
        "source": "simulated",
        "experiments": [DECLARED["experiment"]],
        "status": "finished",
        "n_params": int(size),
        "test_loss": float(loss),
    }


@lru_cache
def _true_curves(law: str, n_runs: int) -> Fitted:
    return _fit_curves(law, np.zeros((n_runs, len(STEPS))))


@lru_cache
def _true_budgets(n_runs: int) -> Fitted:
    return _fit_budgets(np.zeros(n_runs))


def _outcomes(law: Fitted, truth: Fitted) -> tuple[str, list[Outcome]]:
    if not law.ok:
        return law.status, []
    if isinstance(law, LawFit):
        names, method = law.names, law.method
        own, true, limits = law.params, truth.params, law.conf_int()
    else:
        names, method = law.names[1:], law.to_parameters({})[0]["method"]
        own = np.array([law.params[1], law.scale()[0]])
        true = np.array([truth.params[1], truth.scale()[0]])
        limits = law.conf_int()[1:]
    return law.status, [
        interval(name, method, own[i], true[i], limits[i]) for i, name in enumerate(names)
    ]
