"""Runs on limited text that stopped early: where, at what loss, and what the laws need of them."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from scalinglaws.laws.selection import select_runs

COLUMNS = ("dataset_tokens", "stop_step", "batch_tokens", "early_stopped_loss")


@dataclass(frozen=True)
class StopRuns:
    """Arrays of shape (n,): N, D and B in tokens, steps at the stop, test loss there."""

    run_ids: list[str]
    n_params: np.ndarray
    dataset_tokens: np.ndarray
    batch_tokens: np.ndarray
    stop_step: np.ndarray
    loss: np.ndarray
    excluded: list[tuple[str, str]]
    choice: dict

    def only(self, kept: np.ndarray, reason: str) -> "StopRuns":
        """The runs where ``kept`` (n,) holds; the others are left out for ``reason``."""
        named = list(zip(self.run_ids, kept, strict=True))
        return replace(
            self,
            run_ids=[run for run, inside in named if inside],
            n_params=self.n_params[kept],
            dataset_tokens=self.dataset_tokens[kept],
            batch_tokens=self.batch_tokens[kept],
            stop_step=self.stop_step[kept],
            loss=self.loss[kept],
            excluded=[*self.excluded, *((run, reason) for run, inside in named if not inside)],
        )


def stop_runs(runs: pa.Table, declared: dict) -> StopRuns:
    """Runs of ``declared["experiment"]`` that pass ``select`` and stopped on limited text."""
    select = declared.get("select") or {}
    chosen = select_runs(runs, declared["experiment"], select)
    by_name = {row["run_id"]: row for row in runs.to_pylist()}
    excluded, kept = list(chosen.excluded), []
    for run in chosen.run_ids:
        missing = [column for column in COLUMNS if not by_name[run][column]]
        if missing:
            reason = {"dataset_tokens": "not on limited text", "stop_step": "did not stop early"}
            excluded.append((run, reason.get(missing[0], f"{missing[0]} is missing")))
        else:
            kept.append(by_name[run])
    kept.sort(key=lambda row: (row["n_params"], row["dataset_tokens"], row["run_id"]))
    columns = {
        name: np.array([row[name] for row in kept], dtype=float) for name in ("n_params", *COLUMNS)
    }
    return StopRuns(
        run_ids=[row["run_id"] for row in kept],
        loss=columns.pop("early_stopped_loss"),
        excluded=excluded,
        choice={"experiment": declared["experiment"], "select": select},
        **columns,
    )
