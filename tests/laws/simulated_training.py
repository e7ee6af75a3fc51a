"""A ladder and a batch-size scan drawn from a known law, as tables of measurements."""

import numpy as np
from scipy.optimize import brentq

from scalinglaws.laws.measurements import Measurements
from scalinglaws.metrics import BATCH_SCAN, CURVES, RUNS, table_from_rows

TRUTH = {
    "alpha_N": 0.076,
    "alpha_S": 0.76,
    "log10_N_c": 13.8,
    "log10_S_c": 3.02,
    "alpha_B": 0.21,
    "log10_B_star": 8.32,
}
BATCH = 2**19
BATCHES = [2**k for k in (12, 14, 16, 18, 20)]
SCAN_SIZES = [3_145_728, 84_934_656]
LADDER_SIZES = [int(12 * 2 * d**2) for d in np.geomspace(64, 4096, 12)]
STEPS = np.geomspace(300, 250_000, 40)


def loss_at(step_min, n_params, truth=TRUTH):
    """L(N, S_min) of Eq. 5.6."""
    size = 10 ** (truth["alpha_N"] * (truth["log10_N_c"] - np.log10(n_params)))
    steps = 10 ** (truth["alpha_S"] * (truth["log10_S_c"] - np.log10(step_min)))
    return size + steps


def critical(loss, truth=TRUTH):
    """B_crit(L) of Eq. 5.3."""
    return 10 ** (truth["log10_B_star"] - np.log10(loss) / truth["alpha_B"])


def loss_of(step, n_params, batch, truth=TRUTH):
    """Loss after ``step`` steps at ``batch`` tokens: L with S_min(S, B, L) itself put in."""

    def gap(loss):
        return loss_at(step / (1 + critical(loss, truth) / batch), n_params, truth) - loss

    return brentq(gap, 0.5, 1e4, xtol=1e-12)


def steps_to(loss, n_params, batch, truth=TRUTH):
    """Steps to reach ``loss`` (k,) at ``batch`` tokens; NaN where the model never gets there."""
    rest = loss - 10 ** (truth["alpha_N"] * (truth["log10_N_c"] - np.log10(n_params)))
    with np.errstate(invalid="ignore"):
        step_min = 10 ** truth["log10_S_c"] * np.where(rest > 0, rest, np.nan) ** (
            -1 / truth["alpha_S"]
        )
    return step_min * (1 + critical(loss, truth) / batch)


CLEAN = {size: np.array([loss_of(s, size, BATCH) for s in STEPS]) for size in LADDER_SIZES}


def autocorrelated(rng, n, sd, rho=0.9):
    """A stationary AR(1) series of standard deviation ``sd``."""
    found = np.empty(n)
    found[0] = rng.normal() * sd
    for i in range(1, n):
        found[i] = rho * found[i - 1] + np.sqrt(1 - rho**2) * sd * rng.normal()
    return found


def simulated(seed, run_sd=0.005, curve_sd=0.003, levels=None) -> Measurements:
    """Measurements whose runs each have an effect of their own, a constant shift of ln L."""
    rng = np.random.default_rng(seed)
    runs, curves, scan = [], [], []
    for size in LADDER_SIZES:
        run_id = f"ladder_{size}"
        noise = run_sd * rng.normal() + autocorrelated(rng, len(STEPS), curve_sd)
        loss = CLEAN[size] * np.exp(noise)
        for step, value in zip(STEPS, loss, strict=True):
            tokens = round(step) * BATCH
            curves.append(
                {
                    "run_id": run_id,
                    "step": round(step),
                    "tokens": tokens,
                    "compute_6nbs": 6.0 * size * step * BATCH,
                    "test_loss": float(value),
                }
            )
        runs.append(_run(run_id, "ladder", size, BATCH, float(loss[-1])))
    levels = np.geomspace(9.0, 3.0, 30) if levels is None else levels
    for size in SCAN_SIZES:
        for batch in BATCHES:
            run_id = f"scan_{size}_{batch}"
            steps = steps_to(levels * np.exp(-run_sd * rng.normal()), size, batch)
            runs.append(_run(run_id, "batch_size", size, batch, None))
            scan += [
                {
                    "run_id": run_id,
                    "n_params": size,
                    "batch_tokens": batch,
                    "loss": float(level),
                    "step": float(step),
                    "tokens": float(step * batch),
                }
                for level, step in zip(levels, steps, strict=True)
                if np.isfinite(step) and step < 1e6
            ]
    return Measurements(
        runs=table_from_rows(runs, RUNS),
        curves=table_from_rows(curves, CURVES),
        batch_scan=table_from_rows(scan, BATCH_SCAN),
    )


def _run(run_id, experiment, size, batch, loss):
    return {
        "run_id": run_id,
        "source": "table",
        "experiments": [experiment],
        "status": "finished",
        "n_params": size,
        "batch_tokens": batch,
        "test_loss": loss,
    }
