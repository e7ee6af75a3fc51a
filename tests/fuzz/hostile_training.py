"""Run files, score files, weights, checkpoints and shards: sound ones, then harmed."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import torch
from choices import Choices
from hostile import Case, Reader
from hostile_configuration import harm
from safetensors.torch import save

from scalinglaws.errors import UserError
from scalinglaws.runspec import RunSpec
from scalinglaws.tokens.shards import open_shard
from scalinglaws.training.checkpoint import Checkpoint
from scalinglaws.training.runfile import CURVE, read_run
from scalinglaws.training.score import POSITIONS, read_scores
from scalinglaws.training.weights import load_weights

SPEC = dict(
    architecture="transformer",
    n_layer=1,
    d_model=8,
    n_heads=2,
    d_ff=16,
    n_ctx=8,
    n_vocab=32,
    init_std=0.02,
    corpus="a",
    batch_tokens=64,
    steps=10,
    peak_learning_rate=0.01,
    schedule="constant",
    warmup_steps=1,
    cooldown_fraction=0.2,
    final_learning_rate=0.0,
    beta1=0.9,
    beta2=0.95,
    epsilon=1e-8,
    weight_decay=0.0,
    gradient_clip=1.0,
    test_tokens=64,
    tests_per_decade=3,
    kernels="torch",
    seed=0,
)
ROW = {"step": 1, "tokens": 64, "phase": "trunk", "learning_rate": 0.1, "train_loss": 3.0}
ROW |= {
    "test_loss": 3.0,
    "small_gradient_square": None,
    "large_gradient_square": None,
    "tracked": [],
}
SUMMARY = {"n_tokens": 8, "n_bytes": 20, "loss": 3.0, "loss_std_err": 0.1, "nats_per_byte": 1.0}


def _json(choices: Choices, document: Any) -> str:
    document = json.loads(json.dumps(document))
    if choices.once_in(2):
        harm(choices, document)
    try:
        return json.dumps(document)
    except (ValueError, TypeError, RecursionError):
        return "[" * 3000


def _parquet(choices: Choices, path: Path, table: pa.Table, metadata: dict[str, str]) -> None:
    if choices.once_in(6):
        metadata.pop(choices.pick([*metadata]))
    if choices.once_in(8) and table.num_columns:
        table = table.drop([choices.pick(table.column_names)])
    if choices.once_in(8) and table.num_columns:
        name = choices.pick(table.column_names)
        other = pa.array(choices.pick([[None], ["a"], [1], [[1.0]]]) * len(table))
        table = table.set_column(table.column_names.index(name), name, other)
    out = io.BytesIO()
    content = {key: text.encode("utf-8", "replace") for key, text in metadata.items()}
    pq.write_table(table.replace_schema_metadata(content), out)
    path.write_bytes(choices.damaged(out.getvalue()))


def _run(choices: Choices, folder: Path) -> Case:
    path = folder / "run.parquet"
    table = pa.Table.from_pylist([ROW] * choices.below(3), schema=CURVE)
    status = choices.pick(["finished", "diverged", choices.text()])
    _parquet(choices, path, table, {"status": status, "spec": _json(choices, SPEC)})
    return Case(lambda: read_run(path))


def _scores(choices: Choices, folder: Path) -> Case:
    path = folder / "scores.parquet"
    rows = [
        {"corpus": "a", "position": i, "n_tokens": 1, "loss": 3.0} for i in range(choices.below(3))
    ]
    table = pa.Table.from_pylist(rows, schema=POSITIONS)
    scores = _json(choices, {"a": SUMMARY, "b": None})
    _parquet(choices, path, table, {"run_id": "a", "scores": scores})
    return Case(lambda: read_scores(path))


def _shard(choices: Choices, folder: Path) -> Case:
    path, n = folder / "a.bin", choices.below(4)
    path.write_bytes(choices.damaged(np.zeros(n, "<u2").tobytes()))
    info = _json(choices, {"dtype": "uint16", "n_tokens": n, "n_vocab": 32})
    path.with_suffix(".json").write_bytes(choices.damaged(info.encode("utf-8", "replace")))
    return Case(lambda: open_shard(path))


def _weights(choices: Choices, folder: Path) -> Case:
    path, model = folder / "a.safetensors", torch.nn.Linear(2, 1)
    path.write_bytes(
        choices.damaged(save({k: v.contiguous() for k, v in model.state_dict().items()}))
    )
    return Case(lambda: load_weights(path, model))


def _checkpoint(choices: Choices, folder: Path) -> Case:
    path, out = folder / "a.pt", io.BytesIO()
    state: Any = {"step": 3, "weights": torch.zeros(2)}
    if choices.once_in(4):
        state = choices.pick([[1], {"a": 1}, None, "text", {"step": "x"}, torch.zeros(1)])
    torch.save(state, out, _use_new_zipfile_serialization=not choices.once_in(3))
    path.write_bytes(choices.damaged(choices.damaged(out.getvalue())))
    return Case(lambda: Checkpoint(path, 1.0).load())


def _flags(choices: Choices, folder: Path) -> Case:
    values = json.loads(json.dumps(SPEC))
    for _ in range(choices.below(3)):
        key = choices.pick([*values])
        if isinstance(values[key], int):
            values[key] = choices.pick([0, -1, 1, 2**31, 2**63, 10**30, choices.below(100)])
        elif isinstance(values[key], float):
            values[key] = float(choices.below(100))
        else:
            values[key] = choices.text()

    def read() -> None:
        spec = RunSpec(**values)
        assert spec.run_id and spec.trunk_id and spec.random_seed("weights") >= 0

    return Case(read, True)


def build(choices: Choices, folder: Path) -> Case:
    """One of the files that training leaves, or a run spec."""
    kinds = (_run, _scores, _shard, _flags, _weights, _checkpoint)
    return choices.pick((*kinds, *kinds[:4]))(choices, folder)


READER = Reader(build, (UserError,), ("ArrowInvalid", "OSError", "not JSON"))
