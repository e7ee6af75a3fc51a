"""The table of a batch-size scan as arrays: for each model size, steps by loss level and run."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa


@dataclass(frozen=True)
class SizeScan:
    """The runs of one model size N: ``batch`` (b,) in tokens, ``step`` (levels, b), NaN = not
    reached; ``loss`` (levels,) in nats/token, falling."""

    n_params: int
    run_ids: list[str]
    batch: np.ndarray
    loss: np.ndarray
    step: np.ndarray


def size_scans(table: pa.Table) -> list[SizeScan]:
    """One SizeScan for each N of ``table`` (BATCH_SCAN), by N; runs by batch size, then name."""
    by_size: dict[int, list[dict]] = {}
    for row in table.to_pylist():
        if row["step"] > 0 and row["loss"] > 0 and row["batch_tokens"] > 0:
            by_size.setdefault(row["n_params"], []).append(row)
    found = []
    for n_params, rows in sorted(by_size.items()):
        runs = sorted({(row["batch_tokens"], row["run_id"]) for row in rows})
        levels = sorted({row["loss"] for row in rows}, reverse=True)
        step = np.full((len(levels), len(runs)), np.nan)
        for row in rows:
            at = levels.index(row["loss"]), runs.index((row["batch_tokens"], row["run_id"]))
            step[at] = row["step"]
        found.append(
            SizeScan(
                n_params=n_params,
                run_ids=[run for _, run in runs],
                batch=np.array([batch for batch, _ in runs], dtype=float),
                loss=np.array(levels),
                step=step,
            )
        )
    return found
