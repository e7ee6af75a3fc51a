"""`scalinglaws prune`: remove what no study declares any more.

Files of runs that left the grid, their Snakemake records, and checkpoints in scratch/ that no
process holds. Nothing that a study declares is touched.
"""

from __future__ import annotations

import fcntl
from pathlib import Path

from scalinglaws.products import products
from scalinglaws.provenance.records import record_file
from scalinglaws.study import Study

NOT_PRODUCTS = ("report.html",)
SCRATCH = "scratch"


def find_orphans(root: Path, studies: list[Study]) -> list[str]:
    """Files below the results of the studies that none of them declares, sorted."""
    declared = {path for study in studies for path in products(study)}
    found = (
        path
        for study in studies
        for path in (root / "results" / study.study).rglob("*")
        if path.is_file() and path.name not in NOT_PRODUCTS
    )
    return sorted(p for path in found if (p := path.relative_to(root).as_posix()) not in declared)


def find_idle_checkpoints(root: Path) -> list[str]:
    """Checkpoints, locks and half-written files in scratch/ that no running trainer holds."""
    groups: dict[str, list[Path]] = {}
    for path in sorted(p for p in (root / SCRATCH).glob("*") if p.is_file()):  # not kernels/
        groups.setdefault(path.name.lstrip(".").split(".")[0], []).append(path)
    return [
        path.relative_to(root).as_posix()
        for name, paths in groups.items()
        if not _held(root / SCRATCH / f"{name}.lock")
        for path in paths
    ]


def remove(root: Path, paths: list[str]) -> None:
    """Delete files with their Snakemake records."""
    for path in paths:
        (root / path).unlink(missing_ok=True)
        record_file(root, path).unlink(missing_ok=True)


def _held(lock: Path) -> bool:
    if not lock.exists():
        return False
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
