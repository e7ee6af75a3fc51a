"""Made-up runs of shapes, architectures, positions, transfer and schedules of a trained study."""

import numpy as np
from studies import row

OWN, OTHERS = "wiki", ("recipes", "code_python")
N_CTX = 16
# What runs of a quarter of the ladder's length share.
QUARTER = {
    "corpus": OWN,
    "architecture": "transformer",
    "n_ctx": N_CTX,
    "batch_tokens": 4096,
    "steps": 250,
    "schedule": "constant",
    "cooldown_fraction": 0.2,
    "final_learning_rate": 0.0,
    "warmup_steps": 10,
    "peak_learning_rate": 0.01,
    "dropout": 0.0,
}


def loss_of(n_params, worse=0.0):
    """A quarter's training: above the ladder's own law, and ``worse`` by a share."""
    return 4.2 * (1e5 / n_params) ** 0.055 * (1.0 + worse)


def shape_rows():
    """The ladder at a quarter of its length, and what is compared with it."""
    runs = [quarter("run_length", 2, d) for d in (16, 32, 48, 64, 96, 128)]
    # Longer by the rest: never beside the others.
    runs += [quarter("run_length", 2, d, name="half") | {"steps": 500} for d in (16, 32)]
    for d_model, d_ff in ((88, 88), (64, 256), (48, 416), (32, 704)):
        n_params = 4 * d_model**2 * 2 + 2 * d_model * d_ff * 2
        worse = 0.01 * np.log(d_ff / (2 * d_model)) ** 2
        runs.append(quarter("feed_forward_ratio", 2, d_model, n_params, worse) | {"d_ff": d_ff})
    for n_layer, d_model in ((1, 88), (2, 64), (4, 44), (8, 32)):
        worse = 0.004 * np.log(d_model / n_layer / 20) ** 2
        runs.append(quarter("aspect_ratio", n_layer, d_model, worse=worse))
    for n_heads in (8, 4, 1):
        name = f"h{n_heads}"
        runs.append(quarter("head_dimension", 2, 64, name=name) | {"n_heads": n_heads})
    for n_layer, d_model in ((1, 24), (1, 96), (2, 24), (2, 96), (4, 48)):
        n_params = 8 * n_layer * d_model**2
        run = quarter("lstm", n_layer, d_model, n_params, 0.06 + 0.01 / n_layer)
        runs.append(run | {"architecture": "lstm"})
    for d_model, reuse in ((16, 2), (32, 2), (16, 4), (32, 4), (16, 8)):
        run = quarter("recurrent", 2, d_model, worse=-0.01 * np.log2(reuse), name=f"r{reuse}")
        runs.append(run | {"architecture": "recurrent", "reuse": reuse})
    for d_model in (16, 32, 64):
        runs.append(quarter("short_context", 2, d_model, worse=0.1, name="ctx8") | {"n_ctx": 8})
    return runs + schedule_rows()


def schedule_rows():
    """Four schedules of one model, two seeds, one of half the steps."""
    runs = []
    for seed in (0, 1):
        for i, (steps, own) in enumerate(
            (
                (250, {"schedule": "constant"}),
                (250, {"schedule": "cosine", "final_learning_rate": 0.1}),
                (125, {"schedule": "cosine"}),
                (250, {"schedule": "power", "schedule_power": 1.0}),
                (250, {"schedule": "power", "schedule_power": 2.0}),
            )
        ):
            run = quarter("schedule", 2, 32, worse=0.002 * seed + 0.3 / steps, name=f"s{i}-{seed}")
            sums = {
                "seed": seed,
                "steps": steps,
                "learning_rate_sum": 0.005 * steps / (1 + 0.1 * i),
            }
            runs.append(run | own | sums)
    return runs


def quarter(experiment, n_layer, d_model, n_params=None, worse=0.0, name=""):
    n_params = n_params or 12 * n_layer * d_model**2
    run_id = f"{experiment}-L{n_layer}-d{d_model}-N{n_params}{name}"
    run = row(run_id, d_model, experiment, loss_of(n_params, worse))
    sizes = {"n_layer": n_layer, "n_params": n_params, "d_ff": 4 * d_model, "n_heads": 4}
    return run | QUARTER | sizes


def position_rows(runs):
    """Loss falls along the context, less in an LSTM; the mean is about the run's own."""
    rows = []
    for run in runs:
        if not run["test_loss"] or {"schedule", "recurrent"} & set(run["experiments"]):
            continue
        exponent = 0.3 if run.get("architecture") == "lstm" else 0.5
        for position in range(1, run.get("n_ctx", N_CTX) + 1):
            loss = 0.9 * run["test_loss"] + 1.5 * position**-exponent
            where = {"run_id": run["run_id"], "corpus": OWN, "position": position}
            rows.append(where | {"n_tokens": 64, "loss": loss})
    return rows


def evaluation_rows(runs):
    """Every run of the ladder and of the aspect ratios, scored on three texts."""
    return [
        {"run_id": run["run_id"], "corpus": corpus, "split": "test", "loss": loss}
        for run in runs
        if run["test_loss"] and {"model_size", "aspect_ratio"} & set(run["experiments"])
        for corpus, loss in zip((OWN, *OTHERS), other_losses(run["test_loss"], 1.0), strict=True)
    ]


def other_losses(own, part):
    return own, part * (0.3 + 1.02 * own), part * (0.9 + 0.95 * own)


def tracked_rows(run):
    """The run ``run`` along training, by position on three texts, on a part of each of them."""
    rows = []
    for step in (1, 10, 30, 100, 300, 1000):
        test = run["test_loss"] * (1.0 + 0.7 * step**-0.4)
        for corpus, loss in zip((OWN, *OTHERS), other_losses(test, 1.03), strict=True):
            rows += [
                {
                    "run_id": run["run_id"],
                    "step": step,
                    "tokens": 4096 * step,
                    "corpus": corpus,
                    "position": position,
                    "loss": loss + 1.0 / position - 0.2,
                    "test_loss": test,
                }
                for position in range(1, N_CTX + 1)
            ]
    return rows
