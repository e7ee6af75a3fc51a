"""Learning curves against adjusted steps: S_min by the fitted B_crit(L), and the law over them."""

import numpy as np

from scalinglaws.figures.curves import segments
from scalinglaws.figures.source import Source

CRITICAL = ("alpha_B", "log10_B_star")  # of B_crit(L), in the order of `laws.batch.conversion`
STEPS = ("alpha_N", "alpha_S", "log10_N_c", "log10_S_c")  # of L(N,S_min), in that of `step_law`
Curve = tuple[np.ndarray, np.ndarray]


def step_law(n_params, step_min, alpha_N, alpha_S, log10_N_c, log10_S_c) -> np.ndarray:
    """L(N,S_min) in nats/token (Eq. 5.6)."""
    by_size = 10.0 ** (alpha_N * (log10_N_c - np.log10(n_params)))
    return by_size + 10.0 ** (alpha_S * (log10_S_c - np.log10(step_min)))


def printed_critical(source: Source) -> tuple[float, float]:
    """The constants of B_crit(L) as this figure of the paper is drawn with them."""
    return source.printed("alpha_B"), float(np.log10(source.printed("B_star")))


def printed_steps(source: Source) -> tuple[float, ...]:
    """The constants of L(N,S_min) as drawn, S_c in terms of S_min."""
    names = ("alpha_N_steps", "alpha_S", "N_c_steps", "S_c")
    alpha_N, alpha_S, N_c, S_c = (source.printed(name) for name in names)
    return alpha_N, alpha_S, float(np.log10(N_c)), float(np.log10(S_c))


def first_step(law: dict) -> float:
    """The step from which curves count: after the warm-up, as the study declares for its fit."""
    return float(law["selection"].get("points", {}).get("step", {}).get("min", 0.0))


def step_curves(source: Source, law: dict, first: float) -> list[tuple[dict, Curve]]:
    """(run, (steps, loss)) of the ladder that ``law`` is fitted to, by N.

    From step ``first`` to the cool-down.
    """
    runs = {
        run["run_id"]: run
        for run in source.finished(law["selection"].get("experiment", "model_size"))
        if run["n_params"] and run["batch_tokens"]
    }
    found = []
    for run_id, phases in segments(source, runs, "step").items():
        step, loss = phases.get("trunk", (np.array([]), np.array([])))
        kept = step >= first * (1 - 1e-9)
        if kept.sum() > 1:
            found.append((runs[run_id], (step[kept], loss[kept])))
    return sorted(found, key=lambda entry: (entry[0]["n_params"], entry[0]["run_id"]))
