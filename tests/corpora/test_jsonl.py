"""JSONL: sorted writing, streaming reading of plain and compressed files, damage told in a line."""

import gzip
import json

import pyarrow as pa
import pytest

from scalinglaws.corpora import jsonl
from scalinglaws.corpora.hashes import raw_facts
from scalinglaws.corpora.jsonl import read_documents, read_origin, write_sorted_jsonl
from scalinglaws.errors import UserError

DOCUMENTS = [("b", "Zoë\nline"), ("a", "x" * 10_000)]
LINES = b"".join(json.dumps({"id": i, "text": t}).encode() + b"\n" for i, t in DOCUMENTS)


def zstd(content):
    return pa.compress(content, codec="zstd", asbytes=True)


PACKED = {
    "plain": lambda content: content,
    "gzip": gzip.compress,
    "zstd": zstd,
    "zstd of two frames": lambda content: zstd(content[:7000]) + zstd(content[7000:]),
}


@pytest.mark.parametrize("pack", PACKED.values(), ids=PACKED)
def test_compression_is_told_by_the_first_bytes(tmp_path, pack):
    (tmp_path / "raw").write_bytes(pack(LINES))
    assert list(read_documents(tmp_path / "raw", "text", "id")) == DOCUMENTS
    assert list(read_documents(tmp_path / "raw", "text", None))[1][0] == "2"


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_a_damaged_file_is_named_with_the_line(tmp_path, name):
    packed = PACKED[name](LINES * 50)
    (tmp_path / "raw").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(UserError, match=r"raw, after line \d+: cannot be read"):
        list(read_documents(tmp_path / "raw", "text", "id"))


def test_written_in_the_order_of_the_ids(tmp_path):
    write_sorted_jsonl(DOCUMENTS, tmp_path / "a", ["from here"])
    write_sorted_jsonl(DOCUMENTS[::-1], tmp_path / "b", ["from here"])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert list(read_documents(tmp_path / "a", "text", "id")) == DOCUMENTS[::-1]
    assert read_origin(tmp_path / "a") == ["from here"]
    assert raw_facts(tmp_path / "a")["bytes"] == (tmp_path / "a").stat().st_size
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


@pytest.mark.parametrize("content", [LINES, b"", b"\x00\xff", b"\x28\xb5\x2f\xfdbroken"])
def test_other_files_have_no_origin(tmp_path, content):
    (tmp_path / "raw").write_bytes(content)
    assert read_origin(tmp_path / "raw") == []


def test_a_record_has_a_largest_size(tmp_path, monkeypatch):
    monkeypatch.setattr(jsonl, "MAX_RECORD", 1000)
    (tmp_path / "raw").write_bytes(LINES)
    with pytest.raises(UserError, match="raw, line 2: longer than 1000 bytes"):
        list(read_documents(tmp_path / "raw", "text", "id"))


def test_a_missing_field_is_named_with_those_there_are(tmp_path):
    (tmp_path / "raw").write_bytes(LINES)
    with pytest.raises(UserError, match=r"line 1: no field 'body'; there are: 'id', 'text'"):
        list(read_documents(tmp_path / "raw", "body", "id"))
