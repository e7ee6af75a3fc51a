"""Work on a plan until the time is up: the standard library only, for a bare machine.

Each run is a process, as many at once as asked for. When the time is up they are ended; a run that
was not finished goes on from its last checkpoint in the next slice, and ends with the same bytes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PLAN = Path("scratch/slice.json")  # the study's name and the jobs, in the archive that travels
POLL, GRACE = 0.05, 5.0  # seconds between looks, and until a process that will not end is killed


@dataclass
class Outcome:
    """Run ids, in the order in which they came to this."""

    finished: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


def work(jobs: list[dict[str, Any]], seconds: float, at_once: int, root: Path) -> Outcome:
    """Train and score the jobs in their order, as far as the time goes.

    Args:
        jobs: from `jobs_left`.
        seconds: of wall time until the running processes are ended.
        at_once: processes at a time.
        root: the checkout, with everything that the jobs read.
    """
    end, outcome = time.monotonic() + seconds, Outcome()
    queue, running = list(jobs), {}
    while (queue or running) and time.monotonic() < end:
        for process, job in [*running.items()]:
            if process.poll() is None:
                continue
            del running[process]
            if process.returncode:
                outcome.failed.append(job["run_id"])
            elif (root / job["scores"]).exists():
                outcome.finished.append(job["run_id"])
            else:
                running[_start(job, root)] = job  # trained: now its scores
        open_runs = {job["run_id"] for job in [*queue, *running.values()]}
        for job in [*queue]:
            waits = job["after"] != job["run_id"] and job["after"] in open_runs
            if len(running) < at_once and not waits:
                queue.remove(job)
                running[_start(job, root)] = job
        time.sleep(POLL)
    for process in running:
        process.terminate()
    for process, job in running.items():
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        outcome.stopped.append(job["run_id"])
    outcome.waiting = [job["run_id"] for job in queue]
    return outcome


def _start(job: dict[str, Any], root: Path) -> subprocess.Popen:
    """The next process of a job: training, or scoring where it is trained."""
    if (root / job["run"]).exists():
        words = ["-m", "scalinglaws.slices.score", json.dumps(job["score"])]
    else:
        words = job["train"][1:]  # without the word `python`
    environment = os.environ | {"PYTHONPATH": "workflow", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen([sys.executable, *words], cwd=root, env=environment)
