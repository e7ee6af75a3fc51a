"""Documents to train, validation and test splits that depend on the documents alone.

The hash of a document's normalised text says which split it belongs to and where it stands in it:
the order of the raw file, and documents added elsewhere, change nothing. The test split takes the
lowest hashes, then validation, so that a smaller training share leaves the test split as it was.

Two passes keep the memory small: the first spools the texts to a temporary file and keeps only
(hash, place in the spool), the second reads them back in the order of the hash.
"""

import hashlib
import json
import os
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from scalinglaws.atomic import atomic_write
from scalinglaws.errors import UserError

SPLITS = ("train", "validation", "test")
ROWS = 500  # documents a row group
SCHEMA = pa.schema([("document_id", pa.string()), ("text", pa.large_string())])


def text_hash(text: str) -> bytes:
    """16 bytes of BLAKE2b of the text without differences of case, spacing and Unicode form."""
    normal = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return hashlib.blake2b(normal.encode(), digest_size=16).digest()


def split_of(digest: bytes, shares: Mapping[str, float]) -> str:
    """The split of a document, from the leading 64 bits of its hash read as a number in [0, 1)."""
    place = int.from_bytes(digest[:8], "big") / 2**64
    if place < shares["test"]:
        return "test"
    return "validation" if place < shares["test"] + shares["validation"] else "train"


def split_documents(
    documents: Iterable[tuple[str, str]], shares: Mapping[str, float], targets: Mapping[str, Path]
) -> dict[str, dict[str, int]]:
    """Write one Parquet file a split and return counts a split: documents, characters, bytes.

    Of documents with equal normalised text the one with the smallest (id, text) stays. A split
    without documents becomes a file without rows.
    """
    folder = Path(targets["train"]).parent
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as spool:
        index: dict[bytes, tuple[str, int, int]] = {}
        for document_id, text in documents:
            raw = _utf8(document_id, text)
            digest = text_hash(text)
            if digest in index:
                other_id, start, length = index[digest]
                if (other_id, _read(spool, start, length)) <= (document_id, raw):
                    continue
            start = spool.seek(0, os.SEEK_END)
            spool.write(raw)
            index[digest] = (document_id, start, len(raw))

        order = sorted(index)
        return {
            split: _write_split(
                (
                    (index[digest][0], _read(spool, *index[digest][1:]).decode())
                    for digest in order
                    if split_of(digest, shares) == split
                ),
                Path(targets[split]),
            )
            for split in SPLITS
        }


def write_summary(counts: Mapping[str, Mapping[str, int]], path: Path) -> None:
    """The counts a split as JSON."""
    with atomic_write(Path(path)) as partial:
        partial.write_text(json.dumps(counts, indent=2) + "\n")


def read_texts(path: Path) -> Iterator[str]:
    """The texts of a split in order, one row group in memory at a time."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=ROWS, columns=["text"]):
            yield from batch.column("text").to_pylist()


def _write_split(documents: Iterator[tuple[str, str]], path: Path) -> dict[str, int]:
    counts = {"documents": 0, "characters": 0, "bytes": 0}
    with (
        atomic_write(path) as partial,
        pq.ParquetWriter(partial, SCHEMA, compression="zstd") as writer,
    ):
        ids: list[str] = []
        texts: list[str] = []

        def flush() -> None:
            writer.write_table(pa.table([ids, texts], schema=SCHEMA), row_group_size=ROWS)
            ids.clear()
            texts.clear()

        for document_id, text in documents:
            ids.append(document_id)
            texts.append(text)
            counts["documents"] += 1
            counts["characters"] += len(text)
            counts["bytes"] += len(text.encode())
            if len(ids) == ROWS:
                flush()
        if ids:
            flush()
    return counts


def _utf8(document_id: str, text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise UserError(
            f"document {document_id!r}: a lone surrogate cannot be written; mend the raw text"
        ) from None


def _read(spool, start: int, length: int) -> bytes:
    spool.seek(start)
    return spool.read(length)
