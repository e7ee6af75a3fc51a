"""JSONL, the raw format of corpora of many files: one {"id": .., "text": ..} a line.

A first line {"origin": [..]} may say what was read, where the catalogue cannot: versions of
Debian packages, a data set's revision. Files compressed with gzip or zstd are told by their first
bytes. Everything streams, and no record may be longer than `MAX_RECORD`.
"""

import gzip
import io
import json
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from scalinglaws.errors import UserError

MAX_RECORD = 2**26  # bytes; one record is held in memory
_DAMAGED = (OSError, EOFError, zlib.error, pa.ArrowException)  # of a packed file
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


def json_line(record: dict) -> bytes:
    """One line of JSONL."""
    return json.dumps(record, ensure_ascii=False).encode() + b"\n"


def write_sorted_jsonl(
    documents: Iterable[tuple[str, str]], target: Path, origin: Sequence[str] = ()
) -> None:
    """Write documents in the order of their ids, whatever order they come in."""
    places: dict[str, tuple[int, int]] = {}
    with tempfile.TemporaryFile(dir=target.parent) as spool, target.open("wb") as file:
        for document_id, text in documents:
            line = json_line({"id": document_id, "text": text})
            places[document_id] = (spool.tell(), len(line))
            spool.write(line)
        if origin:
            file.write(json_line({"origin": list(origin)}))
        for document_id in sorted(places):
            start, length = places[document_id]
            spool.seek(start)
            file.write(spool.read(length))


def read_records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line number, record) of every line but empty ones and the line of the origin.

    Raises UserError that names file and line if a line is no JSON object or the file is damaged.
    """
    number = 0
    try:
        with _open(path) as lines:
            while line := lines.readline(MAX_RECORD + 1):
                number += 1
                if len(line) > MAX_RECORD:
                    raise UserError(f"{path}, line {number}: longer than {MAX_RECORD} bytes")
                if line.strip() and not (number == 1 and line.startswith(b'{"origin": [')):
                    yield number, _parse(path, number, line)
    except _DAMAGED as error:
        reason = " ".join(str(error).split())
        raise UserError(f"{path}, after line {number}: cannot be read ({reason})") from None


def read_documents(path: Path, text_field: str, id_field: str | None) -> Iterator[tuple[str, str]]:
    """(id, text) of every record; without an `id_field` the line number is the id."""
    for number, record in read_records(path):
        yield pick(record, text_field, id_field, str(number), f"{path}, line {number}")


def pick(
    record: dict[str, Any], text_field: str, id_field: str | None, default: str, place: str
) -> tuple[str, str]:
    """(id, text) of one record. Raises UserError at `place` if a field is missing or no text."""
    for field in filter(None, (id_field, text_field)):
        if field not in record:
            there = ", ".join(map(repr, record)) or "none"
            raise UserError(f"{place}: no field {field!r}; there are: {there:.200}")
    text = record[text_field]
    if not isinstance(text, str):
        raise UserError(f"{place}: field {text_field!r} is {type(text).__name__}, want a text")
    return (str(record[id_field]) if id_field else default), text


def read_origin(path: Path) -> list[str]:
    """What the first line of a raw file says about what was read; empty if it says nothing."""
    try:
        with _open(path) as lines:
            first = lines.readline(MAX_RECORD)
    except _DAMAGED:
        return []
    if not first.startswith(b'{"origin": ['):
        return []
    return [str(line) for line in _parse(path, 1, first)["origin"]]


def _open(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        magic = file.read(4)
    if magic[:2] == _GZIP:
        return gzip.open(path)
    if magic == _ZSTD:
        return io.BufferedReader(pa.input_stream(str(path), compression="zstd"))
    return path.open("rb")


def _parse(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path}, line {number}: not JSON ({error})") from None
    if not isinstance(record, dict):
        raise UserError(f"{path}, line {number}: not a JSON object")
    return record
