"""Splits: disjoint, without duplicates, independent of the order of the documents."""

import itertools
import random

import pyarrow.parquet as pq
import pytest

from scalinglaws.corpora.split import SPLITS, split_documents, write_summary
from scalinglaws.corpora.texts import SCHEMA, read_texts
from scalinglaws.errors import UserError

SHARES = {"train": 0.8, "validation": 0.1, "test": 0.1}
# Too short for a sequence of five words, so that none resembles another.
DOCUMENTS = [(f"d{i}", f"Document number {i}.\nÄ€😀") for i in range(1200)]


def split(folder, documents, shares=SHARES):
    targets = {name: folder / f"{name}.parquet" for name in SPLITS}
    return split_documents(iter(documents), shares, targets), targets


def texts(targets):
    return {name: list(read_texts(path)) for name, path in targets.items()}


def test_every_document_is_in_one_split(tmp_path):
    counts, targets = split(tmp_path, DOCUMENTS)
    found = texts(targets)
    assert sorted(itertools.chain(*found.values())) == sorted(text for _, text in DOCUMENTS)
    for name in SPLITS:
        assert counts[name]["documents"] == len(found[name])
        assert counts[name]["documents"] == pytest.approx(1200 * SHARES[name], abs=40)
        assert counts[name]["characters"] == sum(map(len, found[name]))
        assert counts[name]["bytes"] == sum(len(text.encode()) for text in found[name])


def test_the_order_of_the_documents_changes_no_byte(tmp_path):
    shuffled = random.Random(0).sample(DOCUMENTS, len(DOCUMENTS))
    (tmp_path / "a").mkdir()
    _, a = split(tmp_path / "a", DOCUMENTS)
    _, b = split(tmp_path / "b", shuffled)  # makes its folder
    assert all(a[name].read_bytes() == b[name].read_bytes() for name in SPLITS)


def test_a_smaller_training_share_keeps_the_test_split(tmp_path):
    _, a = split(tmp_path / "a", DOCUMENTS)
    _, b = split(tmp_path / "b", DOCUMENTS, {"train": 0.5, "validation": 0.4, "test": 0.1})
    assert texts(a)["test"] == texts(b)["test"]


@pytest.mark.parametrize("turn", [1, -1])
def test_of_exact_duplicates_the_smallest_stays(tmp_path, turn):
    twins = [("b", "Same  text"), ("a", "same text "), ("a", "same text"), ("c", "other")]
    _, targets = split(tmp_path, twins[::turn], {"train": 1, "validation": 0, "test": 0})
    table = pq.read_table(targets["train"])
    assert sorted(zip(*table.to_pydict().values(), strict=True)) == [
        ("a", "same text"),
        ("c", "other"),
    ]


def test_schema_and_row_groups(tmp_path):
    _, targets = split(tmp_path, DOCUMENTS, {"train": 1, "validation": 0, "test": 0})
    file = pq.ParquetFile(targets["train"])
    assert file.schema_arrow == SCHEMA
    assert not file.schema_arrow.metadata
    assert [file.metadata.row_group(i).num_rows for i in range(3)] == [500, 500, 200]
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    assert pq.ParquetFile(targets["test"]).metadata.num_rows == 0


def test_a_lone_surrogate_is_named(tmp_path):
    with pytest.raises(UserError, match="'bad'"):
        split(tmp_path, [("bad", "x\ud800")])
    assert not list(tmp_path.iterdir())


def test_summary(tmp_path):
    write_summary({"train": {"documents": 1}}, tmp_path / "summary.json")
    assert (tmp_path / "summary.json").read_text().endswith("}\n")


def test_without_documents(tmp_path):
    counts, targets = split(tmp_path, [])
    assert {name: counts[name]["documents"] for name in SPLITS} == dict.fromkeys(SPLITS, 0)
    assert all(not list(read_texts(path)) for path in targets.values())


@pytest.mark.parametrize("name", SPLITS)
def test_a_share_of_one_takes_every_document(tmp_path, name):
    counts, _ = split(tmp_path, DOCUMENTS, dict.fromkeys(SPLITS, 0) | {name: 1})
    assert counts[name]["documents"] == len(DOCUMENTS)
