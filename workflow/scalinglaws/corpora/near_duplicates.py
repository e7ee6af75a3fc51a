"""Training documents that nearly duplicate a document of the test or the validation split.

Two documents are near-duplicates if the Jaccard similarity of their sets of 5-word shingles is
`THRESHOLD` or more. One word in twenty changed leaves about 0.95^5 = 77 % of the shingles, hence
a similarity near 0.63; half is below that and far above unrelated text, which shares next to none.

Candidates are found by MinHash (Broder 1997) with locality-sensitive hashing: 40 bands of 3 rows
find a pair of similarity 0.5 with probability 1 - (1 - 0.5^3)^40 = 99.5 %, one of 0.63 with more
than 99.999 %. Each candidate is then compared exactly, so nothing is dropped by mistake.

The training copy goes, never the test copy: a test split is the same whatever is trained on.
Only the band keys of the held-out splits are kept in memory (480 bytes a document); the training
split streams past. Similar texts of very different length are not meant: a quotation is
counted by the overlap of 13-grams on the data card.
"""

from collections.abc import Callable, Iterable

import numpy as np

from scalinglaws.corpora.shingles import jaccard, mix, shingles

THRESHOLD = 0.5
BANDS, ROWS_A_BAND = 40, 3
_CHUNK = 1024  # shingles hashed at once: the table of all functions stays in the cache

_COUNT = np.arange(1, BANDS * ROWS_A_BAND + 1, dtype=np.uint64)[:, None]
_MULTIPLIER = mix(_COUNT) | np.uint64(1)  # one function a row: h -> a h + b modulo 2^64
_OFFSET = mix(_COUNT + np.uint64(2**32))


def minhash(hashes: np.ndarray) -> np.ndarray:
    """The smallest value of each hash function over a set of shingles, (120,) uint64."""
    smallest = np.full(len(_COUNT), np.iinfo(np.uint64).max, dtype=np.uint64)
    for start in range(0, hashes.size, _CHUNK):
        values = _MULTIPLIER * hashes[None, start : start + _CHUNK] + _OFFSET
        np.minimum(smallest, values.min(axis=1), out=smallest)
    return smallest


def band_keys(hashes: np.ndarray) -> np.ndarray:
    """One key a band, (40,) uint64: two documents with an equal key are candidates."""
    keys = np.arange(BANDS, dtype=np.uint64)
    for row in minhash(hashes).reshape(BANDS, ROWS_A_BAND).T:
        keys = mix(keys + row)
    return keys


class HeldOut:
    """The documents of the held-out splits, to compare training documents with.

    `read` gives the text of a held-out document again, by its number in the order of `add`.
    """

    def __init__(self, read: Callable[[int], str]) -> None:
        self._read = read
        self._keys: list[np.ndarray] = []
        self._owners: list[int] = []
        self._splits: list[str] = []
        self._sorted: tuple[np.ndarray, np.ndarray] | None = None
        self.found = {"test": 0, "validation": 0}
        self.dropped = {"documents": 0, "bytes": 0}

    def add(self, split: str, text: str) -> None:
        """Take in the next document of a held-out split."""
        number, hashes = len(self._splits), shingles(text)
        self._splits.append(split)
        if hashes.size:
            self._keys.append(band_keys(hashes))
            self._owners.append(number)

    def resembles(self, text: str) -> bool:
        """Is this training document nearly a held-out one? Counted if so, by split."""
        hashes = shingles(text)
        if not (hashes.size and self._keys):
            return False
        waiting = self._candidates(band_keys(hashes))
        matched = {
            split
            for split in self.found
            if any(
                jaccard(shingles(self._read(number)), hashes) >= THRESHOLD
                for number in waiting
                if self._splits[number] == split
            )
        }
        for split in matched:
            self.found[split] += 1
        if matched:
            self.dropped["documents"] += 1
            self.dropped["bytes"] += len(text.encode())
        return bool(matched)

    def summary(self) -> dict:
        """What was found: training documents dropped, and how many resembled which split."""
        return {
            "threshold": THRESHOLD,
            "dropped_documents": self.dropped["documents"],
            "dropped_bytes": self.dropped["bytes"],
            "like_test": self.found["test"],
            "like_validation": self.found["validation"],
        }

    def _candidates(self, keys: np.ndarray) -> list[int]:
        """Numbers of the held-out documents that share a band key, in order."""
        known, owners = self._index()
        first, last = np.searchsorted(known, keys), np.searchsorted(known, keys, side="right")
        return sorted({int(n) for a, b in zip(first, last, strict=True) for n in owners[a:b]})

    def _index(self) -> tuple[np.ndarray, np.ndarray]:
        if self._sorted is None:
            keys = np.concatenate(self._keys)
            order = np.argsort(keys, kind="stable")
            owners = np.repeat(np.array(self._owners, dtype=np.uint32), BANDS)
            self._sorted = keys[order], owners[order]
        return self._sorted


def without_near_duplicates(
    documents: Iterable[tuple[str, str]], held_out: HeldOut
) -> Iterable[tuple[str, str]]:
    """The training documents that resemble no held-out one, as they stream past."""
    return (document for document in documents if not held_out.resembles(document[1]))
