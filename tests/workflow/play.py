"""Play the acts, each in a copy of the finished clone, and keep what the audit said."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from acts import Act
from clones import Clone


@dataclass(frozen=True)
class Played:
    """An act with the answer of `scalinglaws audit`."""

    act: Act
    status: int
    output: str

    def lines(self, kind: str) -> list[str]:
        """The lines of one kind, 'fault' or 'note', without that word."""
        start = f"{kind}: "
        return [
            line.removeprefix(start) for line in self.output.splitlines() if line.startswith(start)
        ]


def play(finished: Clone, act: Act, folder: Path) -> Played:
    """Copy, act, audit; the copy is removed again."""
    copy = folder / act.id / "copy"
    copy.parent.mkdir(parents=True)
    clone = finished.copy(copy)
    act.do(clone)
    done = clone.scalinglaws("audit", check=False, measured=False)
    shutil.rmtree(copy.parent)
    return Played(act, done.returncode, done.stdout)


def play_all(finished: Clone, acts: Iterable[Act], folder: Path) -> dict[str, Played]:
    """{id: what came of it}, with as many at once as there are cores."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        played = pool.map(lambda act: play(finished, act, folder), acts)
        return {one.act.id: one for one in played}
