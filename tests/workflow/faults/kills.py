"""kill -9 and SIGTERM at 20 seeded random moments."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable

from faults.fault import Fault
from faults.stage import (
    LARGEST,
    LOCK,
    RUNS,
    STUDY,
    Stage,
    recording_again,
    run_again,
    train_again,
)

NAMES = {signal.SIGKILL: "kill -9", signal.SIGTERM: "SIGTERM"}
SPAN = 1.5  # seconds within which a random moment lies; the largest run trains for longer
METRICS = f"{STUDY}/metrics/*"


def strike(process: subprocess.Popen, number: int, group: bool) -> None:
    """Send a signal to a program, or to it and all that it started."""
    if process.poll() is None:
        (os.killpg if group else os.kill)(process.pid, number)
    process.wait()


def at_random(
    command: Callable[[Stage], list[str]],
    begun: Callable[[Stage], object],
    number: int,
    group: bool = False,
) -> Callable[[Stage], None]:
    """Start, wait for the work to begin, strike at a random moment after that."""

    def do(stage: Stage) -> None:
        process = stage.start(*command(stage))
        stage.wait_until(lambda: begun(stage), process)
        time.sleep(stage.random.uniform(0, SPAN))
        strike(process, number, group)

    return do


def while_written(
    command: Callable[[Stage], list[str]], pattern: str, number: int
) -> Callable[[Stage], None]:
    """Start, strike as soon as a file that matches is there."""

    def do(stage: Stage) -> None:
        (stage.path / "scratch").mkdir(exist_ok=True)
        process = stage.start(*command(stage))
        stage.wait_until(lambda: any(stage.path.glob(pattern)), process)
        strike(process, number, group=True)

    return do


def of(number: signal.Signals) -> list[Fault]:
    """The faults of one signal: ten moments."""
    name, scores = NAMES[number], (RUNS, f"{STUDY}/scores/*")
    makes_runs, makes_scores = (lambda s: s.make(RUNS)), (lambda s: s.make(*scores))
    trains = Stage.trainer
    a_run = lambda s: "Training " in s.said  # noqa: E731
    a_checkpoint = lambda s: any(s.path.glob("scratch/*.pt"))  # noqa: E731
    return [
        Fault(
            *("kill", f"{name} of Snakemake alone, while runs are trained"),
            at_random(makes_runs, a_run, number),
            r"lock of a killed snakemake was cleared|Will exit after finishing currently running",
            run_again(RUNS),
            redo=(RUNS,),
        ),
        Fault(
            *("kill", f"{name} of Snakemake with its jobs, while runs are trained and scored"),
            at_random(makes_scores, a_run, number, group=True),
            r"lock of a killed snakemake was cleared|goes on from step|Will exit",
            run_again(*scores),
            redo=scores,
            moments=2,
        ),
        Fault(
            *("kill", f"{name} of Snakemake with its jobs, while metrics are written"),
            while_written(lambda s: s.make(METRICS), f"{STUDY}/metrics/.*.partial", number),
            r"lock of a killed snakemake was cleared|died with <Signals.SIGTERM",
            run_again(METRICS),
            redo=(METRICS,),
        ),
        Fault(
            *("kill", f"{name} of a trainer"),
            at_random(trains, a_checkpoint, number),
            "goes on from step",
            train_again,
            redo=(LARGEST,),
            moments=2,
        ),
        Fault(
            *("kill", f"{name} of a trainer, while a checkpoint is written"),
            while_written(trains, "scratch/.*.partial", number),
            "step ",
            train_again,
            redo=(LARGEST,),
            moments=2,
        ),
        Fault(
            *("kill", f"{name} of a trainer, while its run is written"),
            while_written(trains, f"{STUDY}/runs/.*.parquet.*.partial", number),
            "goes on from step",
            train_again,
            redo=(LARGEST,),
        ),
        Fault(
            *("kill", f"{name} of `scalinglaws record`, while dvc.lock is written"),
            while_written(lambda s: s.tool("record"), LOCK, number),
            "dvc.lock: cannot be read|recorded [0-9]+ files",
            recording_again,
            redo=(LOCK,),
        ),
    ]


KILLS = [*of(signal.SIGKILL), *of(signal.SIGTERM)]
