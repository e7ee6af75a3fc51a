"""What can happen to a recorded study, by malice or by accident, and what an audit must say.

One table: the tests play every act in a copy of a recorded clone, and `play.py` writes the page
docs/audit.md from what the audit said. To add a kind of tampering, add a row.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STUDY = "results/micro"
CORPUS = "docs_statsmodels"


@dataclass(frozen=True)
class Act:
    """One row: what is done to the clone, and the lines that must come of it."""

    name: str
    done: str
    do: Callable[[Any], None]  # takes the clone
    says: tuple[str, ...] = ()  # the start of a fault's line each; none: harmless
    mended: bool = False  # a test also follows the mends that the lines give

    @property
    def id(self) -> str:
        return re.sub(r"\W+", "_", self.name)


def together(acts: Sequence[Act]) -> Act:
    """Acts in one clone, one after another; for harmless ones, of which nothing is said."""

    def do(clone: Any) -> None:
        for act in acts:
            act.do(clone)

    name = f"{acts[0].name} to {acts[-1].name}"
    return Act(name, "; ".join(act.done for act in acts), do)


def runs(clone: Any, ending: str = "parquet") -> list[Path]:
    """The files of the runs, in the order of their names."""
    return sorted((clone.path / STUDY / "runs").glob(f"*.{ending}"))


def flip(path: Path, keep_time: bool = False) -> None:
    """One bit of one byte in the middle."""
    status, content = path.stat(), bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    if keep_time:
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def swap(one: Path, other: Path) -> None:
    """Exchange two files, each with its time."""
    aside = one.with_name("aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)


def age(path: Path, seconds: int = 10**8) -> None:
    """Set a file's time back."""
    time = path.stat().st_mtime - seconds
    os.utime(path, (time, time))


def in_file(name: str, *, keep_time: bool = False) -> Callable[[Any], None]:
    """Flip a bit of a file."""
    return lambda clone: flip(clone.path / name, keep_time)


def edit(name: str, old: str, new: str) -> Callable[[Any], None]:
    """Replace one place of a file."""
    return lambda clone: clone.edit(name, old, new)


def append(name: str, text: str) -> Callable[[Any], None]:
    """Add to the end of a file."""

    def do(clone: Any) -> None:
        with (clone.path / name).open("a") as file:
            file.write(text)

    return do


def delete(name: str) -> Callable[[Any], None]:
    """Remove a file or a folder."""

    def do(clone: Any) -> None:
        path = clone.path / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return do


def every_file(clone: Any) -> list[Path]:
    """All files but git's and DVC's own."""
    return [
        path
        for path in sorted(clone.path.rglob("*"))
        if path.is_file() and not {".git", ".dvc"} & set(path.relative_to(clone.path).parts)
    ]
