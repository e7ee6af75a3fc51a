"""Other architectures: LSTMs (Figure 7 left) and recurrent Transformers (Figure 17).

The Transformers of Figure 7 left are those of Figure 1 and are not read again.
"""

from scalinglaws.kaplan2020.digitised import BATCH_TOKENS, PAPER, DigitisedPoints

LSTM_SERIES = {1: "LSTM 1 layer", 2: "LSTM 2 layers", 4: "LSTM 4 layers"}


def lstm(points: DigitisedPoints) -> list[dict]:
    """Figure 7, left: loss of LSTMs of 1, 2 and 4 layers; N as read, widths are not known."""
    rows = []
    for n_layer, series in LSTM_SERIES.items():
        for row in points.measured("fig07_left_lstm.csv", f"model={series}"):
            rows.append(
                {
                    **PAPER,
                    "architecture": "lstm",
                    "n_layer": n_layer,
                    "n_params": round(float(row["N"])),
                    "run_id": f"fig07_left_{len(rows) + 1:02d}",
                    "experiments": ["lstm"],
                    "batch_tokens": BATCH_TOKENS,
                    "test_loss": float(row["test_loss"]),
                }
            )
    return rows


def recurrent(points: DigitisedPoints) -> list[dict]:
    """Figure 17: Transformers that use their layers 2, 4 or 8 times; ``n_layer`` and N count once.

    ``reuse`` is the ratio of a model's sizes in the two panels. One marker of the series "8x" has
    6: its 14.2M unique parameters are 2 layers of 768, used as 12.
    """
    left, right = points.measured("fig17_left.csv"), points.measured("fig17_right.csv")
    unique = {(row["reuse"], row["test_loss"]): float(row["params"]) for row in right}
    rows = []
    for i, row in enumerate(left, start=1):
        passes = points.shape("fig17_left.csv", float(row["params"]))
        reuse = round(float(row["params"]) / unique[row["reuse"], row["test_loss"]])
        rows.append(
            {
                **PAPER,
                **passes,
                "architecture": "recurrent",
                "n_layer": passes["n_layer"] // reuse,
                "n_params": passes["n_params"] // reuse,
                "reuse": reuse,
                "run_id": f"fig17_{i:02d}",
                "experiments": ["recurrent"],
                "batch_tokens": BATCH_TOKENS,
                "test_loss": float(row["test_loss"]),
            }
        )
    return rows
