"""Metrics of a calibration with known optima, under the names of the runs that are declared."""

from functools import cache
from pathlib import Path

import numpy as np

from scalinglaws.calibration.runs import SETTINGS
from scalinglaws.calibration.sweeps import SWEEPS
from scalinglaws.laws.curves.learning_rate import learning_rate
from scalinglaws.laws.measurements import Measurements
from scalinglaws.metrics import EVALUATIONS, POSITIONS, RUNS, table_from_rows
from scalinglaws.study import load_study

ROOT = Path(__file__).parents[2]
SWEPT = {sweep.experiment for sweep in SWEEPS} | {"vocabulary"}
BYTES_A_TOKEN = {512: 2.02, 1024: 2.51, 2048: 2.96}
# The rate's law: at 1e5 parameters, on N, on B at equal tokens, on tokens at equal B.
RATE, BY_SIZE, BY_BATCH, BY_TOKENS = 6.0e-3, -0.30, 0.40, -0.20
CURVATURE = 0.02  # ln L per squared factor e in the rate
BEST_BETA2, BEST_INIT, BEST_WARMUP = 0.98, 0.06, 100
SEED_SD = 0.001


@cache
def declared_runs(name):
    return load_study(name, ROOT).runs()


def best_rate(spec):
    return (
        RATE
        * (spec.n_params / 1e5) ** BY_SIZE
        * (spec.batch_tokens / 4096) ** BY_BATCH
        * (spec.tokens / 4.096e6) ** BY_TOKENS
    )


def ln_loss(spec):
    """ln of nats a byte, before noise; minimal at the optima above."""
    memory = np.log((1 - BEST_BETA2) / (1 - spec.beta2))
    return (
        np.log(1.6 * (spec.n_params / 1e5) ** -0.05)
        + CURVATURE * np.log(spec.peak_learning_rate / best_rate(spec)) ** 2
        + 0.003 * memory**2
        + 0.02 * np.log(spec.init_std / BEST_INIT) ** 2
        + (0.004 * np.log(spec.warmup_steps / BEST_WARMUP) ** 2 if spec.steps == 1000 else 0.0)
        + 0.01 * np.log(spec.n_ctx / 128) ** 2
        + 0.01 * np.log(spec.n_vocab / 1024) ** 2
    )


def study(
    name="calibrate", noise=SEED_SD, without=(), diverged=lambda spec: False, change=None, seed=1
):
    """Tables runs, evaluations, positions, and the settings of every run.

    ``without`` names experiments that were not run; ``change`` adds to ln L of a spec.
    """
    rng = np.random.default_rng(seed)
    runs, scores, positions, settings = [], [], [], {}
    for run_id, (spec, experiments) in declared_runs(name).items():
        serves = [e for e in experiments if e in SWEPT and e not in without]
        if not serves:
            continue
        settings[run_id] = {key: getattr(spec, key) for key in SETTINGS}
        gone = diverged(spec)
        shift = change(spec) if change else 0.0
        per_byte = float(np.exp(ln_loss(spec) + shift + noise * rng.standard_normal()))
        loss = per_byte * BYTES_A_TOKEN[spec.n_vocab]
        copied = ("n_layer", "d_model", "n_ctx", "n_vocab", "corpus", "n_params", "batch_tokens")
        copied += ("steps", "tokens", "peak_learning_rate", "warmup_steps", "seed")
        runs.append(
            {key: getattr(spec, key) for key in copied}
            | {
                "run_id": run_id,
                "source": "trained",
                "experiments": serves,
                "status": "diverged" if gone else "finished",
                "compute_counted": 6.0 * (spec.n_params + spec.n_vocab * spec.d_model) * 4e6,
                "test_loss": None if gone else loss,
                "test_nats_per_byte": None if gone else per_byte,
            }
        )
        if gone:
            continue
        about = {"run_id": run_id, "corpus": spec.corpus}
        n_bytes = round(1000 * BYTES_A_TOKEN[spec.n_vocab])
        scores.append(about | {"split": "test", "n_tokens": 1000, "n_bytes": n_bytes})
        for position in range(1, spec.n_ctx + 1):
            # Falls with the position, and at equal positions is the same for all contexts.
            row = {"position": position, "n_tokens": 8, "loss": 5.0 * position**-0.05}
            positions.append(about | row)
    tables = {
        "runs": table_from_rows(runs, RUNS),
        "evaluations": table_from_rows(scores, EVALUATIONS),
        "positions": table_from_rows(positions, POSITIONS),
    }
    return tables, settings


def law_of(runs):
    """LR(N) as its JSON file."""
    declared = {"experiment": "learning_rate", "minimum": "parabola"}
    return learning_rate(Measurements(runs=runs), declared).to_json({})


def vocabularies(**changes):
    """Tables runs and evaluations of the two other vocabularies."""
    found = [study(name, **changes)[0] for name in ("calibrate_512", "calibrate_2048")]
    return [(tables["runs"], tables["evaluations"]) for tables in found]
