"""Learning curves cut at equal compute and at equal steps: Figure 11.

A row of RUNS a model, N as read; its points are rows of CURVES. The paper interpolated them along
learning curves at fixed batch, of more models than the curves of Figure 2.
"""

from scalinglaws.kaplan2020.digitised import BATCH_TOKENS, PAPER, DigitisedPoints, grouped
from scalinglaws.units import PF_DAY


def at_equal_compute(points: DigitisedPoints) -> tuple[list[dict], list[dict]]:
    """Left: test loss of each model at up to eight computes C = 6NBS."""
    return _slices(
        points,
        "fig11_left",
        "compute_slices",
        lambda row: {"compute_6nbs": float(row["compute_PFdays"]) * PF_DAY},
    )


def at_equal_steps(points: DigitisedPoints) -> tuple[list[dict], list[dict]]:
    """Right: test loss of each model at up to eight numbers of steps."""

    def place(row: dict[str, str]) -> dict:
        step = int(row["steps"])
        return {"step": step, "tokens": step * BATCH_TOKENS}

    return _slices(points, "fig11_right", "step_slices", place)


def _slices(points: DigitisedPoints, name: str, experiment: str, place) -> tuple[list, list]:
    runs, curves = [], []
    by_size = grouped(points.measured(f"{name}.csv"), "N")
    for i, size in enumerate(sorted(by_size, key=float), start=1):
        run_id = f"{name}_{i:02d}"
        runs.append(
            {
                **PAPER,
                "run_id": run_id,
                "experiments": [experiment],
                "n_params": round(float(size)),
                "batch_tokens": BATCH_TOKENS,
            }
        )
        curves += [
            {"run_id": run_id, **place(row), "test_loss": float(row["test_loss"])}
            for row in by_size[size]
        ]
    return runs, curves
