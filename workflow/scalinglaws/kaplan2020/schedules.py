"""Learning-rate schedules of one model of 3M parameters: Figure 22.

The panels cannot be joined: most sums of the rates on the left are not among those on the right.
So schedules without a loss (``schedule_rates``) and losses with a sum only (``schedule``).
"""

from scalinglaws.kaplan2020.digitised import (
    BATCH_TOKENS,
    PAPER,
    DigitisedPoints,
    exact_shape,
    grouped,
)

MODEL = exact_shape(4, 256)
# Colours whose curves are a formula down to a tenth of the peak; the others decay faster or slower.
SHAPES = {"blue": {"schedule": "cosine"}, "green": {"schedule": "power", "schedule_power": 1.0}}


def final_losses(points: DigitisedPoints) -> list[dict]:
    """Right: final loss against the rate summed over steps, 51 runs."""
    return [
        {
            **_run(f"fig22_right_{i:02d}", "schedule"),
            "learning_rate_sum": float(row["lr_sum"]),
            "test_loss": float(row["loss"]),
        }
        for i, row in enumerate(points.measured("fig22_right.csv"), start=1)
    ]


def rates(points: DigitisedPoints) -> tuple[list[dict], list[dict]]:
    """Left: the rate by step of 52 runs; CURVES without losses, at the vertices of the lines."""
    runs, curves = [], []
    for number, rows in grouped(points.measured("fig22_left.csv"), "schedule").items():
        run = _run(f"fig22_left_{int(number) + 1:02d}", "schedule_rates")
        rate = {round(float(row["step"])): float(row["lr"]) for row in rows}
        curves += [
            {
                "run_id": run["run_id"],
                "step": step,
                "tokens": step * BATCH_TOKENS,
                "learning_rate": rate[step],
            }
            for step in rate
        ]
        runs.append(
            {
                **run,
                **SHAPES.get(rows[0]["colour"], {}),
                "steps": max(rate),
                "peak_learning_rate": max(rate.values()),
            }
        )
    return runs, curves


def _run(run_id: str, experiment: str) -> dict:
    return {
        **PAPER,
        **MODEL,
        "run_id": run_id,
        "experiments": [experiment],
        "batch_tokens": BATCH_TOKENS,
    }
