"""Columns of a file in the few types that the rest of the reading knows."""

import pyarrow as pa

KEPT = (
    *(pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_boolean),
    *(pa.types.is_string, pa.types.is_null, pa.types.is_list, pa.types.is_large_list),
    *(pa.types.is_timestamp, pa.types.is_date),
)


def plain_columns(table: pa.Table) -> pa.Table:
    """Structs become columns ``outer.inner``; text is one type, and what is strange becomes text.

    Raises:
        pa.ArrowException: the table breaks the rules of its own format, such as text that is no
            UTF-8, or columns that are deeper than can be flattened.
    """
    table.validate(full=True)
    while any(pa.types.is_struct(kind) for kind in table.schema.types):
        table = table.flatten()
    columns = [_plain(column) for column in table.columns]
    return pa.table(columns, names=table.column_names)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    kind = column.type
    if any(is_kept(kind) for is_kept in KEPT):
        return column
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return column.cast(pa.string())
    cells = [None if cell is None else _text(cell) for cell in column.to_pylist()]
    return pa.chunked_array([pa.array(cells, pa.string())])


def _text(cell: object) -> str:
    """Parquet of older programs stores text as bytes without saying that it is text."""
    return cell.decode(errors="replace") if isinstance(cell, bytes) else str(cell)
