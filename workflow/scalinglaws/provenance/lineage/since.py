"""What differs since a commit, among all that a file comes from."""

from __future__ import annotations

from pathlib import Path

from scalinglaws.errors import UserError
from scalinglaws.provenance.differences import (
    changed_keys,
    changed_pins,
    parse_configuration,
    same_code,
)
from scalinglaws.provenance.dvclock import LOCK, Lock, cached_manifest, parse_lock, read_lock
from scalinglaws.provenance.fingerprint import closure
from scalinglaws.provenance.graph import Graph
from scalinglaws.provenance.hashing import hash_file, md5_of
from scalinglaws.provenance.history import committed, committed_files, git, resolve

PACKAGES = "requirements.lock"
CONFIGURATION = "config"
SHOWN = 12  # differences of a kind


def since(root: Path, graph: Graph, target: str, revision: str, everything: bool) -> list[str]:
    """Lines: the file itself, then configuration, code, data and packages.

    `graph` is the target's own, upstream. Data are compared by the two ledgers.

    Raises:
        UserError: no such commit.
    """
    commit = resolve(root, revision)
    if commit is None:
        raise UserError(f"{revision}: no commit of this repository; `git log --oneline` lists them")
    about = git(root, "show", "--no-patch", "--format=%h, %as: %s", commit) or b""
    kinds = {
        "the file": [_the_file(root, target, commit)],
        "configuration": _configuration(root, commit),
        "code": _code(root, graph, commit),
        "data": _data(root, graph, target, commit),
        "packages": _packages(root, commit),
    }
    lines = [f"{target} since {about.decode().strip()}"]
    for kind, differences in kinds.items():
        hidden = 0 if everything else max(len(differences) - SHOWN, 0)
        shown = differences[: len(differences) - hidden] or ["the same"]
        if hidden:
            shown.append(f"and {hidden} more: --all shows them")
        for n, difference in enumerate(shown):
            lines.append(f"  {kind if n == 0 else '':14} {difference}")
    return lines


def _the_file(root: Path, target: str, commit: str) -> str:
    if not (root / target).exists():
        return "not here"
    now = hash_file(root / target).md5
    content = committed(root, commit, target)
    before = md5_of(content) if content is not None else _ledger_md5(root, commit, target)
    if before is None:
        return "not in git or the ledger then"
    return "has the same bytes" if before == now else f"has other bytes (md5 {before[:12]} then)"


def _configuration(root: Path, commit: str) -> list[str]:
    """Every key that differs, of the files below config/ that hold values of studies."""
    before = committed_files(root, commit, CONFIGURATION)
    now = {p.relative_to(root).as_posix(): p for p in (root / CONFIGURATION).glob("*.yaml")}
    return [
        f"{name}: {key}: {old} -> {new}"
        for name in sorted(before.keys() & now.keys())
        for key, old, new in changed_keys(
            parse_configuration(before[name]), parse_configuration(now[name].read_bytes())
        )
    ]


def _code(root: Path, graph: Graph, commit: str) -> list[str]:
    """Scripts and modules of the file's lineage whose code differs, docstrings apart."""
    here = root.resolve()
    names: set[str] = set()
    for script in {name for job in graph.jobs.values() for name in job.code_files}:
        names.add(script)
        if (root / script).exists():
            modules = (module.resolve() for module in closure(root / script).values())
            names |= {m.relative_to(here).as_posix() for m in modules if m.is_relative_to(here)}
    before = committed_files(root, commit, "workflow")
    changed = []
    for name in sorted(names):
        now = (root / name).read_bytes() if (root / name).exists() else None
        if now is None or name not in before:
            changed.append(f"{name}: {'gone' if now is None else 'new'}")
        elif now != before[name] and not same_code(before[name], now):
            changed.append(name)
    return changed


def _data(root: Path, graph: Graph, target: str, commit: str) -> list[str]:
    """Entries of the ledger that the file comes from and whose hash differs."""
    content = committed(root, commit, LOCK)
    then, now = parse_lock(content) if content else Lock(), read_lock(root) or Lock()
    if not then.entries:
        return ["no ledger then"]
    used = {
        entry
        for path in graph.files
        if path != target and graph.files[path].made_by != graph.files[target].made_by
        for entry in (path, *map(str, Path(path).parents))
    }
    return [
        f"{name}: {_worded(then, now, name)}"
        for name in sorted(then.entries.keys() | now.entries.keys())
        if name in used and then.entries.get(name) != now.entries.get(name)
    ]


def _worded(then: Lock, now: Lock, name: str) -> str:
    old, new = then.entries.get(name), now.entries.get(name)
    if old is None or new is None:
        return "not in the ledger then" if old is None else "no longer in the ledger"
    count = f", {old.nfiles} -> {new.nfiles} files" if old.nfiles != new.nfiles else ""
    return f"md5 {old.md5[:12]} -> {new.md5[:12]}{count}"


def _packages(root: Path, commit: str) -> list[str]:
    path = root / PACKAGES
    return changed_pins(
        committed(root, commit, PACKAGES), path.read_bytes() if path.exists() else None
    )


def _ledger_md5(root: Path, commit: str, target: str) -> str | None:
    """The MD5 in the lock of a commit: of a single file, or of one within a cached folder."""
    content = committed(root, commit, LOCK)
    entries = parse_lock(content).entries if content else {}
    if target in entries:
        return entries[target].md5
    for folder in map(str, Path(target).parents):
        if folder in entries:
            manifest = cached_manifest(root, entries[folder]) or {}
            return manifest.get(target[len(folder) + 1 :])
    return None
