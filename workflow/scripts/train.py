"""Train one run. Works alone, outside Snakemake:

    python workflow/scripts/train.py --help
    torchrun --standalone --nproc-per-node=2 -- workflow/scripts/train.py --help

The spec is given by flags; `scalinglaws runs --commands` prints the command of every run of a
study, and each run's Parquet file carries the command that made it.
"""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import torch

from scalinglaws.architecture import architecture_file
from scalinglaws.door import log_to
from scalinglaws.errors import UserError
from scalinglaws.provenance.fingerprint import fingerprint
from scalinglaws.runspec import RunSpec
from scalinglaws.sidecar import Sidecar
from scalinglaws.tokens.shards import open_shard, read_info
from scalinglaws.training.checkpoint import Checkpoint, Trunk, checkpoint_key
from scalinglaws.training.devices import started
from scalinglaws.training.loop import train
from scalinglaws.training.progress import Progress
from scalinglaws.training.runfile import write_run
from scalinglaws.training.schedule import trunk_end
from scalinglaws.training.weights import write_weights

PATHS = {
    "train_shard": "shard of the train split",
    "test_shard": "shard of the test split",
    "run": "Parquet file to write",
    "weights": "safetensors file to write",
}


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train one run.", allow_abbrev=False)
    for name, about in PATHS.items():
        flag = f"--{name.replace('_', '-')}"
        parser.add_argument(flag, type=Path, required=True, metavar="FILE", help=about)
    parser.add_argument(
        "--tracked-shard",
        nargs="*",
        default=[],
        metavar="CORPUS=FILE",
        help="test shards of the corpora that the spec tracks",
    )
    parser.add_argument(
        "--leave-trunk-at",
        nargs="*",
        type=int,
        default=[],
        metavar="STEP",
        help="keep the state there for shorter runs with the same trunk",
    )
    parser.add_argument("--log", type=Path, metavar="FILE", help="also write progress here")
    parser.add_argument("--times", type=Path, metavar="FILE", help="times and machine as JSON")
    parser.add_argument(
        "--checkpoints", type=Path, default=Path("scratch"), metavar="DIR", help="default: scratch"
    )
    parser.add_argument(
        "--checkpoint-seconds", type=float, default=60.0, metavar="S", help="default: 60"
    )
    where = parser.add_argument_group("where it runs (no part of the run's name)")
    where.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="default: cpu")
    where.add_argument(
        "--micro-batch-tokens",
        type=int,
        metavar="N",
        help="most tokens a process passes at once; gradients are added up",
    )
    where.add_argument(
        "--sharded", action="store_true", help="split the parameters over the processes (FSDP2)"
    )
    RunSpec.add_flags(parser)
    return parser.parse_args()


def command(arguments: argparse.Namespace, spec: RunSpec) -> list[str]:
    """What repeats this run; log, times, checkpoints and devices have no part in its name."""
    words = ["python", "workflow/scripts/train.py"]
    for name in PATHS:
        words += [f"--{name.replace('_', '-')}", str(getattr(arguments, name))]
    if arguments.tracked_shard:
        words += ["--tracked-shard", *arguments.tracked_shard]
    return words + spec.to_flags()


def open_tokens(path: Path, spec: RunSpec) -> np.memmap:
    """The token ids of a shard.

    Raises:
        UserError: the shard is damaged, or has ids that the model has no embedding for.
    """
    shard, n_vocab = open_shard(path), read_info(path).get("n_vocab", spec.n_vocab)
    if n_vocab > spec.n_vocab:
        raise UserError(
            f"{path}: a vocabulary of {n_vocab} entries, the run spec has n_vocab = "
            f"{spec.n_vocab}: tokenize the split again, or train with --n-vocab {n_vocab}"
        )
    return shard


def main() -> None:
    arguments = parse()
    first = int(os.environ.get("RANK", 0)) == 0
    with (
        log_to(arguments.log if first else None),
        started(arguments.device, arguments.micro_batch_tokens, arguments.sharded) as devices,
    ):
        spec = RunSpec.from_flags(arguments)
        sidecar = Sidecar(spec.run_id)
        tracked = dict(shard.split("=", 1) for shard in arguments.tracked_shard)
        used = [arguments.train_shard, arguments.test_shard, *map(Path, tracked.values())]
        train_shard, test_shard, *others = (open_tokens(path, spec) for path in used)
        code = fingerprint(__file__) + fingerprint(architecture_file(spec.architecture))
        key = checkpoint_key(spec.canonical(), code, used)
        folder = arguments.checkpoints
        checkpoint = Checkpoint(folder / f"{spec.run_id}-{key}.pt", arguments.checkpoint_seconds)
        trunk = Trunk(folder, checkpoint_key(spec.trunk_id, code, used), arguments.leave_trunk_at)
        with checkpoint.only_writer() if devices.first else nullcontext():
            run = train(
                spec,
                train_shard,
                test_shard,
                Progress(spec, sys.stderr.write),
                checkpoint,
                trunk,
                dict(zip(tracked, others, strict=True)),
                devices,
            )
            if devices.first:
                write_weights(arguments.weights, run.weights)
                write_run(
                    arguments.run,
                    spec,
                    run.status,
                    run.curve,
                    command(arguments, spec),
                    torch.__version__,
                )
                checkpoint.discard()
                trunk.discard(trunk_end(spec))
        if not devices.first:
            return
        if arguments.times:
            sidecar.work.seconds = run.work_seconds
            sidecar.write(arguments.times, **devices.facts())
        if run.status != "finished":
            print(
                f"{spec.run_id}: {run.status} after step {run.curve[-1].step if run.curve else 0}; "
                "recorded as such and kept out of the fits",
                file=sys.stderr,
            )


if __name__ == "__main__":
    main()
