"""The lineage graph as plain data: files, the jobs that made them, and what went in.

    graph = load_graph(Path("."))          # from .snakemake/metadata, dvc.lock and the sidecars
    part = graph.upstream(["results/laptop/figures/figure_01.png"])
    for job in part.jobs.values():         # sorted by id, the job's first output
        job.rule, job.inputs, job.outputs, job.params, job.code, job.script, job.started

Nothing is hashed here and no file of the results is read: hashes are those that were recorded,
SHA-256 by Snakemake for what a job read, MD5 by DVC for what it keeps. To hash what is there now,
see `provenance.hashing`. The graph of two files is the union of their graphs, and the order of
everything is that of the paths, so equal records give equal graphs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scalinglaws.provenance.dvclock import Lock, cached_manifest, read_lock
from scalinglaws.provenance.records import Record, read_records

SCRIPT = re.compile(r"[\w./{}-]+\.py\b")
FINGERPRINT = re.compile(r"'([0-9a-f]{16})'")
NAMED_CODE = re.compile(r"(workflow/[\w/]+\.py) ([0-9a-f]{16})\b")


@dataclass(frozen=True)
class File:
    """A file that a job read or wrote."""

    path: str  # relative to the project, with /
    sha256: str | None  # as its readers recorded it; None: nobody reads it, or they disagree
    md5: str | None  # as dvc.lock records it; None: not in the ledger, or only within a folder
    made_by: str | None  # id of the job that wrote it; None: raw data, a file of the checkout
    read_by: tuple[str, ...]  # ids of jobs


@dataclass(frozen=True)
class Job:
    """One execution of a rule."""

    id: str  # its first output
    rule: str
    inputs: dict[str, str | None]  # path: SHA-256 when the job read it
    outputs: tuple[str, ...]
    params: tuple[str, ...]  # Python's repr of each, without the fingerprint; names are not kept
    code: str | None  # fingerprint of the script and its import closure
    script: str | None  # path of the script
    command: str | None  # the shell command; None: Snakemake ran the script itself
    log: tuple[str, ...]
    started: datetime  # UTC
    ended: datetime  # UTC; the time of the last output
    machine: dict[str, Any] = field(default_factory=dict)  # of the sidecar: platform, cores, ...

    @property
    def modules(self) -> dict[str, str]:
        """Code that the script finds by name, path: fingerprint."""
        return modules_of(self.params)

    @property
    def codes(self) -> dict[str, str]:
        """All code with a known fingerprint: the script's and the modules'."""
        return _codes(self.params, self.script, self.code)

    @property
    def code_files(self) -> list[str]:
        """The script and the modules that it finds by name."""
        return [*filter(None, [self.script]), *self.modules]


@dataclass(frozen=True)
class Graph:
    """Files and jobs, each keyed by path and id, sorted."""

    files: dict[str, File]
    jobs: dict[str, Job]

    def upstream(self, paths: Iterable[str]) -> Graph:
        """What some files come from: their jobs, the jobs that made what these read, and so on."""
        return self._reached(
            paths, lambda file: [file.made_by] if file.made_by else [], lambda job: job.inputs
        )

    def downstream(self, paths: Iterable[str]) -> Graph:
        """What depends on some files: jobs that read them, those that read what these wrote, ..."""
        return self._reached(paths, lambda file: file.read_by, lambda job: job.outputs)

    def _reached(
        self,
        paths: Iterable[str],
        jobs_of: Callable[[File], Iterable[str]],
        paths_of: Callable[[Job], Iterable[str]],
    ) -> Graph:
        """The part within reach; it is closed: every file that one of its jobs names is in it."""
        files = {path for path in paths if path in self.files}
        jobs: set[str] = set()
        waiting = list(files)
        while waiting:
            for id_ in jobs_of(self.files[waiting.pop()]):
                if id_ not in jobs:
                    jobs.add(id_)
                    waiting += paths_of(self.jobs[id_])
        for id_ in jobs:
            files.update(self.jobs[id_].inputs, self.jobs[id_].outputs)
        return Graph(
            {path: self.files[path] for path in sorted(files)},
            {id_: self.jobs[id_] for id_ in sorted(jobs)},
        )


def load_graph(root: Path) -> Graph:
    """The graph of everything that Snakemake has a record of, in any study.

    Raises:
        UserError: dvc.lock cannot be read.
    """
    records, _ = read_records(root)
    return build_graph(root, records, read_lock(root))


def build_graph(root: Path, records: dict[str, Record], lock: Lock | None) -> Graph:
    """The graph of some records; `lock` gives the MD5, the sidecars below `root` the machines."""
    jobs = _jobs(root, records)
    maker = {path: job.id for job in jobs.values() for path in job.outputs}
    readers: dict[str, list[str]] = {}
    seen: dict[str, set[str | None]] = {}
    for job in jobs.values():
        for path, sha256 in job.inputs.items():
            readers.setdefault(path, []).append(job.id)
            seen.setdefault(path, set()).add(sha256)
    md5 = _recorded_md5(root, lock) if lock else {}
    files = {
        path: File(
            path=path,
            sha256=next(iter(seen[path])) if len(seen.get(path, ())) == 1 else None,
            md5=md5.get(path),
            made_by=maker.get(path),
            read_by=tuple(readers.get(path, ())),
        )
        for path in sorted(maker.keys() | readers.keys())
    }
    return Graph(files, jobs)


def script_of(record: Record) -> str | None:
    """The script that a record's rule names, from the project's folder.

    A script with a wildcard in its name is named after the file that it writes.
    """
    found = SCRIPT.search(record.code)
    if not found:
        return None
    name = re.sub(r"\{wildcards\.\w+\}", Path(record.path).stem, found[0])
    # Rules name scripts from their own folder, workflow/rules; shell commands from the project's.
    return f"workflow/{name.removeprefix('../')}" if name.startswith("../") else name


def fingerprint_of(record: Record) -> str | None:
    """The code fingerprint among a record's parameters; None: the rule has none."""
    found = (FINGERPRINT.fullmatch(value) for value in record.params)
    return next((match[1] for match in found if match), None)


