"""A ladder, a batch-size scan and noise scales of a known law, as rows of metrics."""

import numpy as np
from studies import point, row

ALPHA_N, LOG10_N_C = 0.09, 11.0
ALPHA_S, LOG10_S_C = 0.8, 2.2
ALPHA_B, LOG10_B_STAR = 0.21, 6.5
WIDTHS = (8, 12, 16, 24, 32, 48, 64, 96, 128, 192)
SCANNED = (16, 64)
BATCH, STEPS = 4096, np.unique(np.geomspace(25, 8000, 40).round())
BATCHES = tuple(512 * 2**k for k in range(7))
LEVELS = np.geomspace(7.5, 3.9, 24)

LADDER = {
    "experiment": "ladder",
    "select": {"d_model": {"min": 8}},
    "points": {"step": {"min": 50}},
}
FRONTIER = ("N_opt(C)", "N_opt(C_min)", "S_min(C_min)", "B_crit(C_min)", "D_opt(C_min)")
LAWS = {
    "B_crit(L)": {"experiment": "batch_size"},
    **{law: LADDER for law in ("L(C_min)", "L(N,S_min)", *FRONTIER)},
}


def critical(loss):
    """B_crit(L) of Eq. 5.3."""
    return 10**LOG10_B_STAR * loss ** (-1 / ALPHA_B)


def size_of(d_model):
    return 24 * d_model**2


def converged(n_params):
    return 10 ** (ALPHA_N * (LOG10_N_C - np.log10(n_params)))


def loss_of(step, n_params, batch):
    """L(N, S_min) with S_min of Eq. 5.4 at the loss itself, by bisection."""
    low, high = np.full(len(step), converged(n_params)), np.full(len(step), 1e3)
    for _ in range(60):
        loss = 0.5 * (low + high)
        step_min = step / (1 + critical(loss) / batch)
        above = converged(n_params) + (10**LOG10_S_C / step_min) ** ALPHA_S > loss
        low, high = np.where(above, loss, low), np.where(above, high, loss)
    return loss


def ladder_rows():
    """Rows of RUNS and CURVES: ten two-layer models at one batch size, of which none diverged."""
    rng = np.random.default_rng(1)
    runs, curves = [], []
    for d_model in WIDTHS:
        run = _run(f"ladder-d{d_model}", "ladder", d_model, BATCH)
        loss = loss_of(STEPS, run["n_params"], BATCH) * np.exp(0.002 * rng.normal())
        runs.append(run | {"test_loss": float(loss[-1])})
        for step, value in zip(STEPS, loss, strict=True):
            curves.append(point(run, int(step), BATCH, float(value)))
    return runs, curves


def scan_rows():
    """Rows of RUNS, BATCH_SCAN and NOISE_SCALE: two sizes at seven batch sizes."""
    rng = np.random.default_rng(2)
    runs, scan, noise = [], [], []
    for d_model in SCANNED:
        for batch in BATCHES:
            run = _run(f"scan-d{d_model}-B{batch}", "batch_size", d_model, batch)
            loss = LEVELS * np.exp(0.003 * rng.normal())
            reached = loss > converged(run["n_params"]) * 1.02
            excess = loss[reached] - converged(run["n_params"])
            step_min = 10**LOG10_S_C * excess ** (-1 / ALPHA_S)
            steps = step_min * (1 + critical(loss[reached]) / batch)
            runs.append(run | {"test_loss": float(loss[reached][-1])})
            own = {name: run[name] for name in ("run_id", "n_params", "batch_tokens")}
            for level, step in zip(LEVELS[reached], steps, strict=True):
                at = {"loss": float(level), "step": float(step), "tokens": float(step * batch)}
                scan.append(own | at)
        for level in LEVELS:
            scale = 0.5 * critical(level) * np.exp(0.4 * rng.normal())
            noise.append(
                {"run_id": run["run_id"], "train_loss": float(level), "noise_scale": float(scale)}
            )
    return runs, scan, noise


def _run(run_id, experiment, d_model, batch):
    return row(run_id, d_model, experiment, None) | {"batch_tokens": batch}
