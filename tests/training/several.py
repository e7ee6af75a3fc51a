"""Trains small runs in every process that torchrun started; `test_parallel` compares them.

python -m torch.distributed.run ... several.py CASES.json RESULTS.pt
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed as dist

from scalinglaws.runspec import RunSpec
from scalinglaws.tokens.shards import DTYPE
from scalinglaws.training.checkpoint import Checkpoint
from scalinglaws.training.devices import Devices, started
from scalinglaws.training.loop import TrainedRun, train
from scalinglaws.training.trainer import Trainer

N_TRAIN = 6_000
SPEC = {
    **{"architecture": "transformer", "n_layer": 2, "d_model": 16, "n_heads": 2, "d_ff": 64},
    **{"n_ctx": 16, "n_vocab": 64, "init_std": 0.02, "corpus": "toy", "batch_tokens": 128},
    **{"steps": 30, "peak_learning_rate": 0.01, "schedule": "constant", "warmup_steps": 5},
    **{"cooldown_fraction": 0.2, "final_learning_rate": 0.0, "beta1": 0.9, "beta2": 0.95},
    **{"epsilon": 1e-8, "weight_decay": 0.0, "gradient_clip": 1.0, "test_tokens": 256},
    **{"tests_per_decade": 3, "kernels": "torch", "seed": 0},
}


def tokens() -> np.ndarray:
    """Text that a model learns something of in a few steps."""
    random = np.random.default_rng(0)
    steps = np.where(random.random(8_000) < 0.9, 1, random.integers(0, 64, 8_000))
    return (np.cumsum(steps) % 64).astype(np.uint16)


def write_shards(folder: Path, n_vocab: int = 64) -> None:
    """The tokens as the shards train.bin and test.bin."""
    for split, part in (("train", tokens()[:N_TRAIN]), ("test", tokens()[N_TRAIN:])):
        content = part.astype(DTYPE).tobytes()
        (folder / f"{split}.bin").write_bytes(content)
        about = {
            "dtype": DTYPE.name,
            "n_tokens": len(part),
            "n_vocab": n_vocab,
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        (folder / f"{split}.json").write_text(json.dumps(about))


def train_case(
    spec: dict[str, Any], devices: Devices, checkpoint: Checkpoint | None = None
) -> TrainedRun:
    """The run of the spec with these changes, on the tokens."""
    shard = tokens()
    return train(
        RunSpec(**(SPEC | spec)),
        shard[:N_TRAIN],
        shard[N_TRAIN:],
        checkpoint=checkpoint,
        tracked_shards={"far": shard[:1000]},
        devices=devices,
    )


def interrupted(spec: dict[str, Any], devices: Devices, checkpoint: Checkpoint, after: int) -> None:
    """Train so many steps, with a checkpoint at each."""
    advance = Trainer.advance

    def stop(trainer: Trainer, rate: float) -> float:
        if trainer.step == after:
            raise KeyboardInterrupt
        return advance(trainer, rate)

    Trainer.advance = stop  # type: ignore[method-assign]
    try:
        train_case(spec, devices, checkpoint)
    except KeyboardInterrupt:
        pass
    finally:
        Trainer.advance = advance  # type: ignore[method-assign]


def main(cases: Path, results: Path) -> None:
    found = {}
    with started("cpu", None, sharded=False) as devices:
        for name, case in json.loads(cases.read_text()).items():
            here = replace(devices, **case["where"])
            checkpoint = None
            if "stop" in case:
                checkpoint = Checkpoint(results.with_name(f"{name}.ckpt"), every=0.0)
                interrupted(case["spec"], here, checkpoint, case["stop"])
            run = train_case(case["spec"], here, checkpoint)
            curves: list[Any] = [None] * here.processes
            dist.all_gather_object(curves, (run.status, [asdict(row) for row in run.curve]))
            assert all(curve == curves[0] for curve in curves), "the processes went apart"
            found[name] = (*curves[0], run.weights)
        if devices.first:
            torch.save(found, results)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
