"""How much of a test split was seen in training: the share of its 13-grams of words.

    share = |G(test) ∩ G(train)| / |G(test)|

G(split) is the set of distinct sequences of 13 consecutive words inside one document; a word is a
run of letters and digits, in lower case. 13 words is the length that GPT-3 used (Brown et al.
2020, Appendix C). Grams are compared by a 64-bit hash. Only the hashes of the test split are kept
in memory; the training split streams past.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping

import numpy as np

WORDS = 13
_WORD = re.compile(r"[^\W_]+")
_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # odd, hence invertible modulo 2^64


def seen_share(test: Iterable[str], train: Iterable[str], n_words: int = WORDS) -> float | None:
    """Share of the distinct n-grams of `test` that occur in `train`; None if `test` has none."""
    words = _WordHashes()
    parts = [gram_hashes(text, words, n_words) for text in test]
    wanted = np.unique(np.concatenate(parts)) if parts else np.empty(0, dtype=np.uint64)
    if not wanted.size:
        return None
    seen = np.zeros(wanted.size, dtype=bool)
    known = _KnownWords(words)
    for text in train:
        grams = gram_hashes(text, known, n_words)
        places = np.minimum(np.searchsorted(wanted, grams), wanted.size - 1)
        seen[places[wanted[places] == grams]] = True
    return float(seen.mean())


def gram_hashes(text: str, words: Mapping[str, int], n_words: int = WORDS) -> np.ndarray:
    """Hashes of the word n-grams of one document, (number of words - n + 1,) uint64, or empty."""
    found = _WORD.findall(text.lower())
    count = max(len(found) - n_words + 1, 0)
    single = np.fromiter(map(words.__getitem__, found), dtype=np.uint64, count=len(found))
    grams = np.zeros(count, dtype=np.uint64)
    for offset in range(n_words if count else 0):  # a polynomial in _FACTOR, modulo 2^64
        grams = grams * _FACTOR + single[offset : offset + count]
    return grams


class _WordHashes(dict):
    """word -> 64-bit hash, computed once a word."""

    def __missing__(self, word: str) -> int:
        digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
        self[word] = int.from_bytes(digest, "little")
        return self[word]


class _KnownWords(dict):
    """The same for the training split; a word that the test split lacks is in none of its grams."""

    def __missing__(self, word: str) -> int:
        return 0
