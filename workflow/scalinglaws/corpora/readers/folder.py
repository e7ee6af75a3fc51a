"""A user's own folder, by its manifest: text, JSONL or Parquet, streamed file by file."""

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from scalinglaws.corpora.hashes import file_hash
from scalinglaws.corpora.jsonl import MAX_RECORD, pick, read_documents, read_records
from scalinglaws.errors import UserError

ROWS = 100  # of Parquet in memory at a time

Documents = Iterator[tuple[str, str]]


def read_folder(path: Path) -> Documents:
    """(file name, or file name and id; text) of every document that is not blank.

    Raises UserError that names the file if it is not the one of the manifest any more, and the
    line or row if a record is no text.
    """
    (_, settings), *files = read_records(path)
    fields = settings["text_field"], settings["id_field"]
    for _, listed in files:
        file = Path(settings["path"], listed["name"])
        _check(file, listed, path)
        for document_id, text in _read(file, *fields):
            if text.strip():
                name = listed["name"]
                yield f"{name}:{document_id}" if document_id else name, text


def _read(file: Path, text_field: str, id_field: str | None) -> Documents:
    if file.name.endswith(".txt"):
        yield "", _read_text(file)
    elif file.name.endswith(".parquet"):
        yield from _read_parquet(file, text_field, id_field)
    else:
        yield from read_documents(file, text_field, id_field)


def _check(file: Path, listed: dict, manifest: Path) -> None:
    mend = f"remove {manifest}, so that the folder is read anew"
    if not file.is_file():
        raise UserError(f"{file}: missing, {manifest} lists it; {mend}")
    if file.stat().st_size != listed["bytes"] or file_hash(file) != listed["sha256"]:
        raise UserError(f"{file}: changed since {manifest} was written; {mend}")


def _read_text(file: Path) -> str:
    if file.stat().st_size > MAX_RECORD:
        raise UserError(
            f"{file}: longer than {MAX_RECORD} bytes; a .txt file is one document: "
            "cut it up, or use JSONL with a document a line"
        )
    try:
        return file.read_bytes().decode()
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        raise UserError(f"{file}, line {line}: not UTF-8 ({error.reason})") from None


def _read_parquet(file: Path, text_field: str, id_field: str | None) -> Documents:
    number = 0
    try:
        with pq.ParquetFile(file) as table:
            # Columns that are missing are told by `pick`, as in the other formats.
            wanted = [name for name in (text_field, id_field) if name in table.schema_arrow.names]
            for batch in table.iter_batches(batch_size=ROWS, columns=wanted or None):
                for record in batch.to_pylist():
                    number += 1
                    place = f"{file}, row {number}"
                    yield pick(record, text_field, id_field, str(number), place)
    except (pa.ArrowException, OSError) as error:
        reason = json.dumps(str(error).split("\n")[0])[1:-1]
        raise UserError(f"{file}, after row {number}: cannot be read ({reason})") from None
