"""Documents to train, validation and test splits that depend on the documents alone.

The hash of a document's normalised text says which split it belongs to and where it stands in it:
the order of the raw file, and documents added elsewhere, change nothing. The test split takes the
lowest hashes, then validation, so that a smaller training share leaves the test split as it was.
Training documents that nearly duplicate a held-out one are dropped (see `near_duplicates`).

Two passes keep the memory small: the first sets the texts aside on disk and keeps their hashes
and places, the second reads them back in the order of the hash.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np

from scalinglaws.atomic import atomic_write
from scalinglaws.corpora.near_duplicates import HeldOut, without_near_duplicates
from scalinglaws.corpora.spool import Spool
from scalinglaws.corpora.texts import write_texts
from scalinglaws.errors import UserError

SPLITS = ("train", "validation", "test")


def text_hash(text: str) -> bytes:
    """16 bytes of BLAKE2b of the text without differences of case, spacing and Unicode form."""
    normal = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return hashlib.blake2b(normal.encode(), digest_size=16).digest()


def split_of_text(text: str, shares: Mapping[str, float]) -> str:
    """The split that a text falls into."""
    leading = np.array([int.from_bytes(text_hash(text)[:8], "big")], dtype=np.uint64)
    return next(s for s, place in boundaries(leading, shares).items() if place.stop > place.start)


def boundaries(hashes: np.ndarray, shares: Mapping[str, float]) -> dict[str, slice]:
    """The place of each split in a sorted array of the leading 64 bits of the hashes.

    The hash is read as a number in [0, 1): test below its share, then validation, then train.
    """
    numbers = hashes / 2.0**64
    test = int(np.searchsorted(numbers, shares["test"]))
    held_out = int(np.searchsorted(numbers, shares["test"] + shares["validation"]))
    if not shares["train"]:  # the largest hashes may round to 1
        held_out = len(hashes)
        test = test if shares["validation"] else held_out
    return {
        "test": slice(0, test),
        "validation": slice(test, held_out),
        "train": slice(held_out, len(hashes)),
    }


def split_documents(
    documents: Iterable[tuple[str, str]], shares: Mapping[str, float], targets: Mapping[str, Path]
) -> dict[str, dict]:
    """Write one Parquet file a split; return what summary.json says of them.

    That is {train, validation, test: {documents, characters, bytes}, near_duplicates: {...}}.
    Of documents with equal normalised text the one with the smallest (id, text) stays. A split
    without documents becomes a file without rows.
    """
    folder = Path(targets["train"]).parent
    folder.mkdir(parents=True, exist_ok=True)
    with Spool(folder) as spool:
        for document_id, text in documents:
            raw = _utf8(document_id, text)
            spool.append(text_hash(text), *raw)
        order, hashes = spool.unique()
        place = boundaries(hashes, shares)
        held_out = HeldOut(lambda number: spool.read(int(order[number]))[1].decode())

        def read(split: str) -> Iterator[tuple[str, str]]:
            for number in order[place[split]]:
                document_id, text = map(bytes.decode, spool.read(int(number)))
                if split != "train" and shares["train"]:  # in the order of the hash, as `order` is
                    held_out.add(split, text)
                yield document_id, text

        counts = {split: write_texts(read(split), targets[split]) for split in SPLITS[:0:-1]}
        kept = without_near_duplicates(read("train"), held_out)
        counts["train"] = write_texts(kept, targets["train"])
    return {split: counts[split] for split in SPLITS} | {"near_duplicates": held_out.summary()}


def write_summary(summary: Mapping[str, object], path: Path) -> None:
    """The summary as JSON."""
    with atomic_write(Path(path)) as partial:
        partial.write_text(json.dumps(summary, indent=2, ensure_ascii=False) + "\n")


def _utf8(document_id: str, text: str) -> tuple[bytes, bytes]:
    try:
        return document_id.encode(), text.encode()
    except UnicodeEncodeError:
        raise UserError(
            f"document {document_id!r}: a lone surrogate cannot be written; mend the raw text"
        ) from None
