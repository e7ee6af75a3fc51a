"""A user's own folder, by its manifest: text, JSONL or Parquet, streamed file by file."""

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pyarrow as pa
import pyarrow.parquet as pq

from scalinglaws.corpora.hashes import file_hash
from scalinglaws.corpora.jsonl import MAX_RECORD, pick, read_documents, read_records
from scalinglaws.errors import UserError
from scalinglaws.wording import one_line, shown

ROWS = 100  # of Parquet in memory at a time

Documents = Iterator[tuple[str, str]]


def read_folder(path: Path) -> Documents:
    """(file name, or file name and id; text) of every document that is not blank.

    Raises UserError that names the file if it is not the one of the manifest any more, and the
    line or row if a record is no text.
    """
    settings, files = _manifest(path)
    fields = settings["text_field"], settings["id_field"]
    for listed in files:
        file = Path(settings["path"], listed["name"])
        _check(file, listed, path)
        for document_id, text in _read(file, *fields):
            if text.strip():
                name = listed["name"]
                yield f"{name}:{document_id}" if document_id else name, text


def _manifest(path: Path) -> tuple[dict, list[dict]]:
    """What stands for the folder, and what for each of its files.

    Raises UserError if the file is no manifest, or names a file outside the folder.
    """
    settings, *files = [record for _, record in read_records(path)] or [{}]
    named = isinstance(settings.get("path"), str) and isinstance(settings.get("text_field"), str)
    named &= isinstance(settings.get("id_field", 0), str | None)
    if not (named and all(isinstance(one.get("name"), str) for one in files)):
        raise UserError(f"{path}: not the manifest of a folder; remove it, so that it is made anew")
    for one in files:
        name = PurePosixPath(one["name"])
        if name.is_absolute() or ".." in name.parts:
            raise UserError(f"{path}: names {shown(one['name'])}, which is outside the folder")
    return settings, files


def _read(file: Path, text_field: str, id_field: str | None) -> Documents:
    if file.name.endswith(".txt"):
        yield "", _read_text(file)
    elif file.name.endswith(".parquet"):
        yield from _read_parquet(file, text_field, id_field)
    else:
        yield from read_documents(file, text_field, id_field)


def _check(file: Path, listed: dict, manifest: Path) -> None:
    mend = f"remove {manifest}, so that the folder is read anew"
    if not _is_file(file):
        raise UserError(f"{one_line(file)}: missing, {manifest} lists it; {mend}")
    if file.stat().st_size != listed.get("bytes") or file_hash(file) != listed.get("sha256"):
        raise UserError(f"{one_line(file)}: changed since {manifest} was written; {mend}")


def _is_file(file: Path) -> bool:
    try:
        return file.is_file()
    except OSError:  # a name that is too long for any file
        return False


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
    except (pa.ArrowException, OSError, ValueError, ArithmeticError) as error:
        reason = json.dumps(str(error).split("\n")[0])[1:-1]
        raise UserError(f"{file}, after row {number}: cannot be read ({reason})") from None
