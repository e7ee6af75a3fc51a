"""A split of text to a shard of token ids: documents in order, each followed by end-of-text."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
from tokenizers import Encoding, Tokenizer

from scalinglaws.atomic import atomic_write
from scalinglaws.errors import UserError
from scalinglaws.tokens.bpe import END_OF_TEXT, token_byte_lengths
from scalinglaws.tokens.shards import DTYPE

BATCH_CHARACTERS = 2**20


def write_shard(
    texts: Iterable[str], tokenizer: Tokenizer, path: Path | str, max_tokens: int | None = None
) -> dict:
    """Encode `texts` to `path` (.bin) and describe it in the .json beside; return the description.

    With `max_tokens` the shard is cut at exactly so many ids, n_documents counts a document that
    was cut, and n_bytes the text of the ids that stayed. Raises UserError if an id would not fit
    16 bits or there is no text at all. Both files appear whole or not at all.
    """
    path, n_vocab = Path(path), tokenizer.get_vocab_size()
    if n_vocab > np.iinfo(DTYPE).max + 1:
        raise UserError(f"{path}: {n_vocab} ids do not fit {DTYPE.name}; take a smaller n_vocab")
    lengths = token_byte_lengths(tokenizer)
    end = tokenizer.token_to_id(END_OF_TEXT)
    n_tokens = n_documents = n_bytes = 0
    digest = hashlib.sha256()
    with atomic_write(path) as partial, partial.open("wb") as shard:
        for encoding in _encode(texts, tokenizer):
            ids = np.array([*encoding, end], dtype=DTYPE)
            if max_tokens is not None:
                ids = ids[: max_tokens - n_tokens]
            shard.write(ids.tobytes())
            digest.update(ids.tobytes())
            n_tokens += len(ids)
            n_documents += 1
            n_bytes += int(lengths[ids].sum(dtype=np.int64))
            if n_tokens == max_tokens:
                break
        if not n_tokens:
            raise UserError(
                f"{path}: the split has no text; give it a share in config/corpora.yaml"
            )
    info = {
        "n_tokens": n_tokens,
        "n_documents": n_documents,
        "n_bytes": n_bytes,
        "n_vocab": n_vocab,
        "dtype": DTYPE.name,
        "sha256": digest.hexdigest(),
    }
    with atomic_write(path.with_suffix(".json")) as partial:
        partial.write_text(json.dumps(info, indent=2) + "\n")
    return info


def _encode(texts: Iterable[str], tokenizer: Tokenizer) -> Iterator[list[int]]:
    """The ids of each text; batches bound the memory and keep all threads of the library busy.

    The library works on a batch while the ids of the one before become Python's, which takes one
    thread and half as long.
    """

    def encode(batch: list[str]) -> list[Encoding]:
        return tokenizer.encode_batch_fast(batch, add_special_tokens=False)

    with ThreadPoolExecutor(max_workers=1) as ahead:
        coming: Future[list[Encoding]] | None = None
        for batch in _batches(texts):
            ready, coming = coming, ahead.submit(encode, batch)
            if ready:
                yield from (encoding.ids for encoding in ready.result())
        if coming:
            yield from (encoding.ids for encoding in coming.result())


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        batch.append(text)
        size += len(text)
        if size >= BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
