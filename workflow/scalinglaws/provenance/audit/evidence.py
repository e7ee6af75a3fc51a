"""What an audit looks at: what is there, hashed now, beside what was recorded.

Nothing is taken from a file's time, from DVC's cache of file states or from an earlier audit.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pathspec

from scalinglaws.errors import UserError
from scalinglaws.products import products
from scalinglaws.provenance.dvclock import LOCK, Entry, Lock, cached_manifest, parse_lock, read_lock
from scalinglaws.provenance.fingerprint import fingerprint
from scalinglaws.provenance.graph import codes_of
from scalinglaws.provenance.hashing import Hashes, folder_md5, hash_files, md5_of
from scalinglaws.provenance.history import committed, committed_files, ledger_commit
from scalinglaws.provenance.ledger import dvcignore
from scalinglaws.provenance.plan import Plan, planning
from scalinglaws.provenance.prune import find_orphans
from scalinglaws.provenance.records import (
    FOLDER,
    UNREADABLE,
    Record,
    parse_record,
    read_records,
    record_name,
    recorded_path,
)
from scalinglaws.study import TRACKED, Study, load_study


@dataclass(frozen=True)
class Evidence:
    """Everything the checks need; paths are relative to the project."""

    root: Path
    lock: Lock  # dvc.lock of the working folder
    lock_at_head: Lock | None  # None: never committed
    lock_is_committed: bool
    commit: str | None  # the one that wrote dvc.lock last
    there: dict[str, list[str]]  # entry of the lock: its files that are there
    hashes: dict[str, Hashes]  # of every file of an entry and every input of a record
    records: dict[str, Record]  # of the tracked studies' files
    broken: dict[str, str]  # files among the records that are none: what is wrong
    plan: Plan
    studies: tuple[Study, ...]  # those in the ledger
    declared: frozenset[str]  # their products
    lock_fault: str | None  # why the lock of the working folder cannot be used
    manifests: dict[str, dict[str, str] | None] = field(default_factory=dict, repr=False)

    def knows(self, entry: Entry) -> bool:
        """Whether an entry was looked at: one of the lock that there was when this began."""
        return entry.path in self.there

    def now(self, entry: Entry) -> str | None:
        """DVC's hash of an entry as it is now; None: it is not there."""
        if not entry.is_folder:
            hashes = self.hashes.get(entry.path)
            return hashes.md5 if hashes else None
        found = self.files_of(entry)
        return folder_md5(found) if found else None

    def files_of(self, entry: Entry) -> dict[str, str]:
        """{file below a folder of the ledger: MD5 now}, by relative path."""
        skip = len(entry.path) + 1
        return {path[skip:]: self.hashes[path].md5 for path in self.there[entry.path]}

    def manifest(self, entry: Entry) -> dict[str, str] | None:
        """{file below a folder: MD5 as recorded}; None: neither DVC's cache nor git has it.

        What git holds is used only if it has exactly the folder's recorded hash.
        """
        if entry.path not in self.manifests:
            self.manifests[entry.path] = cached_manifest(self.root, entry) or self._of_git(entry)
        return self.manifests[entry.path]

    def recorded(self, path: str) -> str | None:
        """The MD5 that the ledger holds for one file; None: unknown, or not in the ledger."""
        entry = self.entry_of(path)
        if entry is None or not entry.is_folder:
            return entry.md5 if entry else None
        return (self.manifest(entry) or {}).get(path[len(entry.path) + 1 :])

    def entry_of(self, path: str) -> Entry | None:
        """The entry of the lock that covers a file."""
        entries = self.lock.entries
        names = [path, *(str(parent) for parent in Path(path).parents)]
        return next((entries[name] for name in names if name in entries), None)

    def recorded_bytes(self, path: str) -> bytes | None:
        """What a file was when it was recorded: from DVC's cache, or from git if it is that."""
        md5 = self.recorded(path)
        if md5 is None:
            return None
        cached = self.root / ".dvc/cache/files/md5" / md5[:2] / md5[2:]
        if cached.exists() and md5_of(content := cached.read_bytes()) == md5:
            return content
        for revision in filter(None, ("HEAD", self.commit)):
            content = committed(self.root, revision, path)
            if content is not None and md5_of(content) == md5:
                return content
        return None

    def recorded_record(self, path: str) -> Record | None:
        """Snakemake's record of a file as the ledger holds it, if DVC's cache has it."""
        content = self.recorded_bytes(record_name(path))
        try:
            return parse_record(path, json.loads(content)) if content else None
        except UNREADABLE:
            return None

    @cached_property
    def undeclared(self) -> list[str]:
        """Files below the results of the studies that none of them declares."""
        return find_orphans(self.root, list(self.studies))

    @cached_property
    def stale_scripts(self) -> dict[str, list[str]]:
        """{script: results that other code made}: their fingerprint is not that of now.

        The fingerprint is a parameter, so a result that Snakemake finds current has the right one.
        A module that a script finds by name stands beside the scripts.
        """
        stale: dict[str, list[str]] = {}
        now: dict[str, str | None] = {}
        for path, record in self.records.items():
            planned = self.plan.products.get(path)
            if planned and planned.status == "ok":
                continue
            for name, code in codes_of(record).items():
                if name not in now:
                    now[name] = _fingerprint(self.root / name)
                if now[name] != code:
                    stale.setdefault(name, []).append(path)
        return stale

    @cached_property
    def readers(self) -> dict[str, list[Record]]:
        """{file: records of the jobs that read it}."""
        found: dict[str, list[Record]] = {}
        for record in self.records.values():
            for path in record.inputs:
                found.setdefault(path, []).append(record)
        return found

    def _of_git(self, entry: Entry) -> dict[str, str] | None:
        ignored = ignored_by_dvc(self.studies)
        for revision in filter(None, ("HEAD", self.commit)):
            manifest = {
                path[len(entry.path) + 1 :]: md5_of(content)
                for path, content in committed_files(self.root, revision, entry.path).items()
                if not ignored.match_file(path)
            }
            if folder_md5(manifest) == entry.md5:
                return manifest
        return None


