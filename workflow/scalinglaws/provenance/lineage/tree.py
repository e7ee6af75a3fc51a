"""Lineage as a tree on the terminal: from a file back to raw text and code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from scalinglaws.provenance.graph import Graph
from scalinglaws.provenance.lineage.grouped import Step, sources, steps_to, summarised
from scalinglaws.provenance.lineage.parameters import places, worded

HASH = 12  # digits of a hash that are shown; --json has all of them
WIDTH = 60  # of a parameter


def tree(root: Path, graph: Graph, target: str, everything: bool) -> list[str]:
    """Lines. What was shown once is only named again; `everything` shows each job by itself."""
    steps = steps_to(graph, [target], everything)
    if not steps:
        return [f"{target}: a source, no job made it"]
    return [target, *_Tree(graph, places(root), everything).step(steps[0], "")]


class _Tree:
    def __init__(self, graph: Graph, known: dict[str, str], everything: bool) -> None:
        self.graph, self.known, self.everything = graph, known, everything
        self.above: set[str] = set()  # jobs that were shown

    def step(self, step: Step, indent: str) -> Iterator[str]:
        """Some jobs: rule, script and code, parameters and times, then what they read."""
        self.above |= step.ids
        many = f", {len(step.jobs)} jobs" if len(step.jobs) > 1 else ""
        script = step.jobs[0].script or "no script"
        yield f"{indent}└─ {step.rule}{many}: {script}, code {step.jobs[0].code or 'unknown'}"
        inner = f"{indent}   "
        bar = "│" if step.inputs else " "
        for line in self._about(step):
            yield f"{inner}{bar}    {line}"
        yield from self._read(step.inputs, inner)

    def _read(self, inputs: dict[str, str | None], indent: str) -> Iterator[str]:
        """What a step read: first the sources, then what jobs made, each with its jobs."""
        leaves = sources(self.graph, inputs)
        groups = [[leaf] for leaf in leaves] if self.everything else _by_folder(leaves)
        steps = steps_to(self.graph, inputs, self.everything)
        left = len(groups) + len(steps)
        for item in (*groups, *steps):
            left -= 1
            files = item.files if isinstance(item, Step) else item
            line = f"{indent}{'├─' if left else '└─'} {summarised(files)}{_hash(files, inputs)}"
            if not isinstance(item, Step):
                yield line
            elif item.ids <= self.above:
                yield f"{line}  (above)"
            else:
                yield line
                yield from self.step(item, indent + ("│  " if left else "   "))

    def _about(self, step: Step) -> Iterator[str]:
        """Parameters, time and machine."""
        width = None if self.everything else WIDTH
        params = [worded(job.params, self.known, width) for job in step.jobs]
        if same := [value for value in params[0] if all(value in other for other in params)]:
            yield f"with {'; '.join(same)}"
        if own := [value for value in params[0] if value not in same]:
            yield f"each with its own parameters, the first with {'; '.join(own)}"
        yield _when(step)


def _when(step: Step) -> str:
    start, end = step.started, step.ended
    seconds = sum((job.ended - job.started).total_seconds() for job in step.jobs)
    until = end.strftime("%H:%M:%S") if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M:%S}"
    took = f", {_duration(seconds)} in all" if len(step.jobs) > 1 else f", {_duration(seconds)}"
    machines = sorted({_machine(job.machine) for job in step.jobs if job.machine})
    where = f", on {'; '.join(machines)}" if machines else ""
    return f"{start:%Y-%m-%d %H:%M:%S} to {until} UTC{took}{where}"


def _machine(sidecar: dict) -> str:
    """Platform, Python and cores of a sidecar."""
    return (
        f"{sidecar.get('platform', 'unknown platform')}, Python {sidecar.get('python', '?')}, "
        f"{sidecar.get('cores', '?')} cores"
    )


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _hash(paths: Sequence[str], hashes: dict[str, str | None]) -> str:
    """The recorded hash of a single file."""
    sha256 = hashes.get(paths[0]) if len(paths) == 1 else None
    return f"  sha256 {sha256[:HASH]}" if sha256 else ""


def _by_folder(paths: list[str]) -> list[list[str]]:
    groups: dict[str, list[str]] = {}
    for path in paths:
        groups.setdefault(path.rpartition("/")[0], []).append(path)
    return list(groups.values())
