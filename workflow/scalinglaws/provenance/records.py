"""Snakemake's provenance records: one JSON file an output, under the base64 of its path."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from pathlib import Path

FOLDER = ".snakemake/metadata"


def record_file(root: Path, path: str) -> Path:
    """Where Snakemake keeps the record of an output (paths of up to about 190 characters)."""
    return root / FOLDER / urlsafe_b64encode(path.encode()).decode()


def record_prefix(path: str) -> str:
    """The longest start of a record's name that every path beginning with `path` shares.

    Base64 turns 3 bytes into 4 characters, so the last one or two bytes may be left open.
    """
    whole = len(path.encode()) // 3 * 3
    return urlsafe_b64encode(path.encode()[:whole]).decode()
