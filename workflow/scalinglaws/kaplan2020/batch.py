"""What Kaplan et al. (2020) show of batch size: Figures 18, 10, 4 (right) and 14 (left).

Figure 18 is the scan itself. The axes of Figures 4 and 14 went through the printed B_crit(L). That
of Figure 4 is taken back to the measured steps; that of Figure 14 cannot be: no losses are drawn.
"""

from scalinglaws.kaplan2020.digitised import BATCH_TOKENS, PAPER, DigitisedPoints, grouped
from scalinglaws.units import PF_DAY

# N of the two models of Fig. 18, whose panels say 3M and 85M: 4 layers of 256, 12 of 768.
SCANNED = {"3M": (4, 256), "85M": (12, 768)}
# The B_crit(L) = B_* / L^(1/alpha_B) behind the horizontal axis of Figure 4 (right), pointwise:
# with these the curves end at 250,000 steps (README of the data: series.csv).
DRAWN_B_STAR, DRAWN_ALPHA_B = 2.0e8, 0.21


def batch_scan(points: DigitisedPoints) -> tuple[list[dict], list[dict]]:
    """Figure 18: rows of RUNS, and rows of BATCH_SCAN: steps to reach each loss at five batches."""
    runs, scan = [], []
    for label, (n_layer, d_model) in SCANNED.items():
        n_params = 12 * n_layer * d_model**2
        for batch, rows in sorted(
            grouped(points.measured(f"fig18_{label}.csv"), "batch_tokens").items(),
            key=lambda item: int(item[0]),
        ):
            run_id = f"fig18_{label}_B{batch}"
            own = {"n_params": n_params, "batch_tokens": int(batch)}
            runs.append(
                {
                    **PAPER,
                    **own,
                    "run_id": run_id,
                    "experiments": ["batch_size"],
                    "n_layer": n_layer,
                    "d_model": d_model,
                    "d_ff": 4 * d_model,
                }
            )
            scan += [
                {
                    **own,
                    "run_id": run_id,
                    "loss": float(row["test_loss"]),
                    "step": float(row["step"]),
                    "tokens": float(row["tokens"]),
                }
                for row in rows
            ]
    return runs, scan


def noise_scale(points: DigitisedPoints) -> tuple[list[dict], list[dict]]:
    """Figure 10, dots: gradient noise scale by train loss; models not named, hence one run.

    The figure's critical batch sizes are fits to Figure 18, so they are not read.
    """
    run = {**PAPER, "run_id": "fig10_noise_scale", "experiments": ["noise_scale"]}
    scales = [
        {
            "run_id": run["run_id"],
            "train_loss": float(row["train_loss"]),
            "noise_scale": float(row["tokens"]),
        }
        for row in points.measured("fig10_bcrit.csv", "series=noise_scale")
    ]
    return [run], scales


def step_curves(points: DigitisedPoints) -> tuple[list[dict], list[dict]]:
    """Figure 4, right: loss against steps of 15 models, S = S_min (1 + B_crit(L) / B) (Eq. 5.4).

    The drawn losses are smoothed, the S_min behind them are not: single steps scatter by several
    per cent about the steps that were trained, and do not always increase.
    """
    runs, curves = [], []
    rows = points.measured("fig04_right_L_S.csv", "kind=data")
    for i, (size, own) in enumerate(grouped(rows, "N").items(), start=1):
        run_id, n_params = f"fig04_right_{i:02d}", int(float(size))
        for row in own:
            loss = float(row["loss"])
            critical = DRAWN_B_STAR / loss ** (1.0 / DRAWN_ALPHA_B)
            step = round(float(row["S_min"]) * (1.0 + critical / BATCH_TOKENS))
            curves.append(
                {
                    "run_id": run_id,
                    "step": step,
                    "tokens": step * BATCH_TOKENS,
                    "compute_6nbs": 6.0 * n_params * step * BATCH_TOKENS,
                    "test_loss": loss,
                }
            )
        runs.append(
            {
                **PAPER,
                "run_id": run_id,
                "experiments": ["steps"],
                "n_params": n_params,
                "batch_tokens": BATCH_TOKENS,
                "test_loss": curves[-1]["test_loss"],
            }
        )
    return runs, curves


def optimal_sizes(points: DigitisedPoints) -> tuple[list[dict], list[dict]]:
    """Figure 14, left: the computes at which each model is the best, C and C_min.

    One row of RUNS and one of CURVES a marker: a point of a frontier has a compute and no loss.
    """
    runs, curves = [], []
    for kind, column in (("C_fixed_batch", "compute_6nbs"), ("C_min", "compute_min")):
        rows = points.measured("fig14_left.csv", f"kind={kind}")
        for i, row in enumerate(rows, start=1):
            run_id = f"fig14_left_{kind}_{i:02d}"
            curves.append({"run_id": run_id, column: float(row["compute_PFdays"]) * PF_DAY})
            runs.append(
                {
                    **PAPER,
                    "run_id": run_id,
                    "experiments": ["optimal_size"],
                    "n_params": round(float(row["N_opt"])),
                    "batch_tokens": BATCH_TOKENS,
                }
            )
    return runs, curves
