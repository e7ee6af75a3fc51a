"""A file of runs as an Arrow table: Parquet, CSV or JSON, told by its content, not by its name."""

import io
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv, feather
from pyarrow import json as arrow_json

from scalinglaws.errors import UserError
from scalinglaws.run_tables.types import plain_columns
from scalinglaws.wording import one_line

FORMATS = "give a table of runs as Parquet, CSV or JSON lines"
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
COMPRESSED = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bz2"}
# What pyarrow, codecs and JSON raise on a file that is damaged, or nested beyond reason.
BROKEN = (pa.ArrowException, EOFError, OSError, ValueError, RecursionError, OverflowError)
FOREIGN = {
    b"PK\x03\x04": "is a spreadsheet or a zip archive; save the table as CSV",
    b"\x89HDF": "is HDF5; save the table as Parquet or CSV",
    b"\x93NUMPY": "is a NumPy array; save the table as Parquet or CSV",
    b"\x80": "looks like a pickle, which is never opened; save the table as Parquet or CSV",
}
BLOCK = 1 << 24
LONGEST_UNPACKED = 1 << 32  # bytes: a small file can be packed to hold any number of them
LONGEST_NAME = 1000


@dataclass(frozen=True)
class Read:
    """``table``; the line of the file that its first row stands on; how the text was taken where
    that was not plain (``notes``); and whether a comma is the decimal point."""

    table: pa.Table
    first_row: int
    notes: tuple[str, ...] = ()
    decimal_comma: bool = False


def read_file(path: str | Path) -> Read:
    """The table at ``path``; structs are flattened to columns ``outer.inner``.

    Raises:
        UserError: no file, no table, an encoding or separator that cannot be told, a column that
            stands twice; one line.
    """
    path = Path(path)
    if path.is_dir():
        raise UserError(f"{path}: is a folder; {FORMATS}")
    if not path.is_file():
        raise UserError(f"{path}: no such file; {FORMATS}")
    try:
        found = _parse(path, path.read_bytes())
        table = plain_columns(found.table)
    except PermissionError:
        raise UserError(f"{path}: may not be read; change its permissions") from None
    except BROKEN as error:
        # pyarrow's first line names the row at fault.
        first = one_line((str(error).strip() or type(error).__name__).splitlines()[0])
        raise UserError(f"{path}: not a readable table ({first}); {FORMATS}") from None
    names = (one_line(name, LONGEST_NAME) for name in table.column_names)
    # A column without a name, such as the row numbers that pandas writes, is told by its place.
    table = table.rename_columns([name or f"column {i}" for i, name in enumerate(names, start=1)])
    _check_names(path, table.column_names)
    if not len(table):
        raise UserError(f"{path}: has a header but no rows; {FORMATS}")
    return Read(table, found.first_row, found.notes, found.decimal_comma)


def _parse(path: Path, data: bytes) -> Read:
    for magic, codec in COMPRESSED.items():
        if data.startswith(magic):
            with pa.CompressedInputStream(pa.BufferReader(data), codec) as stream:
                data = _unpacked(path, stream)
            break
    if not data.strip():
        raise UserError(f"{path}: is empty; {FORMATS}")
    if data.startswith(b"PAR1"):
        with pq.ParquetFile(pa.BufferReader(data)) as file:
            return Read(file.read(), first_row=1)
    if data.startswith(b"ARROW1"):
        return Read(feather.read_table(pa.BufferReader(data)), first_row=1)
    for magic, reason in FOREIGN.items():
        if data.startswith(magic):
            raise UserError(f"{path}: {reason}")
    text, notes = _decoded(path, data)
    start = text[:64].lstrip()
    if start.startswith("{") or (start.startswith("[") and path.suffix.lower() != ".csv"):
        return Read(_json(path, text), first_row=1, notes=notes)
    return _csv(path, text, notes)


def _unpacked(path: Path, stream: pa.NativeFile) -> bytes:
    """All of a stream, block by block: it says nothing of its length before it has been read."""
    blocks, length = [], 0
    while block := stream.read(BLOCK):
        length += len(block)
        if length > LONGEST_UNPACKED:
            raise UserError(f"{path}: unpacks to more than {LONGEST_UNPACKED} bytes; cut it up")
        blocks.append(block)
    return b"".join(blocks)


