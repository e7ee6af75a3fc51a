"""Both hashes of a file in one reading: MD5, which DVC uses, and SHA-256, which Snakemake uses."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scalinglaws.errors import UserError

BLOCK = 1 << 20


@dataclass(frozen=True)
class Hashes:
    """What a file's bytes are now."""

    md5: str
    sha256: str
    size: int


def hash_file(path: Path) -> Hashes:
    """Read a file once; nothing is kept between calls.

    Raises:
        UserError: the file may not be read.
    """
    try:
        return _hashed(path)
    except PermissionError as error:
        raise UserError(f"{path}: may not be read by this user; `chmod +r` it") from error


def _hashed(path: Path) -> Hashes:
    md5, sha256, size = hashlib.md5(usedforsecurity=False), hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            md5.update(block)
            sha256.update(block)
            size += len(block)
    return Hashes(md5.hexdigest(), sha256.hexdigest(), size)


def hash_files(root: Path, paths: Iterable[str]) -> dict[str, Hashes]:
    """Hashes of those of the files that are there, with all cores (hashing releases the GIL)."""
    there = sorted(path for path in set(paths) if (root / path).is_file())
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(there, pool.map(lambda path: hash_file(root / path), there), strict=True))


def md5_of(content: bytes) -> str:
    """MD5 of bytes in memory."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def folder_md5(manifest: dict[str, str]) -> str:
    """DVC's hash of a folder, from the MD5 of each file below it by relative path."""
    items = [{"md5": manifest[name], "relpath": name} for name in sorted(manifest)]
    return f"{md5_of(json.dumps(items, sort_keys=True).encode())}.dir"
