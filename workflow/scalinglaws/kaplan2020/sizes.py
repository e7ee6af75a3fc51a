"""Loss by model size, dataset size and depth: Figures 1 (parameters), 4 (left) and 6."""

from scalinglaws.kaplan2020.digitised import (
    BATCH_TOKENS,
    DROPOUT,
    PAPER,
    DigitisedPoints,
    dataset_tokens,
)


def model_size(points: DigitisedPoints) -> list[dict]:
    """Figure 1, parameters: loss at convergence (Eq. 1.1)."""
    name = "fig01_params.csv"
    return [
        {
            **PAPER,
            **points.shape(name, float(row["N"])),
            "run_id": f"fig01_params_{i:02d}",
            "experiments": ["model_size"],
            "batch_tokens": BATCH_TOKENS,
            "test_loss": float(row["test_loss"]),
        }
        for i, row in enumerate(points.measured(name), start=1)
    ]


def data_size(points: DigitisedPoints) -> list[dict]:
    """Figure 4 left: early-stopped loss on subsets of 22.0e9 / 2^k tokens (Eq. 1.5)."""
    name = "fig04_left_L_N_D.csv"
    return [
        {
            **PAPER,
            **points.shape(name, float(row["N"])),
            "run_id": f"fig04_left_{i:02d}",
            "experiments": ["data_size"],
            "dataset_tokens": dataset_tokens(float(row["D_tokens"])),
            "batch_tokens": BATCH_TOKENS,
            "dropout": DROPOUT,
            "test_loss": float(row["early_stopped_test_loss"]),
            # The paper cools nothing down after the stop: one and the same loss.
            "early_stopped_loss": float(row["early_stopped_test_loss"]),
        }
        for i, row in enumerate(points.measured(name), start=1)
    ]


def depth_ladder(points: DigitisedPoints) -> list[dict]:
    """Figure 6: one row a model, joining its markers in the two panels by depth and loss.

    Models without layers stand in the left panel only and have N = 0. ``n_params_total`` stays as
    read: it is drawn, never fitted.
    """
    name = "fig06_depth.csv"
    sizes = {
        (row["n_layer"], row["test_loss"]): float(row["params"])
        for row in points.measured(name, "panel=non_embedding")
    }
    rows = []
    for i, row in enumerate(points.measured(name, "panel=with_embedding"), start=1):
        depth, total = row["n_layer"], float(row["params"])
        if depth == "0":
            shape = points.shape(name, total, depth, key="n_params_total")
        else:
            shape = points.shape(name, sizes[depth, row["test_loss"]], depth)
        rows.append(
            {
                **PAPER,
                **shape,
                "run_id": f"fig06_depth_{i:02d}",
                "experiments": ["depth_ladder"],
                "n_params_total": round(total),
                "batch_tokens": BATCH_TOKENS,
                "test_loss": float(row["test_loss"]),
            }
        )
    return rows
