"""Runs of known truth, as the metrics of a study, and the laws fitted to them."""

import json

import numpy as np

from scalinglaws.claims.evidence import Evidence
from scalinglaws.laws.fit import fit_laws
from scalinglaws.laws.measurements import Measurements
from scalinglaws.metrics import SCHEMAS, table_from_rows

ALPHA_N, LN_N_C = 0.076, 31.0
WIDTHS = (16, 24, 32, 48, 64, 96, 128, 192)
BATCH = 4096
STEPS = np.unique(np.geomspace(100, 100_000, 60).round()).astype(int)
LADDER = {"experiment": "model_size"}


def loss_of(n_params):
    """L(N) = (N_c / N)^alpha_N."""
    return np.exp(ALPHA_N * (LN_N_C - np.log(n_params)))


def run(run_id, experiment, loss, d_model=64, n_layer=2, seed=0, **columns):
    """A finished run of the table RUNS."""
    d_ff = columns.get("d_ff", 4 * d_model)
    own = {
        "run_id": run_id,
        "source": "trained",
        "experiments": [experiment],
        "status": "finished",
        "architecture": "transformer",
        "n_layer": n_layer,
        "d_model": d_model,
        "d_ff": d_ff,
        "n_heads": max(d_model // 16, 1),
        "reuse": 1,
        "n_ctx": 128,
        "n_params": 2 * d_model * n_layer * (2 * d_model + d_ff),
        "corpus": "own",
        "batch_tokens": BATCH,
        "steps": 2000,
        "tokens": 2000 * BATCH,
        "peak_learning_rate": 0.01,
        "schedule": "constant",
        "seed": seed,
        "dropout": 0.0,
        "test_loss": float(loss),
    }
    return own | columns


def size(d_model, n_layer=2):
    return 12 * n_layer * d_model**2


def ladder(rng, sd=0.002, widths=WIDTHS, loss=loss_of):
    """One run a size, whose ln loss scatters by ``sd``."""
    return [
        run(f"ladder-{d}", "model_size", loss(size(d)) * np.exp(sd * rng.normal()), d)
        for d in widths
    ]


def seeds(rng, sd=0.002, count=3, widths=(24, 64, 128)):
    """Runs that differ in their seed alone."""
    return [
        run(f"seed-{d}-{i}", "seed_noise", loss_of(size(d)) * np.exp(sd * rng.normal()), d, seed=i)
        for d in widths
        for i in range(count)
    ]


def curves(rows, loss, steps=STEPS):
    """Points of CURVES: ``loss`` (N, S) of each run of ``rows``, at the trunk's rate."""
    return [
        {
            "run_id": row["run_id"],
            "step": int(step),
            "tokens": int(step) * BATCH,
            "compute_6nbs": 6.0 * row["n_params"] * int(step) * BATCH,
            "phase": "trunk",
            "learning_rate": 0.01,
            "test_loss": float(loss(row, step)),
        }
        for row in rows
        for step in steps
    ]


def scores(rows, others):
    """Rows of EVALUATIONS: own loss, and ``others`` maps a corpus to a function of the run."""
    own = {"own": lambda row: row["test_loss"]}
    return [
        {"run_id": row["run_id"], "corpus": corpus, "split": "test", "loss": float(loss(row))}
        for row in rows
        for corpus, loss in (own | others).items()
    ]


def evidence(laws=None, **rows) -> Evidence:
    """Tables of ``rows`` by name; ``laws`` (name: entry of the configuration) fitted to them."""
    tables = {name: table_from_rows(rows.get(name, []), SCHEMAS[name]) for name in SCHEMAS}
    names = ("runs", "curves", "positions", "batch_scan")
    fitted = fit_laws(Measurements(**{name: tables[name] for name in names}), laws or {})
    plain = [json.loads(json.dumps(law.to_json({}))) for law in fitted]
    return Evidence(tables, {law["law"]: law for law in plain})
