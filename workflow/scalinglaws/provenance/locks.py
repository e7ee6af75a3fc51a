"""Snakemake's lock on the working directory: cleared only when its owner is dead.

Snakemake locks the files of a run under `.snakemake/locks` and leaves the lock behind when it is
killed. The lock does not name its owner, so the owner is looked for among the processes: a
Snakemake whose working directory is this one.
"""

from __future__ import annotations

from pathlib import Path

import psutil


def clear_stale_locks(root: Path) -> str:
    """Remove the locks that a killed Snakemake left; gives a line that says what was found."""
    locks = sorted((root / ".snakemake/locks").glob("*"))
    if not locks:
        return "no lock"
    if owner := living_snakemake(root):
        return f"locked by a running snakemake (process {owner}): left as it is"
    for lock in locks:
        lock.unlink(missing_ok=True)
    return "the lock of a killed snakemake was cleared"


def living_snakemake(root: Path) -> int | None:
    """The process id of a Snakemake that works in `root`, or None."""
    here = root.resolve()
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
            if _is_snakemake(words) and Path(process.cwd()).resolve() == here:
                return process.pid
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess, OSError):
            continue
    return None


def _is_snakemake(words: list[str]) -> bool:
    """Whether a command line is `snakemake ...`, `python .../snakemake ...` or `python -m ...`."""
    names = [Path(word).name for word in words[:3]]
    return "snakemake" in names
