"""Train one run. Works alone, outside Snakemake:

    python workflow/scripts/train.py --help

The spec is given by flags; `scalinglaws runs --commands` prints the command of every run of a
study, and each run's Parquet file carries the command that made it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import torch

from scalinglaws.door import log_to
from scalinglaws.runspec import RunSpec
from scalinglaws.tokens.shards import open_shard
from scalinglaws.training.loop import train
from scalinglaws.training.progress import Progress
from scalinglaws.training.runfile import write_run
from scalinglaws.training.weights import write_weights


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train one run.", allow_abbrev=False)
    parser.add_argument("--train-shard", type=Path, required=True, help="shard of the train split")
    parser.add_argument("--test-shard", type=Path, required=True, help="shard of the test split")
    parser.add_argument("--run", type=Path, required=True, help="Parquet file to write")
    parser.add_argument("--weights", type=Path, required=True, help="safetensors file to write")
    parser.add_argument("--log", type=Path, help="also write progress here")
    parser.add_argument("--times", type=Path, help="JSON with times and machine, not reproducible")
    RunSpec.add_flags(parser)
    return parser.parse_args()


def main() -> None:
    arguments = parse()
    with log_to(arguments.log):
        spec = RunSpec.from_flags(arguments)
        started = datetime.now(UTC)
        clock, cpu = time.monotonic(), time.process_time()
        run = train(
            spec,
            open_shard(arguments.train_shard),
            open_shard(arguments.test_shard),
            Progress(spec, sys.stderr.write),
        )
        # Log and times have no part in the numbers, so the recorded command leaves them out.
        command = ["python", "workflow/scripts/train.py"]
        for name in ("train_shard", "test_shard", "run", "weights"):
            command += [f"--{name.replace('_', '-')}", str(getattr(arguments, name))]
        command += spec.to_flags()
        write_weights(arguments.weights, run.weights)
        write_run(arguments.run, spec, run.status, run.curve, command, torch.__version__)
        if arguments.times:
            seconds = time.monotonic() - clock
            sidecar = {
                "run_id": spec.run_id,
                "started": started.isoformat(timespec="seconds"),
                "seconds": round(seconds, 3),
                "cpu_seconds": round(time.process_time() - cpu, 3),
                "tokens_per_second": round(spec.tokens / seconds, 1),
                "machine": platform.machine(),
                "platform": platform.platform(),
                "python": platform.python_version(),
                "cores": os.cpu_count(),
            }
            arguments.times.parent.mkdir(parents=True, exist_ok=True)
            arguments.times.write_text(json.dumps(sidecar, indent=1) + "\n")
        if run.status != "finished":
            print(
                f"{spec.run_id}: {run.status} after step {run.curve[-1].step if run.curve else 0}; "
                "recorded as such and kept out of the fits",
                file=sys.stderr,
            )


if __name__ == "__main__":
    main()
