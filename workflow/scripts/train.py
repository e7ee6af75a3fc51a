"""Train one run. Works alone, outside Snakemake:

    python workflow/scripts/train.py --help

The spec is given by flags; `scalinglaws runs --commands` prints the command of every run of a
study, and each run's Parquet file carries the command that made it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch

from scalinglaws.door import log_to
from scalinglaws.provenance.fingerprint import fingerprint
from scalinglaws.runspec import RunSpec
from scalinglaws.sidecar import Sidecar
from scalinglaws.tokens.shards import open_shard
from scalinglaws.training.checkpoint import Checkpoint, Trunk, checkpoint_key
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
    RunSpec.add_flags(parser)
    return parser.parse_args()


def command(arguments: argparse.Namespace, spec: RunSpec) -> list[str]:
    """What repeats this run; log, times and checkpoints have no part in its numbers."""
    words = ["python", "workflow/scripts/train.py"]
    for name in PATHS:
        words += [f"--{name.replace('_', '-')}", str(getattr(arguments, name))]
    if arguments.tracked_shard:
        words += ["--tracked-shard", *arguments.tracked_shard]
    return words + spec.to_flags()


def main() -> None:
    arguments = parse()
    with log_to(arguments.log):
        spec = RunSpec.from_flags(arguments)
        sidecar = Sidecar(spec.run_id)
        shards = [arguments.train_shard, arguments.test_shard]
        tracked = dict(shard.split("=", 1) for shard in arguments.tracked_shard)
        tokens = [open_shard(path) for path in shards]
        folder, code = arguments.checkpoints, fingerprint(__file__)
        used = [*shards, *map(Path, tracked.values())]
        key = checkpoint_key(spec.canonical(), code, used)
        checkpoint = Checkpoint(folder / f"{spec.run_id}-{key}.pt", arguments.checkpoint_seconds)
        trunk = Trunk(folder, checkpoint_key(spec.trunk_id, code, used), arguments.leave_trunk_at)
        with checkpoint.only_writer():
            run = train(
                spec,
                *tokens,
                Progress(spec, sys.stderr.write),
                checkpoint,
                trunk,
                {corpus: open_shard(Path(path)) for corpus, path in tracked.items()},
            )
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
        if arguments.times:
            sidecar.work.seconds = run.work_seconds
            sidecar.write(arguments.times)
        if run.status != "finished":
            print(
                f"{spec.run_id}: {run.status} after step {run.curve[-1].step if run.curve else 0}; "
                "recorded as such and kept out of the fits",
                file=sys.stderr,
            )


if __name__ == "__main__":
    main()
