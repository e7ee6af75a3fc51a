"""A user's own folder: every format, damage in one line, and the example of a web corpus."""

import gzip
import json
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from scalinglaws.corpora.catalogue import load_catalogue, parse_corpus
from scalinglaws.corpora.fetch import fetch
from scalinglaws.corpora.hashes import raw_facts
from scalinglaws.corpora.readers import folder as reader
from scalinglaws.corpora.readers.registry import read_documents
from scalinglaws.corpora.sources.folder import list_files
from scalinglaws.corpora.split import SPLITS, split_documents
from scalinglaws.corpora.texts import read_texts
from scalinglaws.errors import UserError
from scalinglaws.study import load_study


def lines(*records):
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(content), path)
    else:
        packed = {".gz": gzip.compress, ".zst": lambda c: pa.compress(c, "zstd", asbytes=True)}
        path.write_bytes(packed.get(path.suffix, bytes)(content))


@pytest.fixture
def ours(root):
    return yaml.safe_load((root / "config/corpora.yaml").read_text())["my_web_corpus"]


def fetched(tmp_path, entry, **source):
    source = entry["sources"][0] | {"path": str(tmp_path / "in"), "files": ["**/*"]} | source
    corpus = parse_corpus(entry | {"sources": [source]}, "test")
    fetch(corpus, tmp_path / "raw")
    return corpus


def documents(tmp_path, entry, **source):
    fetched(tmp_path, entry, **source)
    return list(read_documents(tmp_path / "raw", "folder"))


def test_every_format(tmp_path, ours):
    write(tmp_path / "in/a.txt", "Zoë\nsays".encode())
    write(tmp_path / "in/b.jsonl", lines({"text": "b1", "n": 7}, {"text": " "}, {"text": "b3"}))
    write(tmp_path / "in/sub/c.jsonl.gz", lines({"text": "c1"}))
    write(tmp_path / "in/sub/d.jsonl.zst", lines({"text": "d1", "more": [1]}))
    write(tmp_path / "in/e.parquet", [{"text": "e1", "n": 1}, {"text": "e2", "n": 2}])
    write(tmp_path / "in/notes.md", b"no")
    assert documents(tmp_path, ours) == [
        ("a.txt", "Zoë\nsays"),
        ("b.jsonl:1", "b1"),
        ("b.jsonl:3", "b3"),
        ("e.parquet:1", "e1"),
        ("e.parquet:2", "e2"),
        ("sub/c.jsonl.gz:1", "c1"),
        ("sub/d.jsonl.zst:1", "d1"),
    ]
    facts = raw_facts(tmp_path / "raw")
    assert facts["origin"] == [f"folder {tmp_path / 'in'}: 5 files, {size(tmp_path)} bytes"]


def size(tmp_path):
    files = [path for path in (tmp_path / "in").rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files if path.suffix != ".md")


def test_fields_can_be_named(tmp_path, ours):
    write(tmp_path / "in/b.jsonl", lines({"body": "b1", "n": 7}))
    write(tmp_path / "in/e.parquet", [{"body": "e1", "n": 1}])
    found = documents(tmp_path, ours, text_field="body", id_field="n")
    assert found == [("b.jsonl:7", "b1"), ("e.parquet:1", "e1")]


BAD = {
    "b.jsonl": (b'{"text": "x"}\n{"text": ', r"b\.jsonl, line 2: not JSON"),
    "c.jsonl.zst": (lines({"text": 1}), r"zst, line 1: field 'text' is int, want a text"),
    "d.jsonl": (lines({"txt": "x"}), r"d\.jsonl, line 1: no field 'text'; there are: 'txt'"),
    "a.txt": (b"ok\n\xff", r"a\.txt, line 2: not UTF-8"),
    "e.parquet": ([{"text": "x"}, {"text": None}], r"e\.parquet, row 2: field 'text' is NoneType"),
    "f.parquet": ([{"txt": "x"}], r"f\.parquet, row 1: no field 'text'; there are: 'txt'"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_records_are_one_line(tmp_path, ours, name):
    content, said = BAD[name]
    write(tmp_path / "in" / name, content)
    with pytest.raises(UserError, match=said) as caught:
        documents(tmp_path, ours)
    assert "\n" not in str(caught.value)


def test_what_is_no_parquet_is_one_line(tmp_path, ours):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/x.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(UserError, match=r"x\.parquet, after row 0: cannot be read") as caught:
        documents(tmp_path, ours)
    assert "\n" not in str(caught.value)


def test_a_long_text_file_is_refused(tmp_path, ours, monkeypatch):
    monkeypatch.setattr(reader, "MAX_RECORD", 10)
    write(tmp_path / "in/a.txt", b"x" * 11)
    with pytest.raises(UserError, match=r"a\.txt: longer than 10 bytes; .* use JSONL"):
        documents(tmp_path, ours)


def test_a_changed_file_changes_the_manifest(tmp_path, ours):
    write(tmp_path / "in/a.txt", b"one")
    fetched(tmp_path, ours)
    before = (tmp_path / "raw").read_bytes()
    write(tmp_path / "in/a.txt", b"two")
    with pytest.raises(UserError, match=r"a\.txt: changed since .*raw was written; remove"):
        list(read_documents(tmp_path / "raw", "folder"))
    fetched(tmp_path, ours)
    assert (tmp_path / "raw").read_bytes() != before
    (tmp_path / "in/a.txt").unlink()
    with pytest.raises(UserError, match=r"a\.txt: missing"):
        list(read_documents(tmp_path / "raw", "folder"))


def test_an_empty_folder_says_where_to_put_the_text(tmp_path, ours):
    with pytest.raises(UserError, match=r"folder .*in: no file like .*put your text into"):
        fetched(tmp_path, ours)


def test_the_example_of_a_web_corpus(tmp_path, root, monkeypatch):
    """config/web_example.yaml and its entry, on a folder as a user would fill it."""
    study = load_study("web_example", root)
    corpus = load_catalogue(root / "config/corpora.yaml")[study.corpora.train]
    assert set(study.corpora.all) <= set(load_catalogue(root / "config/corpora.yaml"))
    monkeypatch.chdir(tmp_path)
    rng = random.Random(0)
    words = [f"word{i}" for i in range(500)]
    texts = [" ".join(rng.choices(words, k=100)) for _ in range(400)]
    for number in range(2):
        records = [{"text": text} for text in texts[number::2]] + [{"text": texts[0]}]
        write(tmp_path / f"data/my_web_corpus/{number}.jsonl.zst", lines(*records))
    assert len(list_files(corpus.sources[0])) == 2

    fetch(corpus, "data/raw/my_web_corpus")
    raw = tmp_path / "data/raw/my_web_corpus"
    assert raw.stat().st_size < 1000  # a list, no copy
    targets = {name: f"data/text/{name}.parquet" for name in SPLITS}  # as Snakemake gives them
    shares = corpus.shares.model_dump()
    summary = split_documents(read_documents(raw, corpus.reader), shares, targets)
    found = [text for path in targets.values() for text in read_texts(path)]
    assert sorted(found) == sorted(texts)
    assert sum(summary[name]["documents"] for name in SPLITS) == 400
    assert summary["train"]["documents"] > 370
