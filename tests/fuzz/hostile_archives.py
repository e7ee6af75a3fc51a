"""Zip and tar archives whose members try to leave, to fill the disk, or to be something else."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import warnings
import zipfile
from pathlib import Path

from choices import Choices
from hostile import Case, Reader

from scalinglaws.corpora.archives import SourceError, extract_member, read_members
from scalinglaws.corpora.declarations import UrlSource
from scalinglaws.corpora.sources.archive import write_raw

LIMIT = 4096  # bytes that may come out of an archive
NAMES = (
    *(
        "a.txt",
        "b/c.txt",
        "../escape.txt",
        "/absolute.txt",
        "C:\\drive.txt",
        "..\\up.txt",
        "a.txt/",
    ),
    *(
        "./a.txt",
        "b/../../escape.txt",
        "",
        ".",
        "..",
        "/",
        "\\\\host\\share.txt",
        "x" * 300 + ".txt",
    ),
    *(
        "nul\0byte.txt",
        "é.txt",
        "line\nend.txt",
        "~/.txt",
        "-rf.txt",
        "d/" * 120 + "e.txt",
        "CON.txt",
    ),
)
PATTERNS = ("*", "*.txt", "a.txt", "**", "../*", "[", "[!a]*", "?" * 50, "*a" * 30)
KINDS = (
    *(tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE),
    *(tarfile.FIFOTYPE, tarfile.DIRTYPE, tarfile.GNUTYPE_SPARSE, tarfile.CONTTYPE, b"Z"),
)


def _content(choices: Choices) -> bytes:
    kind = choices.below(8)
    if kind == 6:
        return b"\0" * choices.pick([LIMIT + 1, 10**6])  # packs to nearly nothing
    if kind == 7:
        return choices.damaged(gzip.compress(b"\0" * choices.pick([10, 10**6]), 1))
    return choices.pick([b"text", b"", b"\xff\xfe", b"x" * LIMIT, b"x" * 1000, b"\xc3\xa9"])


def _zip(choices: Choices, names: list[str]) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as file:
        warnings.simplefilter("ignore")  # names that stand twice are wanted
        for name in names:
            method = choices.pick([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_LZMA])
            entry = zipfile.ZipInfo(name or "a.txt")
            entry.compress_type = method
            if choices.once_in(8):
                entry.external_attr = 0o120777 << 16  # a symbolic link, as Unix writes it
            file.writestr(entry, _content(choices))
    content = bytearray(out.getvalue())
    if names and choices.once_in(
        6
    ):  # a directory that lies about a size, a method, a flag or a place
        at = content.find(b"PK\x01\x02")
        field = choices.pick([8, 10, 20, 24, 28, 42])
        struct.pack_into("<H", content, at + field, choices.below(2**16))
    return bytes(content)


def _tar(choices: Choices, names: list[str]) -> bytes:
    out = io.BytesIO()
    form = choices.pick([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
    with tarfile.open(
        fileobj=out, mode=choices.pick(["w", "w", "w:gz", "w:bz2", "w:xz"]), format=form
    ) as file:
        for name in names:
            entry, content = tarfile.TarInfo(name), _content(choices)
            entry.type = choices.pick(KINDS) if choices.once_in(4) else tarfile.REGTYPE
            entry.linkname = choices.pick(NAMES).replace("\0", "")
            entry.size = len(content) if entry.type == tarfile.REGTYPE else 0
            if choices.once_in(10) and form == tarfile.PAX_FORMAT:
                keys = (
                    "size",
                    "path",
                    "GNU.sparse.size",
                    "GNU.sparse.map",
                    "GNU.sparse.major",
                    "mtime",
                )
                entry.pax_headers = {
                    choices.pick(keys): choices.pick(["-1", "x", "9" * 30, "1.0", "../x", "1,2,3"])
                }
            try:
                file.addfile(entry, io.BytesIO(content))
            except (ValueError, tarfile.TarError, OSError):  # a name that the format cannot hold
                continue
    return out.getvalue()


def build(choices: Choices, folder: Path) -> Case:
    """An archive and a way to ask for its members; its target lies beside it."""
    names = [
        choices.pick(NAMES[:3]) if choices.once_in(2) else choices.pick(NAMES)
        for _ in range(choices.below(5))
    ]
    content = _zip(choices, names) if choices.below(2) else _tar(choices, names)
    archive, target = folder / "archive", folder / "raw"
    archive.write_bytes(choices.damaged(content))
    way = choices.below(3)
    asked = [name for name in names if name.isprintable()]  # by the catalogue, not by the archive
    member, gunzip = choices.pick([*asked, "a.txt"]), choices.once_in(3)
    members, exclude = (
        (choices.pick(PATTERNS),),
        (choices.pick(PATTERNS),) if choices.once_in(4) else (),
    )

    def read() -> None:
        if way == 0:
            extract_member(archive, member, target, LIMIT, gunzip)
            assert target.stat().st_size <= LIMIT
        elif way == 1:
            total = sum(len(text) for _, text in read_members(archive, members, exclude, LIMIT))
            assert total <= LIMIT
        else:
            encoding = choices.pick(["utf-8", "latin-1"])
            source = UrlSource(
                kind="url", url="https://a", members=members, exclude=exclude, encoding=encoding
            )
            write_raw(archive, source, target, LIMIT)

    return Case(read)


# `fetch` turns an OSError into a reason against the source, as it does with SourceError.
READER = Reader(build, (SourceError, OSError), ("no readable zip or tar",))
