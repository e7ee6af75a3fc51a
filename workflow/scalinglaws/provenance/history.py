"""What git holds: the committed lock, and the bytes of files at the commit of the ledger."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path

from scalinglaws.provenance.dvclock import LOCK


def git(root: Path, *arguments: str) -> bytes | None:
    """The output of a git command that only reads; None where it fails, as outside a repository."""
    # A checkout may belong to another user: an auditor's question is what it holds.
    command = ["git", "-c", "safe.directory=*", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:  # no git on this machine
        return None
    return None if done.returncode else done.stdout


def resolve(root: Path, revision: str) -> str | None:
    """The full hash of a commit, or None."""
    found = git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    return found.decode().strip() if found else None


def ledger_commit(root: Path) -> str | None:
    """The commit that wrote dvc.lock last; None: no git, or never committed."""
    found = git(root, "log", "-1", "--format=%H", "--", LOCK)
    return found.decode().strip() or None if found else None


def earlier_ledger(root: Path) -> tuple[str, bytes] | None:
    """The commit that wrote dvc.lock before the last one did, and what it wrote."""
    commits = (git(root, "log", "-2", "--format=%H", "--", LOCK) or b"").decode().split()
    content = committed(root, commits[1], LOCK) if len(commits) == 2 else None
    return (commits[1], content) if content is not None else None


def committed(root: Path, revision: str, path: str) -> bytes | None:
    """The bytes of one file at a commit; None: it was not there."""
    return git(root, "show", f"{revision}:./{path}")


def committed_files(root: Path, revision: str, *paths: str) -> dict[str, bytes]:
    """{path: bytes} of files, and of all files below folders, at a commit."""
    archive = git(root, "archive", "--format=tar", revision, "--", *paths)
    if archive is None:
        return {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar if m.isfile()}  # type: ignore[union-attr]