def codes_of(record: Record) -> dict[str, str]:
    """`Job.codes` of a record."""
    return _codes(record.params, script_of(record), fingerprint_of(record))


def modules_of(params: Iterable[str]) -> dict[str, str]:
    """Code that a job finds by name (an architecture), path: fingerprint, from its parameters."""
    return dict(pair for value in params for pair in NAMED_CODE.findall(value))


def _codes(params: Iterable[str], script: str | None, code: str | None) -> dict[str, str]:
    return modules_of(params) | ({script: code} if script and code else {})


def _jobs(root: Path, records: dict[str, Record]) -> dict[str, Job]:
    """Records of one job name the same rule and the same log."""
    groups: dict[tuple[str, tuple[str, ...]], list[Record]] = {}
    for _, record in sorted(records.items()):
        key = (record.rule, record.log or (record.path,))
        groups.setdefault(key, []).append(record)
    jobs = [_job(root, group) for group in groups.values()]
    return {job.id: job for job in sorted(jobs, key=lambda job: job.id)}


def _job(root: Path, group: list[Record]) -> Job:
    first = group[0]
    code = fingerprint_of(first)
    return Job(
        id=first.path,
        rule=first.rule,
        inputs=first.inputs,
        outputs=tuple(record.path for record in group),
        params=tuple(value for value in first.params if value != repr(code)),
        code=code,
        script=script_of(first),
        command=first.command,
        log=first.log,
        started=datetime.fromtimestamp(min(record.started for record in group), UTC),
        ended=datetime.fromtimestamp(max(record.ended for record in group), UTC),
        machine=_sidecar(root, first.log),
    )


def _sidecar(root: Path, log: tuple[str, ...]) -> dict[str, Any]:
    """Times and machine beside a job's log; {} where it has none, as in a clone."""
    for name in log:
        if name.endswith(".json"):
            try:
                facts = json.loads(_inside(root, name).read_bytes())
            except (OSError, ValueError, RecursionError):
                continue
            if isinstance(facts, dict):
                return facts
    return {}


def _inside(root: Path, name: str) -> Path:
    """The file of a recorded name. Raises ValueError if it is not below the project."""
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise ValueError(f"{name} is outside the project")
    return root / name


def _recorded_md5(root: Path, lock: Lock) -> dict[str, str]:
    """{file: MD5} of single files, and of those in folders whose manifest DVC's cache has."""
    found = {}
    for entry in lock.entries.values():
        if not entry.is_folder:
            found[entry.path] = entry.md5
        else:
            manifest = cached_manifest(root, entry) or {}
            found |= {f"{entry.path}/{name}": md5 for name, md5 in manifest.items()}
    return found
