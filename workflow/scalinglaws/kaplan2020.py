"""The points of Kaplan et al. (2020), from the digitised figures into the tables of metrics.

A run is a plotted point (or a plotted curve): the figures do not say which markers are the same
model, so the same model drawn in two figures is two rows, kept apart by their experiment. The
dataset-size panel of Figure 1 is absent: it is the minimum over models of the Figure 4 grid.
"""

from pathlib import Path

import pyarrow as pa

from scalinglaws.digitised import (
    BATCH_TOKENS,
    DROPOUT,
    PAPER,
    DigitisedPoints,
    dataset_tokens,
    grouped,
)
from scalinglaws.kaplan2020_batch import batch_scan, optimal_sizes, step_curves
from scalinglaws.kaplan2020_curves import compute_curves, data_size_curves, learning_curves
from scalinglaws.metrics import (
    BATCH_SCAN,
    CURVES,
    EVALUATIONS,
    NOISE_SCALE,
    POSITIONS,
    RUNS,
    TRACKED,
    table_from_rows,
)


def gather(directory: str | Path) -> dict[str, pa.Table]:
    """Tables ``runs``, ``curves``, ``evaluations``, ``positions`` and ``batch_scan``.

    ``directory`` is ``data/kaplan2020``.

    Only series the catalogue calls measured are read. Sizes are the exact 12 n_layer d_model^2
    where ``shapes.csv`` identifies the model (Figures 1, 2, 4, 6 and 16; the reading differs by
    less than 0.1 %), as read elsewhere. Raises UserError naming the file at fault.
    """
    points = DigitisedPoints(Path(directory))
    runs, curves, evaluations, positions, scan = [], [], [], [], []
    runs += _model_size(points) + _data_size(points) + _depth(points)
    for reader, rows in (
        (learning_curves, curves),
        (compute_curves, curves),
        (data_size_curves, curves),
        (_transfer, evaluations),
        (_positions, positions),
        (batch_scan, scan),
        (step_curves, curves),
        (optimal_sizes, curves),
    ):
        new_runs, new_rows = reader(points)
        runs += new_runs
        rows += new_rows
    return {
        "runs": table_from_rows(runs, RUNS),
        "curves": table_from_rows(curves, CURVES),
        "evaluations": table_from_rows(evaluations, EVALUATIONS),
        "positions": table_from_rows(positions, POSITIONS),
        "batch_scan": table_from_rows(scan, BATCH_SCAN),
        "noise_scale": table_from_rows([], NOISE_SCALE),
        "tracked": table_from_rows([], TRACKED),
    }


def _model_size(points: DigitisedPoints) -> list[dict]:
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


def _data_size(points: DigitisedPoints) -> list[dict]:
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


def _depth(points: DigitisedPoints) -> list[dict]:
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
                "experiments": ["depth"],
                "n_params_total": round(total),
                "batch_tokens": BATCH_TOKENS,
                "test_loss": float(row["test_loss"]),
            }
        )
    return rows


def _transfer(points: DigitisedPoints) -> tuple[list[dict], list[dict]]:
    """Figure 8 left: converged models scored on five test sets."""
    name, own = "fig08_left_transfer.csv", "WebText2 (Test)"
    corpora = [key[1].split("=", 1)[1] for key in points.catalogue if key[0] == name]
    runs, evaluations = {}, []
    for corpus in corpora:
        for i, row in enumerate(points.measured(name, f"dataset={corpus}"), start=1):
            run_id, loss = f"fig08_left_{i:02d}", float(row["test_loss"])
            evaluations.append(
                {
                    "run_id": run_id,
                    "corpus": corpus.removesuffix(" (Test)"),
                    "split": "test",
                    "loss": loss,
                }
            )
            if corpus == own:
                runs[run_id] = {
                    **PAPER,
                    "run_id": run_id,
                    "experiments": ["transfer"],
                    "n_params": round(float(row["N"])),
                    "batch_tokens": BATCH_TOKENS,
                    "test_loss": loss,
                }
    return list(runs.values()), evaluations


def _positions(points: DigitisedPoints) -> tuple[list[dict], list[dict]]:
    """Figure 20 left: loss by position in the context of six models."""
    runs, positions = [], []
    rows = points.measured("fig20_left.csv", "kind=data")
    for i, (size, curve) in enumerate(grouped(rows, "N").items(), start=1):
        run_id = f"fig20_left_{i:02d}"
        runs.append(
            {**PAPER, "run_id": run_id, "experiments": ["context"], "n_params": round(float(size))}
        )
        positions += [
            {
                "run_id": run_id,
                "corpus": "WebText2",
                "position": round(float(row["token_index"])),
                "loss": float(row["per_token_test_loss"]),
            }
            for row in curve
        ]
    return runs, positions
