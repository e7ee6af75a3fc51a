"""Shards: token ids on disk, mapped into memory instead of read.

Imported by training, so it depends on numpy alone.
"""

import hashlib
import json
from pathlib import Path

import numpy as np

from scalinglaws.errors import UserError

DTYPE = np.dtype("<u2")  # 16-bit ids, little-endian on every machine


def read_info(path: Path | str) -> dict:
    """The description beside a shard: n_tokens, n_documents, n_bytes, n_vocab, dtype, sha256."""
    path = Path(path).with_suffix(".json")
    try:
        info = json.loads(path.read_text())
    except FileNotFoundError:
        raise UserError(
            f"{path}: missing; every shard needs it, tokenize the split again"
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise UserError(f"{path}: not JSON ({error}); tokenize the split again") from None
    if not isinstance(info, dict):
        raise UserError(f"{path}: not a mapping; tokenize the split again")
    return info


def open_shard(path: Path | str) -> np.memmap:
    """The token ids of a shard, (n_tokens,) uint16, read-only.

    `path` is the .bin file. Raises UserError if it is missing, empty, or not of the type, the size
    and the hash that the .json beside it declares.
    """
    path = Path(path)
    info = read_info(path)
    if info.get("dtype") != "uint16":
        raise UserError(
            f"{path}: dtype {info.get('dtype')!r} in its .json, this version reads uint16"
        )
    if not path.is_file():
        raise UserError(f"{path}: missing; tokenize the split again")
    if not isinstance(info.get("n_tokens"), int):
        raise UserError(f"{path}: its .json has no n_tokens; tokenize the split again")
    size, expected = path.stat().st_size, info["n_tokens"] * DTYPE.itemsize
    if size != expected or not size:
        raise UserError(
            f"{path}: {size} bytes, its .json declares {expected}; tokenize the split again"
        )
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != info.get("sha256"):
            raise UserError(
                f"{path}: damaged, its hash is not the one in its .json; delete it and run "
                "snakemake again"
            )
    return np.memmap(path, dtype=DTYPE, mode="r")
