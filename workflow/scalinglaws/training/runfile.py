"""A run on disk: one Parquet file with its loss curve, its full spec and how to repeat it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pyarrow as pa

from scalinglaws.atomic import atomic_write
from scalinglaws.checked_parquet import read_checked, write_checked
from scalinglaws.errors import UserError
from scalinglaws.runspec import RunSpec

STATUSES = ("finished", "diverged")
CURVE = pa.schema(
    [
        pa.field("step", pa.int64(), False, {"unit": "optimiser steps"}),
        pa.field("tokens", pa.int64(), False, {"unit": "tokens processed"}),
        pa.field("phase", pa.string(), False, {"unit": "trunk or cooldown"}),
        pa.field("learning_rate", pa.float64(), False, {"unit": "1"}),
        pa.field("train_loss", pa.float64(), False, {"unit": "nats/token, mean since last row"}),
        pa.field("test_loss", pa.float64(), False, {"unit": "nats/token"}),
        # Of the mean gradient of a token, over batches of two sizes; null where not measured.
        pa.field("small_gradient_square", pa.float64(), True, {"unit": "1"}),
        pa.field("large_gradient_square", pa.float64(), True, {"unit": "1"}),
        # Test losses at positions 1 .. n_ctx of each tracked corpus.
        pa.field("tracked", pa.map_(pa.string(), pa.list_(pa.float64())), False),
    ]
)


@dataclass(frozen=True)
class LoggedStep:
    """One row of a run's loss curve, after `step` optimiser steps (units: as in `CURVE`)."""

    step: int
    tokens: int
    phase: str
    learning_rate: float
    train_loss: float
    test_loss: float
    small_gradient_square: float | None = None
    large_gradient_square: float | None = None
    tracked: dict[str, list[float]] = field(default_factory=dict)


def write_run(
    path: Path,
    spec: RunSpec,
    status: str,
    curve: list[LoggedStep],
    command: Iterable[str],
    torch_version: str,
) -> None:
    """Write the curve; run id, status, spec, command and torch version are its metadata."""
    metadata = {
        "run_id": spec.run_id,
        "status": status,
        "spec": json.dumps(spec.to_dict()),
        "command": json.dumps(list(command)),
        "torch": torch_version,
    }
    table = pa.Table.from_pylist(
        [asdict(row) for row in curve], schema=CURVE.with_metadata(metadata)
    )
    with atomic_write(path) as partial:
        write_checked(table, partial)


def read_run(path: Path) -> tuple[RunSpec, str, list[LoggedStep]]:
    """Spec, status and curve of a run file.

    Raises:
        UserError: the file is no run file of this program, or is truncated or damaged.
    """
    try:
        table = read_checked(path)
        metadata = table.schema.metadata or {}
        spec = RunSpec(**json.loads(metadata[b"spec"]))
        status = metadata[b"status"].decode()
        if status not in STATUSES:
            raise ValueError(f"status {status!r}")
        curve = [LoggedStep(**row | {"tracked": dict(row["tracked"])}) for row in table.to_pylist()]
    except Exception as error:  # what is damaged may raise anything
        raise UserError(
            f"{path}: not a readable run file ({error!r}); delete it and run snakemake again"
        ) from error
    return spec, status, curve
