"""Byte-level BPE: trained on a fixed sample, reversible on any text.

The vocabulary starts from the 256 bytes, so nothing is ever unknown and decoding gives the text
back byte for byte. The paper uses the GPT-2 vocabulary of 50257 (Section 2.1); small studies need
a small one, or the embedding would dwarf the model.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from scalinglaws.atomic import atomic_write
from scalinglaws.errors import UserError

END_OF_TEXT = "<|endoftext|>"
END_OF_TEXT_ID = 0


def train_bpe(texts: Iterable[str], n_vocab: int, sample_bytes: int) -> Tokenizer:
    """Train on the first `sample_bytes` bytes of the texts; exactly `n_vocab` ids.

    Raises UserError if `n_vocab` cannot hold the bytes and end-of-text, or the sample is too small
    to give so many merges.
    """
    smallest = 256 + 1
    if n_vocab < smallest:
        raise UserError(f"n_vocab {n_vocab}: a byte-level vocabulary needs at least {smallest}")
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=n_vocab,
        special_tokens=[END_OF_TEXT],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(first_bytes(texts, sample_bytes), trainer)
    if tokenizer.get_vocab_size() != n_vocab:
        raise UserError(
            f"n_vocab {n_vocab}: the sample gives only {tokenizer.get_vocab_size()} tokens; "
            f"raise sample_bytes ({sample_bytes}), take more text or a smaller n_vocab"
        )
    return as_ordinary_text(tokenizer)


def save_tokenizer(tokenizer: Tokenizer, path: Path | str) -> None:
    """Write tokenizer.json in the format of the tokenizers library."""
    with atomic_write(Path(path)) as partial:
        tokenizer.save(str(partial))


def load_tokenizer(path: Path | str) -> Tokenizer:
    """Read a tokenizer.json for `encode`: always use this, not Tokenizer.from_file."""
    try:
        return as_ordinary_text(Tokenizer.from_file(str(path)))
    except Exception as error:  # the library raises nothing narrower
        raise UserError(f"{path}: no tokenizer ({error}); train it again") from None


def token_byte_lengths(tokenizer: Tokenizer) -> np.ndarray:
    """Bytes of text that each id stands for, (n_vocab,) uint16; 0 for end-of-text.

    In a byte-level vocabulary every character of a token is one byte.
    """
    lengths = np.zeros(tokenizer.get_vocab_size(), dtype=np.uint16)
    for token, token_id in tokenizer.get_vocab().items():
        lengths[token_id] = len(token)
    lengths[tokenizer.token_to_id(END_OF_TEXT)] = 0
    return lengths


def first_bytes(texts: Iterable[str], n_bytes: int) -> Iterator[str]:
    """The first `n_bytes` UTF-8 bytes of the texts; the last one is cut at a whole character."""
    left = n_bytes
    for text in texts:
        raw = text.encode()
        if len(raw) >= left:
            yield raw[:left].decode(errors="ignore")
            return
        left -= len(raw)
        yield text


def as_ordinary_text(tokenizer: Tokenizer) -> Tokenizer:
    """A literal "<|endoftext|>" inside a document is text, not the end of the document.

    The flag is not part of tokenizer.json, hence `load_tokenizer`.
    """
    tokenizer.encode_special_tokens = True
    return tokenizer
