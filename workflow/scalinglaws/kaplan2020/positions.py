"""Loss by position in the context: Figures 7 (right), 20 and 21."""

from scalinglaws.kaplan2020.digitised import (
    BATCH_TOKENS,
    PAPER,
    DigitisedPoints,
    exact_shape,
    grouped,
)

CORPUS = PAPER["corpus"]
# What the labels of Figure 7 say. The Transformers are among those of Figure 20, and that of 3M
# has the very curve drawn there; the LSTMs' sizes stay as the labels round them.
FIG07_MODELS = {
    "LSTM 400K": {"architecture": "lstm", "n_params": 400_000},
    "LSTM 2M": {"architecture": "lstm", "n_params": 2_000_000},
    "LSTM 200M": {"architecture": "lstm", "n_params": 200_000_000},
    "Transformer 400K": exact_shape(2, 128),
    "Transformer 3M": exact_shape(4, 256),
    "Transformer 300M": exact_shape(24, 1024),
}
FIG20_MODEL = exact_shape(36, 1280)  # "774M" in the panel's title: N with embeddings


def context(points: DigitisedPoints) -> tuple[list[dict], list[dict]]:
    """Figure 20 left: loss by position in the context of six models."""
    runs, positions = [], []
    rows = points.measured("fig20_left.csv", "kind=data")
    for i, (size, curve) in enumerate(grouped(rows, "N").items(), start=1):
        run = _run(f"fig20_left_{i:02d}", "context", {"n_params": round(float(size))})
        runs.append(run)
        positions += [
            _position(run, row["token_index"], row["per_token_test_loss"]) for row in curve
        ]
    return runs, positions


def lstm_positions(points: DigitisedPoints) -> tuple[list[dict], list[dict]]:
    """Figure 7 right: loss by position of three LSTMs and three Transformers, from position 2."""
    runs, positions = [], []
    for label, model in FIG07_MODELS.items():
        run_id = f"fig07_right_{label.replace(' ', '_')}"
        run = _run(run_id, "lstm_positions", model)
        runs.append(run)
        positions += [
            _position(run, row["token_index"], row["per_token_test_loss"])
            for row in points.measured("fig07_right_per_token.csv", f"model={label}")
        ]
    return runs, positions


def by_size(points: DigitisedPoints) -> tuple[list[dict], list[dict]]:
    """Figure 21: loss at a few positions against N, with contexts of 1024 tokens and of 8.

    Experiments ``position_sizes`` and ``short_context``.
    """
    name = "fig21.csv"
    runs, positions = [], []
    for n_ctx, experiment in ((1024, "position_sizes"), (8, "short_context")):
        rows = points.measured(name, f"n_ctx={n_ctx}")
        for i, (size, own) in enumerate(grouped(rows, "N").items(), start=1):
            model = {"n_ctx": n_ctx, **points.shape(name, float(size))}
            run = _run(f"fig21_{n_ctx}_{i:02d}", experiment, model)
            runs.append(run)
            positions += [_position(run, row["token"], row["test_loss"]) for row in own]
    return runs, positions


def along_training(points: DigitisedPoints) -> tuple[list[dict], list[dict]]:
    """Figure 20 right: loss at twelve positions along the training of one model.

    Rows of TRACKED in the order that was drawn: near step 102,000 the line goes back a little.
    """
    run = _run("fig20_right", "context_training", FIG20_MODEL)
    tracked = []
    for row in points.measured("fig20_right.csv"):
        step = round(float(row["step"]))
        tracked.append(
            {
                **_position(run, row["token_index"], row["test_loss"]),
                "step": step,
                "tokens": step * BATCH_TOKENS,
            }
        )
    return [run], tracked


def _run(run_id: str, experiment: str, model: dict) -> dict:
    return {**PAPER, **model, "run_id": run_id, "experiments": [experiment]}


def _position(run: dict, position: str, loss: str) -> dict:
    return {
        "run_id": run["run_id"],
        "corpus": CORPUS,
        "position": round(float(position)),
        "loss": float(loss),
    }
