"""A private copy of a finished study, in which one fault is played."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pyarrow.parquet as pq
from clones import CALL, Clone

STUDY = "results/micro"
RUNS = f"{STUDY}/runs/*"
LOCK = "dvc.lock"
LARGEST = f"{STUDY}/runs/*L2-d32-*"
PATIENCE = 600.0  # seconds after which a program counts as hanging


class Stage(Clone):
    """A copy of ``undisturbed`` at ``path``; what programs print there is kept in `said`."""

    def __init__(self, undisturbed: Clone, path: Path, random: Random) -> None:
        super().__init__(path)
        undisturbed.run("cp", "--archive", "--reflink=auto", str(undisturbed.path), str(path))
        self.undisturbed, self.random = undisturbed, random
        self.output = path.with_name(f"{path.name}.txt")
        self.started: list[subprocess.Popen] = []

    @property
    def said(self) -> str:
        """Everything that programs printed so far, standard output and error."""
        return self.output.read_text(errors="replace") if self.output.exists() else ""

    def names(self, *patterns: str) -> list[str]:
        """Files of the undisturbed study that match, relative to its folder."""
        found = (path for pattern in patterns for path in self.undisturbed.path.glob(pattern))
        return sorted(path.relative_to(self.undisturbed.path).as_posix() for path in found)

    def remove(self, *patterns: str) -> None:
        """Files to be made anew by the disturbed run."""
        for name in self.names(*patterns):
            (self.path / name).unlink(missing_ok=True)

    def start(
        self, *command: str, before: Callable[[], None] | None = None, **variables: str
    ) -> subprocess.Popen:
        """A program in the background, at the head of a process group of its own."""
        tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        paths = {"PATH": tools, "PYTHONPATH": str(self.path / "workflow")}
        with self.output.open("a") as output:
            process = subprocess.Popen(
                command,
                cwd=self.path,
                env=os.environ | paths | variables,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=before,
            )
        self.started.append(process)
        return process

    def do(self, *command: str, **options) -> int:
        """A program to its end; gives its exit status."""
        return self.start(*command, **options).wait(timeout=PATIENCE)

    def make(self, *patterns: str) -> list[str]:
        """The command by which Snakemake makes the files that match."""
        options = ["--cores", "2", "--quiet", "host", "reason", "--"]
        return ["snakemake", *options, *self.names(*patterns)]

    def tool(self, *arguments: str) -> list[str]:
        """This copy's `scalinglaws`."""
        return [sys.executable, "-c", CALL, *arguments]

    def trainer(self) -> list[str]:
        """The command of the study's largest run, with a checkpoint every moment."""
        run = self.undisturbed.path / self.names(f"{LARGEST}.parquet")[0]
        command = json.loads(pq.read_schema(run).metadata[b"command"])
        return [*command, "--checkpoint-seconds", "0.05"]

    def wait_until(self, condition: Callable[[], object], process: subprocess.Popen) -> None:
        """Look without a pause until ``condition`` holds or the program has ended."""
        deadline = time.monotonic() + PATIENCE
        while process.poll() is None and not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{process.args}: waited too long")
            time.sleep(0.0005)

    def close(self) -> None:
        """End whatever still runs; only what was started here."""
        for process in self.started:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def run_again(*patterns: str) -> Callable[[Stage], None]:
    """What `make` does: clear a dead Snakemake's lock, run again."""

    def again(stage: Stage) -> None:
        stage.do(*stage.tool("unlock"))
        stage.do(*stage.make(*patterns))

    return again


def first_of(stage: Stage, pattern: str) -> Path:
    """The first file of the copy's own that matches; it must be there."""
    return sorted(stage.path.glob(pattern))[0]


def train_again(stage: Stage) -> None:
    """Start the trainer of `Stage.trainer` once more."""
    stage.do(*stage.trainer())


def recording_again(stage: Stage) -> None:
    """`record`; where it cannot read the lock, git's, as its message says, and `record`."""
    if stage.do(*stage.tool("record")):
        stage.do("git", "checkout", "HEAD", "--", LOCK)
        stage.do(*stage.tool("record"))
