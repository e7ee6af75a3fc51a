"""Jobs that a reader takes as one: 128 runs of the same code are one line, not 128."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from os.path import commonpath
from pathlib import PurePosixPath

from scalinglaws.provenance.graph import Graph, Job


@dataclass(frozen=True)
class Step:
    """Some jobs of one rule with the same code, and those of their outputs that were asked for."""

    jobs: tuple[Job, ...]
    files: tuple[str, ...]

    @property
    def rule(self) -> str:
        return self.jobs[0].rule

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(job.id for job in self.jobs)

    @property
    def inputs(self) -> dict[str, str | None]:
        """Everything that the jobs read, with the hash where they agree on it."""
        found: dict[str, str | None] = {}
        for job in self.jobs:
            for path, sha256 in job.inputs.items():
                found[path] = sha256 if found.get(path, sha256) == sha256 else None
        return dict(sorted(found.items()))

    @property
    def started(self) -> datetime:
        return min(job.started for job in self.jobs)

    @property
    def ended(self) -> datetime:
        return max(job.ended for job in self.jobs)


def steps_to(graph: Graph, paths: Iterable[str], one_by_one: bool) -> list[Step]:
    """The jobs that made some files, grouped unless every job is to be seen; sources are left."""
    groups: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for path in paths:
        if id_ := graph.files[path].made_by:
            job = graph.jobs[id_]
            key = group_of(job, one_by_one)
            groups.setdefault(key, {}).setdefault(id_, []).append(path)
    return [
        Step(
            tuple(graph.jobs[id_] for id_ in sorted(jobs)),
            tuple(sorted(path for paths in jobs.values() for path in paths)),
        )
        for jobs in groups.values()
    ]


def sources(graph: Graph, paths: Iterable[str]) -> list[str]:
    """Those of the files that no job made."""
    return [path for path in paths if graph.files[path].made_by is None]


def summarised(paths: Iterable[str]) -> str:
    """One file by its path; several by what their paths share: '128 files results/.../*.json'."""
    paths = sorted(paths)
    if len(paths) == 1:
        return paths[0]
    folders = [PurePosixPath(path).parent for path in paths]
    folder = PurePosixPath(commonpath(folders))
    depths = {len(parent.parts) - len(folder.parts) for parent in folders}
    inner = "*/" * depths.pop() if len(depths) == 1 else "**/"
    endings = sorted({PurePosixPath(path).suffix.lstrip(".") for path in paths})
    ending = endings[0] if len(endings) == 1 else "{" + ",".join(endings) + "}"
    at = "" if folder == PurePosixPath(".") else f"{folder}/"
    return f"{len(paths)} files {at}{inner}*" + (f".{ending}" if any(endings) else "")


def group_of(job: Job, one_by_one: bool = False) -> tuple[str, ...]:
    """What the jobs of one step share: rule, code and study; with `one_by_one` a job is a step."""
    folder, study, *_ = (*job.id.split("/"), "")
    return (job.rule, job.code or "", study if folder == "results" else "", job.id * one_by_one)
