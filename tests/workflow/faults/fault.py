"""One fault, played and judged."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from clones import Clone

from faults.judge import contents, left_over, lost, message, taken_for_whole
from faults.page import shortened
from faults.stage import Stage


def nothing_needed() -> None:
    """No reason not to play a fault here."""


@dataclass(frozen=True)
class Fault:
    """A row of the table.

    ``play`` does it, up to the end of the disturbed program; ``again`` is what a user does next.
    ``says`` is a pattern that a line of what was printed must match. The files ``redo`` are removed
    before, to be made by the disturbed run; ``spoils`` are those that the fault itself damages.
    ``needs`` gives a reason not to play it on this machine.
    """

    kind: str
    what: str
    play: Callable[[Stage], None]
    says: str
    again: Callable[[Stage], None]
    redo: tuple[str, ...] = ()
    spoils: tuple[str, ...] = ()
    needs: Callable[[], str | None] = nothing_needed
    moments: int = 1

    @property
    def name(self) -> str:
        return f"{self.kind}: {self.what}"


@dataclass(frozen=True)
class Outcome:
    """What came of a fault at all its moments."""

    kind: str
    what: str
    moments: int
    half_written: int = 0  # files found half-written, hidden or marked
    said: str = ""
    faults: tuple[str, ...] = ()  # departures from the four conditions
    skipped: str = ""

    def to_json(self) -> dict:
        faults = [shortened(fault) for fault in self.faults]
        return asdict(self) | {"said": shortened(self.said), "faults": faults}


def play(fault: Fault, undisturbed: Clone, seed: int = 0) -> Outcome:
    """Play a fault at each of its moments."""
    if reason := fault.needs():
        return Outcome(fault.kind, fault.what, 0, skipped=reason)
    half, said, wrong = 0, "", []
    for moment in range(fault.moments):
        with tempfile.TemporaryDirectory() as folder:
            random = Random(f"{seed} {fault.name} {moment}")
            stage = Stage(undisturbed, Path(folder) / "copy", random)
            try:
                count, line, departures = _play(fault, stage)
            except (TimeoutError, subprocess.TimeoutExpired) as error:
                count, line, departures = 0, None, [f"hangs: {error}"]
            finally:
                stage.close()
                shutil.rmtree(stage.path)
        half += count
        said = said or line or ""
        wrong += departures
    return Outcome(fault.kind, fault.what, fault.moments, half, said, tuple(wrong))


def _play(fault: Fault, stage: Stage) -> tuple[int, str | None, list[str]]:
    whole = contents(stage.undisturbed)
    stage.remove(*fault.redo)
    before, spoiled = contents(stage), stage.names(*fault.spoils)
    fault.play(stage)
    after = contents(stage)
    count = left_over(stage, after, whole)
    wrong = [f"lost: {name}" for name in lost(before, after, spoiled)]
    halves = taken_for_whole(stage, after, whole)
    wrong += [f"half a file: {name}" for name in halves if name not in spoiled]
    fault.again(stage)
    line = message(fault.says, stage.said)
    if line is None:
        wrong.append(f"no line says {fault.says!r}; the last was {_last(stage.said)!r}")
    end = contents(stage)
    wrong += [f"other bytes: {n}" for n in sorted(whole) if end.get(n) != whole[n]]
    wrong += [f"left behind: {n}" for n in sorted(end.keys() - whole.keys())]
    return count, line, wrong


def _last(said: str) -> str:
    return (said.strip().splitlines() or [""])[-1]
