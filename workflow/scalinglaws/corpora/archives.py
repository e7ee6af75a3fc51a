"""One named file out of an archive, of bounded size; nothing is ever unpacked to its own path."""

import gzip
import tarfile
import zipfile
from pathlib import Path
from typing import BinaryIO

BLOCK = 2**20


class SourceError(Exception):
    """Why a source did not give the file: one line."""


def extract_member(archive: Path, member: str, target: Path, limit: int, gunzip: bool) -> None:
    """Write the archive's file `member` to `target`, undoing gzip if asked.

    Raises SourceError if `archive` is no zip or tar file, has no regular file of exactly this
    name, or the result is longer than `limit` bytes.
    """
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as file:
            if member not in file.namelist():
                raise SourceError(f"{archive.name} has no member {member}")
            with file.open(member) as stream:
                _write(stream, target, limit, gunzip)
        return
    try:
        with tarfile.open(archive, "r|*") as file:
            for entry in file:
                if entry.name == member:
                    if not entry.isreg():
                        raise SourceError(f"{member} in {archive.name} is no regular file")
                    _write(file.extractfile(entry), target, limit, gunzip)
                    return
    except tarfile.ReadError:
        raise SourceError(f"{archive.name} is no readable zip or tar archive") from None
    raise SourceError(f"{archive.name} has no member {member}")


def copy_bounded(stream: BinaryIO, target: Path, limit: int) -> None:
    """Copy a stream to a file; SourceError as soon as it is longer than `limit` bytes."""
    left = limit
    with target.open("wb") as file:
        while block := stream.read(BLOCK):
            left -= len(block)
            if left < 0:
                raise SourceError(f"longer than the {limit} bytes expected")
            file.write(block)


def _write(stream: BinaryIO, target: Path, limit: int, gunzip: bool) -> None:
    with gzip.GzipFile(fileobj=stream) if gunzip else stream as content:
        copy_bounded(content, target, limit)
