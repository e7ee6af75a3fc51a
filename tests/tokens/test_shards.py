"""Shards: what is written is what is read, and damage is told."""

import ast
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from scalinglaws.errors import UserError
from scalinglaws.tokens import encode, shards
from scalinglaws.tokens.bpe import token_byte_lengths, train_bpe
from scalinglaws.tokens.encode import write_shard
from scalinglaws.tokens.shards import open_shard, read_info

TEXTS = [f"Text {i} of many, with <|endoftext|> in it; Ä😀\r\n" for i in range(200)]


@pytest.fixture(scope="module")
def tokenizer():
    return train_bpe(TEXTS, n_vocab=280, sample_bytes=10_000)


def test_round_trip(tokenizer, tmp_path, monkeypatch):
    monkeypatch.setattr(encode, "BATCH_CHARACTERS", 1000)  # many batches
    path = tmp_path / "new" / "train.bin"
    info = write_shard(iter(TEXTS), tokenizer, path)
    ids = open_shard(path)
    assert ids.dtype == np.uint16 and ids.max() < 280 and not ids.flags.writeable
    ends = np.flatnonzero(ids == 0)
    assert len(ends) == 200 and ends[-1] == len(ids) - 1
    documents = np.split(ids, ends[:-1] + 1)
    assert [tokenizer.decode(document[:-1].tolist()) for document in documents] == TEXTS
    assert (
        info
        == read_info(path)
        == {
            "n_tokens": len(ids),
            "n_documents": 200,
            "n_bytes": sum(len(text.encode()) for text in TEXTS),
            "n_vocab": 280,
            "dtype": "uint16",
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
    )
    assert sorted(p.name for p in path.parent.iterdir()) == ["train.bin", "train.json"]


def test_equal_texts_give_equal_bytes(tokenizer, tmp_path):
    for name in ("a.bin", "b.bin"):
        write_shard(TEXTS, tokenizer, tmp_path / name)
    assert (tmp_path / "a.bin").read_bytes() == (tmp_path / "b.bin").read_bytes()
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_max_tokens_cuts_exactly(tokenizer, tmp_path):
    write_shard(TEXTS, tokenizer, tmp_path / "all.bin")
    whole = open_shard(tmp_path / "all.bin")
    for n in (1, 57, len(whole), len(whole) + 1):
        info = write_shard(iter(TEXTS), tokenizer, tmp_path / "cut.bin", max_tokens=n)
        cut = open_shard(tmp_path / "cut.bin")
        np.testing.assert_array_equal(cut, whole[:n])
        assert info["n_bytes"] == token_byte_lengths(tokenizer)[cut].sum(dtype=int)
        assert info["n_documents"] == (whole[: n - 1] == 0).sum() + 1 or n > len(whole)


def test_max_tokens_stops_reading(tokenizer, tmp_path, monkeypatch):
    monkeypatch.setattr(encode, "BATCH_CHARACTERS", 1)

    def texts():
        yield from TEXTS[:5]
        raise AssertionError("read on")

    write_shard(texts(), tokenizer, tmp_path / "cut.bin", max_tokens=10)


def test_no_text_and_a_failure_leave_no_file(tokenizer, tmp_path):
    with pytest.raises(UserError, match="no text"):
        write_shard([], tokenizer, tmp_path / "a.bin")

    def broken():
        yield from TEXTS
        raise OSError

    with pytest.raises(OSError):
        write_shard(broken(), tokenizer, tmp_path / "a.bin")
    assert not list(tmp_path.iterdir())


def test_too_large_a_vocabulary(tmp_path):
    class Large:
        def get_vocab_size(self):
            return 65537

    with pytest.raises(UserError, match="65537 ids do not fit uint16"):
        write_shard(TEXTS, Large(), tmp_path / "a.bin")


def flip(path):
    """One bit of one token."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "declares"),
        (lambda path: path.write_bytes(path.read_bytes() + b"\0\0"), "declares"),
        (flip, r"a\.bin: damaged, its hash is not the one in its \.json"),
        (lambda path: path.unlink(), r"a\.bin: missing"),
        (lambda path: path.with_suffix(".json").unlink(), r"a\.json: missing"),
        (lambda path: path.with_suffix(".json").write_text("{"), "not JSON"),
        (lambda path: path.with_suffix(".json").write_text('{"dtype": "int32"}'), "int32"),
        (lambda path: path.with_suffix(".json").write_text('{"dtype": "uint16"}'), "n_tokens"),
        (lambda path: path.with_suffix(".json").write_text("[]"), "not a mapping"),
    ],
)
def test_damage_is_told(tokenizer, tmp_path, damage, said):
    path = tmp_path / "a.bin"
    write_shard(TEXTS, tokenizer, path)
    damage(path)
    with pytest.raises(UserError, match=said):
        open_shard(path)


def test_an_empty_shard_is_told(tmp_path):
    (tmp_path / "a.bin").write_bytes(b"")
    (tmp_path / "a.json").write_text(json.dumps({"dtype": "uint16", "n_tokens": 0}))
    with pytest.raises(UserError, match=r"a\.bin: 0 bytes"):
        open_shard(tmp_path / "a.bin")


def test_shards_import_numpy_alone():
    tree = ast.parse(Path(shards.__file__).read_text())
    froms = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imports = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    assert imports | froms == {"hashlib", "json", "numpy", "pathlib", "scalinglaws.errors"}
