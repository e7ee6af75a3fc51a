"""Shingles: hashes of the sequences of 5 consecutive words of a text, by numpy alone.

A word is a run of ASCII letters and digits or other bytes of UTF-8, without regard to ASCII case;
general punctuation (curly quotes, dashes) and no-break spaces part words too. Nothing is kept
between texts, so memory does not grow with the vocabulary.
"""

import numpy as np

WORDS = 5
BLOCK = 2**20  # bytes hashed at once

_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # odd, hence invertible modulo 2^64
_INVERSE = np.uint64(pow(int(_FACTOR), -1, 2**64))


def mix(values: np.ndarray) -> np.ndarray:
    """Spread the bits of uint64 values (finaliser of SplitMix64, Steele et al. 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def shingles(text: str, n_words: int = WORDS) -> np.ndarray:
    """Distinct hashes of the word n-grams, sorted, uint64; empty if there are fewer words."""
    words = word_hashes(text)
    count = max(len(words) - n_words + 1, 0)
    grams = np.zeros(count, dtype=np.uint64)
    for offset in range(n_words if count else 0):  # a polynomial in _FACTOR, modulo 2^64
        grams = grams * _FACTOR + words[offset : offset + count]
    return np.unique(mix(grams))


def word_hashes(text: str) -> np.ndarray:
    """A hash of every word in order, (number of words,) uint64."""
    raw = np.frombuffer(text.encode(), dtype=np.uint8)
    parts = [_hash_block(block) for block in _blocks(raw)]
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.uint64)


def jaccard(a: np.ndarray, b: np.ndarray) -> float:
    """|A ∩ B| / |A ∪ B| of two sets as `shingles` gives them; 0 if both are empty."""
    if not (a.size and b.size):
        return 0.0
    places = np.minimum(np.searchsorted(a, b), a.size - 1)
    both = int((a[places] == b).sum())
    return both / (a.size + b.size - both)


def _tables() -> tuple[np.ndarray, np.ndarray]:
    """For each byte: its value in a word (lower case), and whether it belongs to one."""
    value = np.frombuffer(bytes(range(256)).lower(), dtype=np.uint8).astype(np.uint64)
    in_word = np.array([bytes([i]).isalnum() or i >= 128 for i in range(256)])
    return value + np.uint64(1), in_word


def _powers(base: np.uint64) -> np.ndarray:
    """base^0 .. base^BLOCK modulo 2^64."""
    powers = np.full(BLOCK + 1, base, dtype=np.uint64)
    powers[0] = 1
    return np.cumprod(powers, dtype=np.uint64)


_VALUE, _IN_WORD = _tables()
_POWER, _INVERSE_POWER = _powers(_FACTOR), _powers(_INVERSE)


def _word_mask(raw: np.ndarray) -> np.ndarray:
    mask = _IN_WORD[raw]
    # Two-byte Latin-1 signs (C2 xx) and three-byte general punctuation (E2 80 xx).
    for head, length in (((0xC2,), 2), ((0xE2, 0x80), 3)):
        found = np.flatnonzero(raw == head[0])
        found = found[found + length <= raw.size]
        if len(head) == 2:
            found = found[raw[found + 1] == head[1]]
        for offset in range(length):
            mask[found + offset] = False
    return mask


def _blocks(raw: np.ndarray) -> list[np.ndarray]:
    """Pieces of at most BLOCK bytes, cut at a space where there is one."""
    blocks = []
    while raw.size > BLOCK:
        spaces = np.flatnonzero(raw[:BLOCK] == ord(" "))
        end = int(spaces[-1]) + 1 if spaces.size else BLOCK
        blocks.append(raw[:end])
        raw = raw[end:]
    return [*blocks, raw] if raw.size else blocks


def _hash_block(raw: np.ndarray) -> np.ndarray:
    """Polynomial hash of each word, by differences of one running sum over the block."""
    mask = np.concatenate(([False], _word_mask(raw), [False]))
    edges = np.flatnonzero(mask[1:] != mask[:-1])
    starts, ends = edges[::2], edges[1::2]
    sums = np.zeros(raw.size + 1, dtype=np.uint64)
    np.cumsum(_VALUE[raw] * _POWER[: raw.size], out=sums[1:])
    return mix((sums[ends] - sums[starts]) * _INVERSE_POWER[starts])
