"""The learning curves of Kaplan et al. (2020): Figures 1 (compute), 2 and 16 (right).

Each reader gives rows of RUNS, one a curve, and rows of CURVES.
"""

from scalinglaws.kaplan2020.digitised import (
    BATCH_TOKENS,
    DROPOUT,
    LARGEST_DATASET_TOKENS,
    PAPER,
    DigitisedPoints,
    grouped,
)
from scalinglaws.units import PF_DAY

FIG16_SIZE = 302e6  # the one model of Figure 16 right, as its caption rounds it


def learning_curves(points: DigitisedPoints) -> tuple[list[dict], list[dict]]:
    """Figure 2: test loss along training of 21 models; C = 6 N x tokens."""
    runs, curves = [], []
    for run, rows in grouped(points.measured("fig02_curves.csv"), "run").items():
        run_id = f"fig02_{int(run):02d}"
        shape = points.shape("fig02_curves.csv", float(rows[0]["N_est"]))
        curve = []
        for row in rows:
            # The first vertex reads 524,000: step counts are what the axis rounds to.
            step = round(float(row["tokens"]) / BATCH_TOKENS)
            tokens = step * BATCH_TOKENS
            compute = 6.0 * shape["n_params"] * tokens
            curve.append(
                {
                    "run_id": run_id,
                    "step": step,
                    "tokens": tokens,
                    "compute_6nbs": compute,
                    "test_loss": float(row["test_loss"]),
                }
            )
        last = curve[-1]
        runs.append(
            {
                **PAPER,
                **shape,
                "run_id": run_id,
                "experiments": ["learning_curves"],
                "batch_tokens": BATCH_TOKENS,
                "steps": last["step"],
                "tokens": last["tokens"],
                "compute_6nbs": last["compute_6nbs"],
                "test_loss": last["test_loss"],
            }
        )
        curves += curve
    return runs, curves


def compute_curves(points: DigitisedPoints) -> tuple[list[dict], list[dict]]:
    """Figure 1, compute: test loss against C_min (Eq. 5.5) of 42 models that are not named."""
    runs, curves = [], []
    for run, rows in grouped(points.measured("fig01_compute_learning_curves.csv"), "run").items():
        run_id = f"fig01_compute_{run.removeprefix('run')}"
        curves += [
            {
                "run_id": run_id,
                "compute_min": float(row["C_min_PFdays"]) * PF_DAY,
                "test_loss": float(row["test_loss"]),
            }
            for row in rows
        ]
        runs.append(
            {
                **PAPER,
                "run_id": run_id,
                "experiments": ["compute"],
                "batch_tokens": BATCH_TOKENS,
                "test_loss": float(rows[-1]["test_loss"]),
            }
        )
    return runs, curves


def data_size_curves(points: DigitisedPoints) -> tuple[list[dict], list[dict]]:
    """Figure 16 right: train and test loss of one model at seven dataset sizes."""
    name = "fig16_right.csv"
    train = grouped(points.measured(name, "split=train"), "D_label")
    runs, curves = [], []
    for label, rows in grouped(points.measured(name, "split=test"), "D_label").items():
        run_id, size = f"fig16_right_{label}", _labelled_tokens(label)
        by_step = {float(row["step"]): {"test_loss": float(row["loss"])} for row in rows}
        stop, lowest = min(by_step.items(), key=lambda item: item[1]["test_loss"])
        for row in train[label]:
            by_step.setdefault(float(row["step"]), {})["train_loss"] = float(row["loss"])
        curves += [
            {
                "run_id": run_id,
                "step": round(step),
                "tokens": round(step) * BATCH_TOKENS,
                **losses,
            }
            for step, losses in sorted(by_step.items())
        ]
        # The largest dataset never ran into overfitting: its lowest loss is only where it ended.
        stopped = {"stop_step": round(stop), "early_stopped_loss": lowest["test_loss"]}
        runs.append(
            {
                **PAPER,
                **points.shape(name, FIG16_SIZE),
                "run_id": run_id,
                "experiments": ["data_size_curves"],
                "dataset_tokens": size,
                "batch_tokens": BATCH_TOKENS,
                "dropout": DROPOUT,
                "test_loss": lowest["test_loss"],
                **(stopped if size < LARGEST_DATASET_TOKENS else {}),
            }
        )
    return runs, curves


def _labelled_tokens(label: str) -> int:
    """The halving of the largest D that a colour bar's label ("21M", "1.4B") rounds."""
    reading = float(label[:-1]) * {"M": 1e6, "B": 1e9}[label[-1]]
    sizes = [round(LARGEST_DATASET_TOKENS / 2**k) for k in range(16)]
    return min(sizes, key=lambda size: abs(reading / size - 1))
