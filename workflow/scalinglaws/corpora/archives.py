"""Named files out of an archive, of bounded size; nothing is ever unpacked to its own path."""

import fnmatch
import gzip
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from scalinglaws.wording import one_line

BLOCK = 2**20
MAX_HEADER = 2**20  # bytes of a tar header; tarfile holds one in memory
_HEADERS = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)
_HEADERS += (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)
# What the standard library raises on an archive that is damaged, encrypted or lies about itself.
_DAMAGED = (tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error)
_DAMAGED += (EOFError, RuntimeError, ValueError, ArithmeticError, LookupError)
_DAMAGED += (TypeError,)  # tarfile's of a stream that ends within gzip's own header


class SourceError(Exception):
    """Why a source did not give the file: one line."""


def extract_member(archive: Path, member: str, target: Path, limit: int, gunzip: bool) -> None:
    """Write the archive's file `member` to `target`, undoing gzip if asked.

    Raises SourceError if `archive` is no zip or tar file, has no regular file of exactly this
    name, or the result is longer than `limit` bytes.
    """
    if zipfile.is_zipfile(archive):
        with _readable(archive.name), zipfile.ZipFile(archive) as file:
            if member not in file.namelist():
                raise SourceError(f"{archive.name} has no member {one_line(member)}")
            with file.open(member) as stream:
                _write(stream, target, limit, gunzip)
        return
    with _readable(archive.name), tarfile.open(archive, "r|*", tarinfo=_Entry) as file:
        for entry in _entries(file):
            if entry.name == member:
                if not entry.isreg():
                    raise SourceError(f"{one_line(member)} in {archive.name} is no regular file")
                _write(file.extractfile(entry), target, limit, gunzip)
                return
    raise SourceError(f"{archive.name} has no member {one_line(member)}")


def read_members(
    archive: Path, members: Sequence[str], exclude: Sequence[str], limit: int
) -> Iterator[tuple[str, bytes]]:
    """(name, content) of the regular files that match `members` and not `exclude`.

    Patterns are those of a shell, and * also matches a slash. Raises SourceError if `archive` is
    no zip or tar file, or the contents are longer than `limit` bytes in all.
    """
    if not zipfile.is_zipfile(archive):
        with archive.open("rb") as stream:
            yield from read_tar(stream, archive.name, members, exclude, limit)
        return
    with _readable(archive.name), zipfile.ZipFile(archive) as file:
        for entry in file.infolist():
            if is_wanted(entry.filename, members, exclude) and not entry.is_dir():
                limit = _left(limit, entry.file_size)  # no more is read than is declared
                yield entry.filename, file.read(entry)


def read_tar(
    stream: BinaryIO, label: str, members: Sequence[str], exclude: Sequence[str], limit: int
) -> Iterator[tuple[str, bytes]]:
    """`read_members` of a tar archive, compressed or not, that is read from front to end."""
    with _readable(label), tarfile.open(fileobj=stream, mode="r|*", tarinfo=_Entry) as file:
        for entry in _entries(file):
            name = entry.name.removeprefix("./")
            if entry.isreg() and is_wanted(name, members, exclude):
                limit = _left(limit, entry.size)
                yield name, file.extractfile(entry).read()


def is_wanted(name: str, members: Sequence[str], exclude: Sequence[str]) -> bool:
    """Does a name match one of the patterns `members` and none of `exclude`?"""
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in members) and not any(
        fnmatch.fnmatchcase(name, pattern) for pattern in exclude
    )


def copy_bounded(stream: BinaryIO, target: Path, limit: int) -> None:
    """Copy a stream to a file; SourceError as soon as it is longer than `limit` bytes."""
    left = limit
    with target.open("wb") as file:
        while block := stream.read(BLOCK):
            left -= len(block)
            if left < 0:
                raise SourceError(f"longer than the {limit} bytes expected")
            file.write(block)


class _Entry(tarfile.TarInfo):
    """An entry whose headers are of bounded size: a packed one can unfold to many bytes."""

    def _proc_member(self, file: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type in _HEADERS and self.size > MAX_HEADER:
            raise tarfile.ReadError(f"a header of {self.size} bytes")
        return super()._proc_member(file)


def _entries(file: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """The entries of a tar stream. What is left of one is read here, to the end of the stream at
    most: tarfile would read on as far as the entry claims to reach.
    """
    for entry in file:
        yield entry
        while (left := file.offset - 1 - file.fileobj.tell()) > 0:
            if not file.fileobj.read(min(left, BLOCK)):
                raise tarfile.ReadError("it ends inside a member")


@contextmanager
def _readable(label: str) -> Iterator[None]:
    """Raises SourceError for what the standard library raises on a damaged archive."""
    try:
        yield
    except _DAMAGED as error:
        reason = one_line(error) or type(error).__name__
        raise SourceError(f"{label} is no readable zip or tar archive ({reason})") from None


def _left(limit: int, size: int) -> int:
    """What is left of `limit` after a file of `size` bytes; SourceError if nothing is."""
    if not 0 <= size <= limit:
        raise SourceError("the files are longer than the bytes expected")
    return limit - size


def _write(stream: BinaryIO, target: Path, limit: int, gunzip: bool) -> None:
    with gzip.GzipFile(fileobj=stream) if gunzip else stream as content:
        copy_bounded(content, target, limit)
