"""The clock set back: before a run, and while it goes on."""

from __future__ import annotations

import os
from pathlib import Path

from faults.fault import Fault
from faults.stage import STUDY, Stage, run_again

REDO = (f"{STUDY}/runs/*L1-*", f"{STUDY}/scores/*L1-*")
DAY = 86_400
# Not the clock by which processes sleep: setting a machine's clock leaves that one alone.
KEPT = {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}


def library() -> Path | None:
    """libfaketime, of Debian's package faketime."""
    return next(iter(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)


def needs_faketime() -> str | None:
    return None if library() else "libfaketime is not installed (Debian: apt install faketime)"


def set_back_before(stage: Stage) -> None:
    """All files are of tomorrow's tomorrow, and so is what Snakemake noted."""
    for path in stage.path.rglob("*"):
        if path.is_file() and ".git" not in path.parts:
            time = path.stat().st_mtime + 2 * DAY
            os.utime(path, (time, time))
    stage.do(*stage.make(*REDO))


def set_back_within(stage: Stage) -> None:
    """Two days back once the first job has begun."""
    now = stage.path.with_name("clock")
    now.write_text("+0")
    process = stage.start(
        *stage.make(*REDO),
        LD_PRELOAD=str(library()),
        FAKETIME_TIMESTAMP_FILE=str(now),
        FAKETIME_NO_CACHE="1",
        NO_FAKE_STAT="1",
        **KEPT,
    )
    stage.wait_until(lambda: "Training " in stage.said, process)
    now.write_text("-2d")
    process.wait()


CLOCK = [
    Fault(
        *("clock", "set back by two days before a run"),
        set_back_before,
        "could indicate a clock skew problem",
        run_again(*REDO),
        redo=REDO,
    ),
    Fault(
        *("clock", "set back by two days during a run"),
        set_back_within,
        "Training ",
        run_again(*REDO),
        redo=REDO,
        needs=needs_faketime,
    ),
]
