"""Run tables of any format, spelling and sense, through the reader of somebody's own runs."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from choices import Choices
from hostile import Case, Reader
from pyarrow import feather

from scalinglaws.errors import UserError
from scalinglaws.inspection.inspect import inspect
from scalinglaws.inspection.page import page
from scalinglaws.run_tables.cells import numbers
from scalinglaws.run_tables.choose import rows_where
from scalinglaws.run_tables.how import HowToRead
from scalinglaws.run_tables.mapping import map_columns
from scalinglaws.run_tables.quantities import QUANTITIES
from scalinglaws.run_tables.reading import read_file
from scalinglaws.run_tables.rows import read_rows
from scalinglaws.run_tables.supported import supported
from scalinglaws.user_table import read_user_table

PLAIN = (
    "run",
    "N",
    "D",
    "loss",
    "step",
    "C",
    "B",
    "lr",
    "tokens",
    "S",
    "N_total",
    "seed",
    "warmup",
)
ODD = ("params_M", "log10_tokens", "flops", "eval.loss", "val_ppl", "bpb", "batch_size", "status")
ODD += ("model", "log_compute", "loss_bits", "n", "d", "l", "", " ", "x" * 300, "a\nb", "N ", "7")
ODD += tuple(name for quantity in QUANTITIES.values() for name in quantity.names[:3])
ODD += ("n_vocab", "d_model", "n_layer", "n_ctx", "steps", "C_counted", "row", "order", "state")
TYPES = (
    *(pa.float64(), pa.int64(), pa.string(), pa.float32(), pa.int8(), pa.uint64(), pa.bool_()),
    *(pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string()), pa.binary()),
    *(pa.timestamp("ns"), pa.duration("s"), pa.date32(), pa.decimal128(38, 4), pa.null()),
    *(pa.list_(pa.float64()), pa.struct([("a", pa.float64())]), pa.map_(pa.string(), pa.int8())),
    *(pa.float16(), pa.dictionary(pa.int8(), pa.int64()), pa.large_list(pa.string())),
    *(pa.time64("ns"), pa.binary_view(), pa.list_(pa.float64(), 2), pa.month_day_nano_interval()),
)
UNPARSED = ("not a readable table", "is empty", "is neither text", "is not JSON", "but no table")
STARTS = {"N": 1e6, "D": 1e9, "C": 1e16, "B": 2048, "tokens": 1e8, "N_total": 2e6, "S": 1000}
STARTS |= {"lr": 1e-3, "params_M": 2, "log10_tokens": 9, "flops": 1e15, "warmup": 10}


def _cell(choices: Choices, name: str, row: int):
    if choices.once_in(24):
        return choices.value(1)
    if name in ("run", "model"):
        return f"r{row // 3}"
    if "loss" in name:
        return 4.0 - 0.1 * row
    if name in ("step", "seed"):
        return 100 * (row % 3 + 1)
    size = STARTS.get(name, 10.0) * (row // 3 + 1)
    style = choices.below(12)
    if style == 11:
        return f"{size / 1e6}M"
    return f"{size:,.0f}" if style == 10 else size


def _columns(choices: Choices) -> list[tuple[str, list]]:
    n_rows, names = 1 + choices.below(7), []
    for name in PLAIN[: 4 + choices.below(5)]:
        names.append(choices.pick(ODD) if choices.once_in(8) else name)
    if choices.once_in(3):
        names += [choices.pick(ODD) for _ in range(choices.below(3))]
    if choices.once_in(40):
        n_rows = 0
    return [(name, [_cell(choices, name, row) for row in range(n_rows)]) for name in names]


def _arrow(choices: Choices, columns: list[tuple[str, list]]) -> pa.Table:
    arrays = []
    for _, cells in columns:
        kind = choices.pick(TYPES) if choices.once_in(6) else None
        arrays.append(_array(cells, kind))
    return pa.Table.from_arrays(arrays, names=[name for name, _ in columns])


def _array(cells: list, kind: pa.DataType | None) -> pa.Array:
    """The cells in a type, by whatever way there is; texts where there is none."""
    for convert in (lambda cell: cell, float, int, str, lambda cell: str(cell).encode()):
        try:
            return pa.array([None if cell is None else convert(cell) for cell in cells], kind)
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            continue
    if kind is not None and not pa.types.is_nested(kind):
        return pa.nulls(len(cells), kind)
    if kind is not None and pa.types.is_struct(kind):
        return pa.array([{"a": 1.0} for _ in cells], kind)
    if kind is not None and pa.types.is_map(kind):
        return pa.array([[("a", 1)] for _ in cells], kind)
    return pa.array([[1.0, 2.0] for _ in cells], kind)


def _csv(choices: Choices, columns: list[tuple[str, list]]) -> bytes:
    out = io.StringIO()
    if choices.once_in(10):
        out.write("# a comment\n\n")
    writer = csv.writer(
        out, delimiter=choices.pick(",;\t|"), lineterminator=choices.pick(["\n", "\r\n"])
    )
    writer.writerow([name for name, _ in columns])
    for row in zip(*(cells for _, cells in columns), strict=True):
        row = ["" if cell is None else cell for cell in row]
        writer.writerow(row[:-1] if choices.once_in(60) else row)
    encoding = choices.pick(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-32"])
    return out.getvalue().encode(encoding, errors="replace")


def _json(choices: Choices, columns: list[tuple[str, list]]) -> bytes:
    rows = [
        dict(zip((name for name, _ in columns), row, strict=True))
        for row in zip(*(cells for _, cells in columns), strict=True)
    ]
    shape = choices.below(6)
    if shape == 0:
        return json.dumps(rows).encode()
    if shape == 1:
        return "\n".join(map(json.dumps, rows)).encode()
    if shape == 2:
        return json.dumps(dict(columns)).encode()
    if shape == 3:
        return json.dumps(rows[0] if rows else {}).encode()
    if shape == 4:
        return json.dumps(choices.value()).encode()
    return b"[" * choices.pick([1, 5000]) + json.dumps(rows).encode()


def _document(choices: Choices) -> bytes:
    columns = _columns(choices)
    kind = choices.below(8)
    if kind <= 2:
        content = _csv(choices, columns)
    elif kind <= 4:
        content = _json(choices, columns)
    else:
        out, table = io.BytesIO(), _arrow(choices, columns)
        try:
            if kind == 7:
                feather.write_feather(table, out, compression="uncompressed")
            else:
                pq.write_table(table, out, compression="none")
        except (pa.ArrowException, ValueError, RuntimeError):  # a type that the format lacks
            return _csv(choices, columns)
        content = out.getvalue()
    content = choices.damaged(content)
    squeeze = choices.below(24)
    if squeeze == 21:
        return choices.damaged(gzip.compress(content, 1))
    if squeeze == 22:
        return choices.damaged(bz2.compress(content, 1))
    if squeeze == 23:
        return choices.damaged(pa.compress(content, "zstd", asbytes=True))
    return content


def _how(choices: Choices) -> dict:
    how: dict = {}
    if not choices.once_in(3):
        return how
    keys = (*PLAIN, *QUANTITIES, "run_id", "unknown")
    for option in ("columns", "units", "constants", "where", "ranges"):
        if choices.once_in(3):
            key = choices.pick(keys)
            how[option] = {
                "columns": lambda key: {key: choices.pick(PLAIN + ODD)},
                "units": lambda key: {
                    key: choices.pick(
                        [1e6, "millions", "log10", "bits", "ppl", "PF-days", choices.text()]
                    )
                },
                "constants": lambda key: {key: float(choices.below(10**6))},
                "where": lambda key: {key: [choices.text(), "r0", "100"]},
                "ranges": lambda key: {
                    key: (choices.pick([None, 0.0, 1e3]), choices.pick([None, 1e9, 2.0]))
                },
            }[option](key)
    how["compute"] = choices.pick([None, "6ND", "2ND", "counted", "other"])
    how["loss_at"] = choices.pick(["last", "best", "first"])
    how["skip_bad_rows"] = choices.once_in(2)
    return how


def build(choices: Choices, folder: Path) -> Case:
    """Write a table. Half are read up to their columns and numbers, for pandas is slow; the others
    to their rows, every eighth as for a fit, and now and then one is inspected."""
    how, thorough = _how(choices), choices.below(32)
    content = _document(choices)
    path = folder / "runs.csv"
    path.write_bytes(content)

    def read() -> None:
        said = HowToRead(**how)
        if thorough == 31:
            page(inspect(path, **{**how, "skip_bad_rows": None}))
        elif thorough % 8 == 0:
            found, _ = read_user_table(path, **how)
            if thorough == 24:
                supported(found)
        elif thorough % 2:
            read_rows(path, said)
        else:
            said.check()
            table = read_file(path)
            rows_where(path, table.table, said.where)
            own = (dict(said.columns), dict(said.units), dict(said.constants))
            map_columns(path, table.table, *own, table.decimal_comma)
            for column in table.table.columns:
                numbers(column, table.decimal_comma)

    return Case(read)


READER = Reader(build, (UserError,), UNPARSED)
