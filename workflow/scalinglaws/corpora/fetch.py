"""Obtain the raw file of a corpus from the first source that gives the declared bytes.

A source is a mirror, never the identity of a corpus: size and SHA-256 decide. Where a corpus
declares none, the first source that gives a file is taken, and the data card says what it gave.
"""

import hashlib
import http.client
import os
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from scalinglaws.corpora.archives import SourceError
from scalinglaws.corpora.catalogue import Corpus
from scalinglaws.corpora.declarations import Source
from scalinglaws.corpora.sources.registry import OBTAIN
from scalinglaws.errors import UserError

MAX_UNPINNED = 2**36  # bytes of a raw file whose size is not declared

# What the standard library raises on a broken network or a damaged archive.
_BROKEN = (OSError, EOFError, RuntimeError, http.client.HTTPException, zipfile.BadZipFile)
_BROKEN += (zlib.error, subprocess.TimeoutExpired, NotImplementedError)


def fetch(corpus: Corpus, target: Path | str) -> Source:
    """Write the raw file of a corpus to `target`; return the source that gave it."""
    return fetch_file(corpus.title, corpus.sources, corpus.bytes, corpus.sha256, target)


def fetch_file(
    title: str,
    sources: Sequence[Source],
    n_bytes: int | None,
    sha256: str | None,
    target: Path | str,
) -> Source:
    """Write a checked file to `target`, whole or not at all; return the source that gave it.

    Raises UserError that lists every source with its reason if none gave the declared bytes.
    """
    target = Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    reasons = []
    with tempfile.TemporaryDirectory(dir=target.parent.absolute(), prefix=".fetch-") as work:
        raw = Path(work) / "raw"
        for number, source in enumerate(sources, start=1):
            try:
                OBTAIN[type(source)](source, raw, n_bytes or MAX_UNPINNED, Path(work))
                checked = _check(raw, n_bytes, sha256)
            except (SourceError, *_BROKEN) as error:
                reasons.append(f"{source}: {_one_line(error)}")
                following = sources[number : number + 1]
                then = f"next: {following[0]}" if following else "no source left"
                print(f"{title}: {reasons[-1]}; {then}", file=sys.stderr, flush=True)
                continue
            os.replace(raw, target)
            print(f"{title}: from {source}, {checked}", file=sys.stderr, flush=True)
            return source
    raise UserError(f"{target}: no source gave the declared bytes: {'; '.join(reasons)}")


def _check(raw: Path, n_bytes: int | None, sha256: str | None) -> str:
    with raw.open("rb") as file:
        got = hashlib.file_digest(file, "sha256").hexdigest()
    size = raw.stat().st_size
    if sha256 is None:
        return f"not pinned: {size} bytes, sha256 {got}"
    if size != n_bytes or got != sha256:
        raise SourceError(
            f"expected {n_bytes} bytes, sha256 {sha256}, got {size} bytes, sha256 {got}"
        )
    return "checked"


def _one_line(error: Exception) -> str:
    return " ".join(str(getattr(error, "reason", error)).split()) or type(error).__name__
