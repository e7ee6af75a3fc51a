"""Shape at fixed N: Figure 5.

The figure has no losses: each point is a loss over the best of its series, corrected by L(N) for
the small differences in N. It stands in ``loss_increase``; ``test_loss`` is null.
"""

from scalinglaws.kaplan2020.digitised import BATCH_TOKENS, PAPER, DigitisedPoints

NAME = "fig05_shape.csv"
FEED_FORWARD_SIZE = 50_000_000  # as the panel's label rounds it: widths and depths are not known
HEAD_SIZE = 12 * 8 * 512**2  # 25M: (32, 256), (8, 512) and (2, 1024)


def feed_forward_ratio(points: DigitisedPoints) -> list[dict]:
    """Left: d_ff / d_model; ``n_heads`` is 8 in one series, null where each head has 64 units."""
    rows = []
    for i, row in enumerate(points.measured(NAME, "panel=ff_ratio"), start=1):
        label, value = row["series"].split("=")
        own = {
            "n_heads": int(value) if label == "n_head" else None,
            "n_params": FEED_FORWARD_SIZE,
            # The ratios tried are multiples of one half, within the accuracy of the reading.
            "d_ff_ratio": round(2 * float(row["x"])) / 2,
        }
        rows.append(_run("feed_forward_ratio", i, row, own))
    return rows


def aspect_ratio(points: DigitisedPoints) -> list[dict]:
    """Middle: d_model / n_layer of models of 50M, 274M and 1.5B parameters."""
    return [
        _run("aspect_ratio", i, row, points.shape_by_aspect(NAME, float(row["x"])))
        for i, row in enumerate(points.measured(NAME, "panel=aspect"), start=1)
    ]


def head_dimension(points: DigitisedPoints) -> list[dict]:
    """Right: d_model / n_heads of three models of 25M parameters."""
    rows = []
    for i, row in enumerate(points.measured(NAME, "panel=head_dim"), start=1):
        d_model = int(row["series"].split("=")[1])
        own = {
            "n_layer": HEAD_SIZE // (12 * d_model**2),
            "d_model": d_model,
            "d_ff": 4 * d_model,
            "n_heads": round(d_model / float(row["x"])),
            "n_params": HEAD_SIZE,
        }
        rows.append(_run("head_dimension", i, row, own))
    return rows


def _run(experiment: str, number: int, row: dict[str, str], own: dict) -> dict:
    return {
        **PAPER,
        **own,
        "run_id": f"fig05_{experiment}_{number:02d}",
        "experiments": [experiment],
        "batch_tokens": BATCH_TOKENS,
        "loss_increase": float(row["loss_increase_percent"]),
    }
