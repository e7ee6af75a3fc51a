"""What a slice takes home: finished runs first, then as many states as fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scalinglaws.slices.archive import MIB

LOGS = "logs"


def what_was_made(
    plan: dict[str, Any], root: Path, limit_mib: float
) -> tuple[list[Path], list[Path]]:
    """Files to pack, and those that would not fit.

    Runs, scores and times of scored runs always go. Then, the smallest first: states of unfinished
    runs and of trunks, and runs that are trained but not scored, with their weights. Weights of
    scored runs stay behind: nothing that is fitted or drawn needs them.
    """
    jobs = plan["jobs"]
    scored = [job for job in jobs if (root / job["scores"]).is_file()]
    small = [root / job[name] for job in scored for name in ("run", "scores")]
    small += [root / path for job in scored for path in job["score"]["log"].values()]
    small += (root / LOGS / plan["study"] / "train").glob("*")
    taken = sorted(file for file in small if file.is_file())
    bundles = [[state] for state in (root / "scratch").glob("*.pt")]
    bundles += [
        [root / job["run"], root / job["weights"]]
        for job in jobs
        if job not in scored and (root / job["run"]).is_file()
    ]
    room, left_out = limit_mib * MIB - _size(taken), []
    for bundle in sorted(bundles, key=lambda bundle: (_size(bundle), bundle)):
        room -= _size(bundle)
        (taken if room >= 0 else left_out).extend(bundle)
    return taken, left_out


def _size(files: list[Path]) -> int:
    return sum(file.stat().st_size for file in files)