def gather(root: Path) -> Evidence:
    """Hash everything, with Snakemake planning at the same time.

    Raises:
        UserError: dvc.lock or a configuration cannot be read.
    """
    at_head = committed(root, "HEAD", LOCK)
    head = parse_lock(at_head) if at_head else None
    lock, lock_fault = _usable_lock(root, head)
    with planning(root) as finished_plan:
        studies = [load_study(name, root) for name in TRACKED]
        declared = frozenset(path for study in studies for path in products(study))
        ignored = ignored_by_dvc(studies)
        there = {
            path: list(_files(root, path, ignored))
            for path in lock.entries | (head or lock).entries
        }
        records, broken = read_records(root)
        tracked = {
            path: record
            for path, record in records.items()
            if path in declared or not ignored.match_file(record_name(path))
        }
        wanted = {path for paths in there.values() for path in paths} | declared
        wanted.update(path for record in tracked.values() for path in record.inputs)
        hashes = hash_files(root, wanted)
        working = (root / LOCK).read_bytes() if (root / LOCK).exists() else None
        return Evidence(
            root=root,
            lock=lock,
            lock_at_head=head,
            lock_is_committed=working is not None and at_head == working,
            commit=ledger_commit(root),
            there=there,
            hashes=hashes,
            records=tracked,
            broken={
                name: what
                for name, what in broken.items()
                if (path := recorded_path(name)) is None
                or path in declared
                or not ignored.match_file(f"{FOLDER}/{name}")
            },
            plan=finished_plan(),
            studies=tuple(studies),
            declared=declared,
            lock_fault=lock_fault,
        )


def _usable_lock(root: Path, head: Lock | None) -> tuple[Lock, str | None]:
    """The working folder's lock, or git's with the reason why it stands in."""
    try:
        lock = read_lock(root)
    except UserError:
        return head or Lock(), "cannot be read"
    if lock is None:
        return head or Lock(), "not here: nothing says what the results were"
    return lock, None


def _fingerprint(script: Path) -> str | None:
    """None: it is gone, or no Python."""
    try:
        return fingerprint(script)
    except (OSError, SyntaxError):
        return None


def ignored_by_dvc(studies: Iterable[Study]) -> pathspec.GitIgnoreSpec:
    """What DVC leaves out of the ledger's folders, as generated: an edited file hides nothing."""
    return pathspec.GitIgnoreSpec.from_lines(dvcignore(list(studies)).splitlines())


def _files(root: Path, path: str, ignored: pathspec.GitIgnoreSpec) -> Iterator[str]:
    """The files of an entry that are there, in the order of their paths."""
    if (root / path).is_file():
        yield path
    for file in sorted((root / path).rglob("*")):
        name = file.relative_to(root).as_posix()
        if file.is_file() and not ignored.match_file(name):
            yield name
