"""The four conditions after a fault: nothing lost, no half file taken for a whole one, a message
that says what happened, and a next run that ends with an undisturbed run's bytes."""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64encode
from pathlib import Path

from clones import Clone

from scalinglaws.errors import UserError
from scalinglaws.provenance.dvclock import LOCK, read_lock

WATCHED = ("results/**/*", "data/**/*", "config/*", "dvc.lock")


def is_half_written(path: Path) -> bool:
    """A hidden file that `atomic_write` had not yet renamed."""
    return path.name.endswith(".partial")


def contents(clone: Clone) -> dict[str, str]:
    """{file: hash} of everything that was computed, configured or recorded."""
    return {
        path.relative_to(clone.path).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for pattern in WATCHED
        for path in clone.path.glob(pattern)
        if path.is_file() and not is_half_written(path)
    }


def lost(before: dict[str, str], after: dict[str, str], spoiled: list[str]) -> list[str]:
    """Files that were there and are not any more, without those that the fault itself damaged."""
    return sorted(name for name in before.keys() - set(spoiled) if after.get(name) != before[name])


def taken_for_whole(clone: Clone, after: dict[str, str], whole: dict[str, str]) -> list[str]:
    """Files under their final names with other bytes than a whole one's, and not marked as such."""
    marks = clone.path / ".snakemake/incomplete"
    return sorted(
        name
        for name in after.keys() & whole.keys()
        if after[name] != whole[name]
        and not _is_told(clone, name)
        and not (marks / urlsafe_b64encode(name.encode()).decode()).exists()
    )


def _is_told(clone: Clone, name: str) -> bool:
    """Half a ledger that every command refuses to read; DVC writes it in place."""
    if name != LOCK:
        return False
    try:
        read_lock(clone.path)
    except UserError:
        return True
    return False


def left_over(clone: Clone, after: dict[str, str], whole: dict[str, str]) -> int:
    """How many half-written files the fault left: hidden, or marked as incomplete."""
    hidden = [p for p in clone.path.rglob(".*.partial") if ".git" not in p.parts]
    unmarked = set(taken_for_whole(clone, after, whole))
    other = [n for n in after.keys() & whole.keys() if after[n] != whole[n] and n not in unmarked]
    return len(hidden) + len(other)


def message(pattern: str, said: str) -> str | None:
    """The line that matches, or None."""
    for line in said.replace("\r", "\n").splitlines():
        if re.search(pattern, line):
            return line.strip()
    return None
