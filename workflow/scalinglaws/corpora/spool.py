"""Documents set aside on disk, to be read back by number; 32 bytes of memory a document."""

import tempfile
from array import array
from pathlib import Path

import numpy as np


class Spool:
    """(id, text) pairs in a temporary file of `folder`, each with a key of 16 bytes."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (closed by __exit__)
        self._rows = array("Q")  # key (two halves), start, length of the id and of the text
        self._end = 0

    def __enter__(self) -> "Spool":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def append(self, key: bytes, document_id: bytes, text: bytes) -> None:
        """Set one document aside. All documents come before the first `read`."""
        halves = int.from_bytes(key[:8], "big"), int.from_bytes(key[8:], "big")
        self._rows.extend((*halves, self._end, len(document_id) << 40 | len(text)))
        self._end += self._file.write(document_id) + self._file.write(text)

    def read(self, number: int) -> tuple[bytes, bytes]:
        """(id, text) of one document."""
        start, lengths = self._rows[4 * number + 2 : 4 * number + 4]
        n_id, n_text = lengths >> 40, lengths & (2**40 - 1)
        self._file.seek(start)
        raw = self._file.read(n_id + n_text)
        return raw[:n_id], raw[n_id:]

    def unique(self) -> tuple[np.ndarray, np.ndarray]:
        """Numbers of the documents in the order of their keys, and the leading half of each key.

        Of documents with equal keys the one with the smallest (id, text) stays.
        """
        rows = np.frombuffer(self._rows, dtype=np.uint64).reshape(-1, 4)
        order = np.lexsort((rows[:, 1], rows[:, 0]))
        keys = rows[order, :2]
        is_first = np.ones(len(order), dtype=bool)
        is_first[1:] = (keys[1:] != keys[:-1]).any(axis=1)
        starts = np.flatnonzero(is_first)
        ends = np.append(starts[1:], len(order))
        repeated = ends - starts > 1
        for start, end in zip(starts[repeated], ends[repeated], strict=True):
            order[start] = min(order[start:end], key=self.read)
        return order[starts], keys[starts, 0]
