"""What the machine refuses: room on the disk, writing at all, memory."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable

import psutil

from faults.fault import Fault
from faults.stage import LARGEST, RUNS, STUDY, Stage, recording_again, run_again, train_again

KIB = 1024
TOKENS, TEXT = f"{STUDY}/tokens/*/train.*", "data/text/*/*"
ONE_RUN = f"{STUDY}/runs/*L1-*"
METRICS, LAWS, FIGURE = f"{STUDY}/metrics/*", f"{STUDY}/laws/*", f"{STUDY}/figures/figure_06.*"


def with_files_up_to(size: int, command: Callable[[Stage], list[str]]) -> Callable[[Stage], None]:
    """Run with a limit on the size of a file: it stands for a disk that fills while writing."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    def do(stage: Stage) -> None:
        (stage.path / "scratch").mkdir(exist_ok=True)
        stage.do(*command(stage), before=limit)

    return do


def mounted(
    folder: str, how: str, command: Callable[[Stage], list[str]]
) -> Callable[[Stage], None]:
    """Run where ``folder`` is mounted in a way of its own; nobody else sees that."""

    def do(stage: Stage) -> None:
        (stage.path / folder).mkdir(exist_ok=True)
        stage.do("unshare", "--mount", "sh", "-c", f'{how} && "$@"', "sh", *command(stage))

    return do


def full(folder: str, room: int, command: Callable[[Stage], list[str]]) -> Callable[[Stage], None]:
    """Run where ``folder`` is a disk of its own with so many KiB left."""
    how = (
        f"mkdir ../aside && cp -a {folder}/. ../aside"
        f" && size=$(($(du -sk ../aside | cut -f1) + {room}))k"
        f" && mount -t tmpfs -o size=$size tmpfs {folder} && cp -a ../aside/. {folder}"
    )
    return mounted(folder, how, command)


def read_only(command: Callable[[Stage], list[str]]) -> Callable[[Stage], None]:
    """Run where the results cannot be written; root is refused by a mount alone."""
    if needs_mounts() is None:
        return mounted("results", "mount --bind -o ro results results", command)

    def do(stage: Stage) -> None:
        folders = [path for path in (stage.path / "results").rglob("*") if path.is_dir()]
        for path in folders:
            path.chmod(0o555)
        stage.do(*command(stage))
        for path in folders:
            path.chmod(0o755)

    return do


def needs_mounts() -> str | None:
    try:
        done = subprocess.run(
            ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True
        )
    except FileNotFoundError:
        return "there is no `unshare`: Linux alone has it"
    return "needs the right to mount a file system (root)" if done.returncode else None


def needs_no_root_or_mounts() -> str | None:
    return None if os.geteuid() else needs_mounts()


def out_of_memory_in_training(stage: Stage) -> None:
    """Once a run trains, it gets not a byte more."""
    process = stage.start(*stage.trainer())
    stage.wait_until(lambda: "step " in stage.said, process)
    if process.poll() is None:
        size = psutil.Process(process.pid).memory_info().vms
        resource.prlimit(process.pid, resource.RLIMIT_AS, (size, size))
    process.wait()


# Two thousand runs, so that their resamples do not fit what is left.
OUT_OF_MEMORY_IN_THE_BOOTSTRAP = """
import resource
import psutil
from scalinglaws.cli import main
from scalinglaws.laws import bootstrap

def stop(*arguments):
    size = psutil.Process().memory_info().vms
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    return resampled(*arguments)

resampled, bootstrap.pair_counts = bootstrap.pair_counts, stop
main(["fit", "../table.csv", "--law", "L(N)", "--json", "results/fit.json"])
"""


def out_of_memory_in_the_bootstrap(stage: Stage) -> None:
    rows = [f"{1000 * n},{5 * n**-0.076}" for n in range(1, 2001)]
    stage.path.with_name("table.csv").write_text("\n".join(["N,loss", *rows]) + "\n")
    stage.do("python", "-c", OUT_OF_MEMORY_IN_THE_BOOTSTRAP)


# The checks before it write more than the ledger holds: the disk fills once they are through.
FULL_WHILE_RECORDING = """
import resource
from scalinglaws.cli import main
from scalinglaws.provenance import record

def full(root):
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
    commit(root)

commit, record._commit = record._commit, full
main(["record"])
"""


def nothing_more(stage: Stage) -> None:
    """The undisturbed study is what there was."""


def making(*patterns: str) -> Callable[[Stage], list[str]]:
    return lambda stage: stage.make(*patterns)


def disk_full(what: str, size: int, *redo: str) -> Fault:
    """A write that Snakemake asks for."""
    return Fault(
        *("disk full", what),
        with_files_up_to(size, making(*redo)),
        r"error: .*[Ff]ile too large",
        run_again(*redo),
        redo=redo,
    )


DISK = [
    disk_full("the raw text", 500 * KIB, "data/raw/*"),
    disk_full("cleaned text", 100 * KIB, TEXT),
    disk_full("a shard", 100 * KIB, TOKENS),
    disk_full("a run and its weights", 12 * KIB, ONE_RUN),
    disk_full("a table of metrics", 12 * KIB, METRICS),
    disk_full("a figure", 40 * KIB, FIGURE),
    Fault(
        *("disk full", "a checkpoint"),
        with_files_up_to(3 * KIB, Stage.trainer),
        "error: .*file too large; raise the limit",
        train_again,
        redo=(LARGEST,),
    ),
    Fault(
        *("disk full", "the ledger (`scalinglaws record`)"),
        lambda stage: stage.do("python", "-c", FULL_WHILE_RECORDING),
        "error: dvc commit failed: .*(disk I/O error|[Ff]ile too large)",
        recording_again,
        redo=("dvc.lock",),
    ),
    *(
        Fault(
            *("disk full", f"{folder} on a disk with {room} KiB left"),
            full(folder, room, command),
            r"error: .*no space left on device; make room",
            run_again(*redo) if again is None else again,
            redo=redo,
            needs=needs_mounts,
        )
        for folder, room, command, redo, again in (
            (f"{STUDY}/metrics", 8, making(METRICS), (METRICS,), None),
            (f"{STUDY}/runs", 60, making(RUNS), (RUNS,), None),
            (f"{STUDY}/laws", 8, making(LAWS), (LAWS,), None),
            ("scratch", 16, Stage.trainer, (LARGEST,), train_again),
        )
    ),
]

READ_ONLY = [
    Fault(
        *("read-only results", what),
        read_only(making(redone)),
        r"(error: |Error).*([Rr]ead-only file system|[Pp]ermission denied)",
        run_again(redone),
        redo=(redone,),
        needs=needs_no_root_or_mounts,
    )
    for what, redone in (("runs are trained", ONE_RUN), ("laws are fitted", LAWS))
]

MEMORY = [
    Fault(
        *("out of memory", "in training"),
        out_of_memory_in_training,
        "error: out of memory",
        train_again,
        redo=(LARGEST,),
    ),
    Fault(
        *("out of memory", "in the bootstrap"),
        out_of_memory_in_the_bootstrap,
        "error: out of memory",
        nothing_more,
    ),
]
