"""The head of a lineage: the file as it is now, and which commit, packages and settings made it."""

from __future__ import annotations

from pathlib import Path

from scalinglaws.provenance.dvclock import LOCK, read_lock
from scalinglaws.provenance.graph import Graph
from scalinglaws.provenance.hashing import hash_file, md5_of
from scalinglaws.provenance.history import committed, git, ledger_commit

PACKAGES = "requirements.lock"


def head(root: Path, graph: Graph, target: str) -> dict[str, str]:
    """{what: words} for the reader: hash, ledger, commit, packages, configuration."""
    found: dict[str, str] = {}
    if (root / target).is_file():
        now = hash_file(root / target)
        found |= {"sha256": now.sha256, "md5": now.md5, "bytes": str(now.size)}
        found["ledger"] = _ledger(root, graph, target, now.md5, now.sha256)
    else:
        found["ledger"] = "the file is not here: `dvc pull` gets it, `snakemake` makes it again"
    if commit := ledger_commit(root):
        about = git(root, "show", "--no-patch", "--format=%h of %as, %s", commit) or b""
        clean = committed(root, "HEAD", LOCK) == (root / LOCK).read_bytes()
        moved = "" if clean else f"; {LOCK} has changed since"
        found["commit"] = f"{about.decode().strip()}{moved}"
    else:
        found["commit"] = f"{LOCK} is not committed: `scalinglaws record`, then `git commit`"
    lock = read_lock(root)
    if lock and PACKAGES in lock.deps:
        found["packages"] = f"{PACKAGES}, md5 {lock.deps[PACKAGES].md5}"
    if lock:
        files = [*lock.params, *(path for path in lock.deps if path.startswith("config/"))]
        found["configuration"] = ", ".join(sorted(files))
    return found


def _ledger(root: Path, graph: Graph, target: str, md5: str, sha256: str) -> str:
    """Whether the file is what was recorded."""
    file = graph.files[target]
    if file.md5 is not None:
        return "as recorded" if file.md5 == md5 else f"CHANGED: md5 {file.md5} was recorded"
    if file.sha256 is not None and file.sha256 != sha256:
        return f"CHANGED: its readers read sha256 {file.sha256}"
    commit = ledger_commit(root)
    content = committed(root, commit, target) if commit else None
    if content is None:
        return "not in the ledger"
    same = md5_of(content) == md5
    return "as in the commit of the ledger" if same else "CHANGED since the commit of the ledger"
