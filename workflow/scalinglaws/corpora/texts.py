"""A split of text on disk: Parquet of documents, written and read in bounded memory."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from scalinglaws.atomic import atomic_write

ROWS = 500  # documents a row group
BATCH_CHARACTERS = 2**23  # ... or fewer, if they are long
SCHEMA = pa.schema([("document_id", pa.string()), ("text", pa.large_string())])


def write_texts(documents: Iterable[tuple[str, str]], path: Path | str) -> dict[str, int]:
    """Write (id, text) pairs; return counts: documents, characters, bytes (UTF-8).

    Without documents it becomes a file without rows. The file appears whole or not at all.
    """
    counts = {"documents": 0, "characters": 0, "bytes": 0}
    with (
        atomic_write(Path(path)) as partial,
        pq.ParquetWriter(partial, SCHEMA, compression="zstd") as writer,
    ):
        for batch in _batches(documents):
            ids, texts = map(list, zip(*batch, strict=True))
            writer.write_table(pa.table([ids, texts], schema=SCHEMA), row_group_size=ROWS)
            counts["documents"] += len(texts)
            counts["characters"] += sum(map(len, texts))
            counts["bytes"] += sum(len(text.encode()) for text in texts)
    return counts


def read_texts(path: Path | str) -> Iterator[str]:
    """The texts of a split in order, one row group in memory at a time."""
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            yield from file.read_row_group(group, columns=["text"]).column("text").to_pylist()


def _batches(documents: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    batch: list[tuple[str, str]] = []
    characters = 0
    for document in documents:
        batch.append(document)
        characters += len(document[1])
        if len(batch) == ROWS or characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch
