"""What brings a recorded file back: the shortest command that does it here."""

from __future__ import annotations

from scalinglaws.provenance.audit.evidence import Evidence
from scalinglaws.provenance.hashing import md5_of
from scalinglaws.provenance.history import committed

AGAIN = "`snakemake` to its end, then `scalinglaws record`"


def restore(evidence: Evidence, path: str) -> str:
    """The command that restores one file, or one folder, of the ledger, or makes it again."""
    if back := brought_back(evidence, path):
        return back
    if path not in evidence.declared:
        return f"restore it, or {AGAIN}"
    gone = f"rm {path} && " if (evidence.root / path).exists() else ""
    return f"`{gone}dvc pull {path}`, or `{gone}snakemake`"


def brought_back(evidence: Evidence, path: str) -> str | None:
    """The command that restores what was recorded; None where no copy of it is at hand."""
    entry = evidence.lock.entries.get(path)
    if entry is not None and entry.is_folder:
        return _folder(evidence, path)
    md5 = evidence.recorded(path)
    there = (evidence.root / path).exists()
    if md5 and _is_cached(evidence, md5):
        # DVC believes a file whose time and size are as it left them: it must be gone first.
        return f"`{f'rm {path} && ' if there else ''}dvc checkout {path}`"
    for revision, name in (("HEAD", "HEAD"), (evidence.commit, (evidence.commit or "")[:10])):
        content = committed(evidence.root, revision, path) if revision else None
        if content is not None and md5_of(content) == md5:
            return f"`git checkout {name} -- {path}`"
    return None


def again(path: str) -> str:
    """The command that makes anew what was made from other bytes of a file, whatever its time."""
    return f"`touch {path}`, {AGAIN}"


def _folder(evidence: Evidence, path: str) -> str:
    entry = evidence.lock.entries[path]
    if evidence.manifest(entry) is not None:
        if committed(evidence.root, "HEAD", path) is not None:
            return f"`git checkout HEAD -- {path}`"
        if all(_is_cached(evidence, md5) for md5 in (evidence.manifest(entry) or {}).values()):
            return f"`dvc checkout --force {path}`"
    return f"`dvc pull {path}`, or `snakemake`"


def _is_cached(evidence: Evidence, md5: str) -> bool:
    return (evidence.root / ".dvc/cache/files/md5" / md5[:2] / md5[2:]).exists()