def _decoded(path: Path, data: bytes) -> tuple[str, tuple[str, ...]]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16"), (f"{path}: read as UTF-16",)
    if b"\0" in data[:4096]:
        raise UserError(f"{path}: is neither text nor Parquet; {FORMATS}")
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        how = f"{path}: line {line} is not UTF-8; the file is read as Windows-1252"
        return data.decode("cp1252", errors="replace"), (how,)


def _json(path: Path, text: str) -> pa.Table:
    """One object a line, a list of objects, or an object of columns."""
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        if text.lstrip().startswith("["):
            raise UserError(f"{path}: line {error.lineno} is not JSON ({error.msg})") from None
        return arrow_json.read_json(
            io.BytesIO(text.encode()), arrow_json.ReadOptions(block_size=BLOCK)
        )
    if isinstance(whole, list) and all(isinstance(row, dict) for row in whole):
        names = list(dict.fromkeys(name for row in whole for name in row))
        columns = {name: [row.get(name) for row in whole] for name in names}
    elif isinstance(whole, dict):
        columns = whole if _is_columns(whole) else {name: [cell] for name, cell in whole.items()}
    else:
        raise UserError(f"{path}: is JSON, but no list of rows; {FORMATS}")
    return pa.table({name: _column(cells) for name, cells in columns.items()})


def _is_columns(whole: dict) -> bool:
    lengths = {len(cells) for cells in whole.values() if isinstance(cells, list)}
    return len(lengths) == 1 and all(isinstance(cells, list) for cells in whole.values())


def _column(cells: list) -> pa.Array:
    try:
        return pa.array(cells)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):  # numbers and texts in one column
        return pa.array([None if cell is None else str(cell) for cell in cells])


def _csv(path: Path, text: str, notes: tuple[str, ...]) -> Read:
    lines = text.splitlines()[:200]
    skipped = next((i for i, line in enumerate(lines) if line.strip() and line[0] != "#"), None)
    if skipped is None:
        raise UserError(f"{path}: has comments but no table; {FORMATS}")
    separator = _separator(lines[skipped])
    if separator != ",":
        notes += (f"{path}: columns are separated by {SEPARATORS[separator]}",)
    comma = separator != "," and bool(
        re.search(rf"(^|{re.escape(separator)})-?\d+,\d+", "\n".join(lines[skipped + 1 :]), re.M)
    )
    if comma:
        notes += (f"{path}: a comma is read as the decimal point",)
    options = {
        # Of several threads none knows the number of a row that is at fault.
        "read_options": csv.ReadOptions(skip_rows=skipped, block_size=BLOCK, use_threads=False),
        "parse_options": csv.ParseOptions(delimiter=separator, newlines_in_values='"' in text),
    }
    data = text.encode()
    try:
        table = csv.read_csv(io.BytesIO(data), **options)
    except pa.ArrowInvalid:
        # Types are told from the first block; where a later one differs, all is read as text.
        names = csv.open_csv(io.BytesIO(data), **options).schema.names
        as_text = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
        as_text.strings_can_be_null = True
        table = csv.read_csv(io.BytesIO(data), **options, convert_options=as_text)
    return Read(table, skipped + 2, notes, comma)


def _separator(header: str) -> str:
    plain = re.sub(r'"[^"]*"', "", header)
    counts = Counter({separator: plain.count(separator) for separator in SEPARATORS})
    return counts.most_common(1)[0][0] if counts.total() else ","


def _check_names(path: Path, names: list[str]) -> None:
    if repeated := [name for name, count in Counter(names).items() if count > 1]:
        raise UserError(f"{path}: column {repeated[0]!r} stands twice; rename one")
    if names and all(re.fullmatch(r"\s*[-+]?\d[\d.eE+-]*\s*", name) for name in names):
        raise UserError(f"{path}: its first line holds numbers; give it a header of column names")
