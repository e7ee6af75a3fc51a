"""The hash of a file, and what is known of a raw file beside it."""

import hashlib
from pathlib import Path

from scalinglaws.corpora.jsonl import read_origin


def file_hash(path: Path) -> str:
    """SHA-256 of a file, read block by block."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def raw_facts(path: Path) -> dict[str, object]:
    """Size, SHA-256 and origin of a raw file, also where no catalogue can declare them."""
    return {
        "bytes": path.stat().st_size,
        "sha256": file_hash(path),
        "origin": read_origin(path),
    }
