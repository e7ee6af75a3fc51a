"""Run and score files of a trained study -> the tables of metrics.

Every declared run must be there exactly once, under its own name; a diverged run is kept as a row
without losses and named, so that it can be counted but not fitted.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from scalinglaws.batch_scan import ScanRun, scan_rows
from scalinglaws.compute import (
    compute_6nbs,
    compute_counted,
    total_params,
    training_flops_per_token,
)
from scalinglaws.errors import UserError
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
from scalinglaws.noise_scale import noise_scales
from scalinglaws.runspec import NOISE_BATCHES, RunSpec
from scalinglaws.training.runfile import LoggedStep, read_run
from scalinglaws.training.schedule import learning_rate_sum
from scalinglaws.training.score import SUMMARY, Score, read_scores

BATCH_SIZE = "batch_size"  # the experiment whose runs are a batch-size scan

Runs = dict[str, tuple[RunSpec, str, list[LoggedStep]]]
Scores = dict[tuple[str, str], Score | None]


def read_runs(paths: Iterable[Path], declared: Iterable[str]) -> Runs:
    """Read run files and hold them against the declared run ids.

    Raises:
        UserError: a run is missing, duplicate, not declared, or a file holds another run than
            its name says.
    """
    runs: Runs = {}
    for path in paths:
        run = read_run(path)
        run_id = run[0].run_id
        if run_id != path.stem:
            raise UserError(f"{path}: holds run {run_id}; delete it and run snakemake again")
        if run_id in runs:
            raise UserError(f"{path}: run {run_id} was given twice; list each run once")
        runs[run_id] = run
    _check_same(set(runs), set(declared), "run")
    return runs


def read_all_scores(paths: Iterable[Path], declared: Iterable[tuple[str, str]]) -> Scores:
    """Read score files and hold them against the declared (run id, corpus) pairs.

    Raises:
        UserError: as `read_runs`.
    """
    scores: Scores = {}
    for path in paths:
        run_id, by_corpus = read_scores(path)
        for corpus, result in by_corpus.items():
            if (run_id, corpus) in scores:
                raise UserError(f"{path}: scores of {run_id} were given twice; list each run once")
            scores[run_id, corpus] = result
    _check_same(set(scores), set(declared), "score")
    return scores


def _check_same(found: set[Any], declared: set[Any], kind: str) -> None:
    for name in sorted(declared - found):
        raise UserError(f"{kind} {name} is declared but missing; run snakemake to make it")
    for name in sorted(found - declared):
        raise UserError(f"{kind} {name} is not declared by the study; leave it out")


def gather(
    runs: Runs, scores: Scores, experiments: dict[str, list[str]], corpus: str
) -> dict[str, pa.Table]:
    """All tables; ``batch_scan`` is empty where no run serves the experiment BATCH_SIZE.

    Args:
        runs: from `read_runs`.
        scores: from `read_all_scores`.
        experiments: run id: the experiments it serves.
        corpus: the training corpus; a run's `test_loss` is its final loss there.
    """
    return {
        "runs": table_from_rows(
            [
                _run_row(spec, status, curve, scores[run_id, corpus], experiments[run_id])
                for run_id, (spec, status, curve) in runs.items()
            ],
            RUNS,
        ),
        "curves": table_from_rows(
            [_curve_row(spec, row) for spec, _, curve in runs.values() for row in curve], CURVES
        ),
        "evaluations": table_from_rows(
            [
                {"run_id": run_id, "corpus": on, "split": "test"}
                | {name: getattr(result, name) for name in SUMMARY}
                for (run_id, on), result in scores.items()
                if result
            ],
            EVALUATIONS,
        ),
        "positions": table_from_rows(
            [
                {
                    "run_id": run_id,
                    "corpus": on,
                    "position": position,
                    "n_tokens": result.n_tokens // len(result.by_position),
                    "loss": float(loss),
                }
                for (run_id, on), result in scores.items()
                if result
                for position, loss in enumerate(result.by_position, start=1)
            ],
            POSITIONS,
        ),
        "batch_scan": table_from_rows(
            scan_rows(
                [
                    _scan_run(spec, curve)
                    for run_id, (spec, status, curve) in runs.items()
                    if BATCH_SIZE in experiments[run_id] and status == "finished"
                ]
            ),
            BATCH_SCAN,
        ),
        "noise_scale": table_from_rows(
            [row for spec, _, curve in runs.values() for row in _noise_rows(spec, curve)],
            NOISE_SCALE,
        ),
        "tracked": table_from_rows(
            [
                {
                    "run_id": spec.run_id,
                    "step": row.step,
                    "tokens": row.tokens,
                    "corpus": on,
                    "position": position,
                    "loss": loss,
                    "test_loss": row.test_loss,
                }
                for spec, _, curve in runs.values()
                for row in curve
                for on, losses in row.tracked.items()
                for position, loss in enumerate(losses, start=1)
            ],
            TRACKED,
        ),
    }


def diverged(runs: Runs) -> list[str]:
    """Names of the runs that diverged."""
    return [run_id for run_id, (_, status, _) in runs.items() if status == "diverged"]


def _run_row(
    spec: RunSpec,
    status: str,
    curve: list[LoggedStep],
    result: Score | None,
    experiments: list[str],
) -> dict[str, Any]:
    copied = set(RUNS.names) & set(spec.to_dict())
    best = min(
        (row for row in curve if row.phase == "trunk"), key=lambda row: row.test_loss, default=None
    )
    stopped = best if spec.early_stopping_patience and status == "finished" else None
    return {name: getattr(spec, name) for name in copied} | {
        "run_id": spec.run_id,
        "trunk_id": spec.trunk_id,
        "source": "trained",
        "experiments": experiments,
        "status": status,
        "dataset_tokens": spec.dataset_tokens or None,
        "stop_step": stopped.step if stopped else None,
        "early_stopped_loss": stopped.test_loss if stopped else None,
        "n_params": spec.n_params,
        "n_params_total": total_params(spec),
        "tokens": spec.tokens,
        "compute_6nbs": compute_6nbs(spec),
        "compute_counted": compute_counted(spec),
        "learning_rate_sum": None if spec.early_stopping_patience else learning_rate_sum(spec),
        "test_loss": result.loss if result else None,
        "test_nats_per_byte": result.nats_per_byte if result else None,
    }


def _curve_row(spec: RunSpec, row: LoggedStep) -> dict[str, Any]:
    return {
        "run_id": spec.run_id,
        "step": row.step,
        "tokens": row.tokens,
        "phase": row.phase,
        "compute_6nbs": training_flops_per_token(spec) * row.tokens,
        "learning_rate": row.learning_rate,
        "train_loss": row.train_loss,
        "test_loss": row.test_loss,
    }


def _noise_rows(spec: RunSpec, curve: list[LoggedStep]) -> list[dict[str, Any]]:
    """The noise scale where it was measured at the rate of the trunk."""
    if not spec.noise_tokens:
        return []
    measured = [row for row in curve if row.phase == "trunk"]
    scales = noise_scales(
        np.array([row.small_gradient_square for row in measured], dtype=float),
        np.array([row.large_gradient_square for row in measured], dtype=float),
        spec.noise_tokens / NOISE_BATCHES,
        spec.noise_tokens,
    )
    return [
        {
            "run_id": spec.run_id,
            "step": row.step,
            "train_loss": row.train_loss,
            "test_loss": row.test_loss,
            "noise_scale": float(scale) if np.isfinite(scale) else None,
        }
        for row, scale in zip(measured, scales, strict=True)
    ]


def _scan_run(spec: RunSpec, curve: list[LoggedStep]) -> ScanRun:
    """The curve at the rate of the trunk: a cool-down reaches losses that its batch would not."""
    trunk = [row for row in curve if row.phase == "trunk"]
    return ScanRun(
        run_id=spec.run_id,
        n_params=spec.n_params,
        batch_tokens=spec.batch_tokens,
        warmup_steps=spec.warmup_steps,
        step=np.array([row.step for row in trunk], dtype=float),
        loss=np.array([row.test_loss for row in trunk], dtype=float),
    )
