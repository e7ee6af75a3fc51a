"""Files of all kinds: read, with what was odd about them said, or refused in one line."""

import gzip
import json
import time

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scalinglaws.errors import UserError
from scalinglaws.run_tables.reading import read_file
from scalinglaws.user_table import read_user_table

ROWS = [(1e6, 1e9, 3.5), (2e6, 2e9, 3.25), (4e6, 4e9, 3.0)]
NAMES = ("N", "D", "loss")
PLAIN = "N,D,loss\n" + "".join(f"{n:g},{d:g},{loss}\n" for n, d, loss in ROWS)
GERMAN = "N,D,loss,Größe\n" + "".join(f"{n:g},{d:g},{x},groß\n" for n, d, x in ROWS)
LINES = "\n".join(json.dumps(dict(zip(NAMES, row, strict=True))) for row in ROWS)


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def zstd(text):
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(text.encode())
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("runs.csv", PLAIN, ""),
        ("runs.txt", PLAIN, ""),
        ("runs.tsv", PLAIN.replace(",", "\t"), "separated by tabs"),
        ("runs.csv", "# exported\n\n" + PLAIN, ""),
        ("runs.csv", PLAIN.replace(",", ";").replace(".", ","), "a comma is read as the decimal"),
        ("runs.csv", PLAIN.encode("utf-16"), "read as UTF-16"),
        ("runs.csv", b"\xef\xbb\xbf" + PLAIN.encode(), ""),
        ("runs.csv", GERMAN.encode("latin-1"), "line 1 is not UTF-8; the file is read as Windows"),
        ("runs.csv.gz", gzip.compress(PLAIN.encode()), ""),
        ("runs.jsonl", LINES, ""),
        ("runs.jsonl.zst", zstd(LINES), ""),
        ("runs.json", "[" + LINES.replace("\n", ",\n") + "]", ""),
        ("runs.json", json.dumps({n: [r[i] for r in ROWS] for i, n in enumerate(NAMES)}), ""),
    ],
)
def test_one_table_in_many_files(tmp_path, name, content, said):
    found, lines = read_user_table(write(tmp_path / name, content))
    assert found.runs["n_params"].to_pylist() == [n for n, *_ in ROWS]
    assert found.runs["dataset_tokens"].to_pylist() == [d for _, d, _ in ROWS]
    assert found.runs["test_loss"].to_pylist() == [loss for *_, loss in ROWS]
    assert said in " ".join(lines)


def test_structs_are_columns_and_lists_are_chosen_by(tmp_path):
    """The shape in which tracking services export runs."""
    rows = [
        {"config": {"n_params": n, "lr": 1e-3}, "summary": {"eval/loss": x}, "tags": ["a", str(i)]}
        for i, (n, _, x) in enumerate(ROWS)
    ]
    path = tmp_path / "runs.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path)
    found, lines = read_user_table(path)
    assert found.runs["test_loss"].to_pylist() == [x for *_, x in ROWS]
    assert "loss is taken from column 'summary.eval/loss'" in lines
    found, _ = read_user_table(path, where={"tags": ["1", "2"]})
    assert len(found.runs) == 2


def test_text_of_any_type_is_text(tmp_path):
    """Categories, and the large strings that pandas writes."""
    path = tmp_path / "runs.parquet"
    rows = pd.DataFrame(ROWS, columns=NAMES)
    rows["kind"] = pd.Categorical(["a", "b", "a"])
    rows["size"] = ["1M", "2M", "4M"]
    rows.drop(columns="N").to_parquet(path)
    found, _ = read_user_table(path, where={"kind": ["a"]})
    assert found.runs["n_params"].to_pylist() == [1e6, 4e6]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b" \n\n", "is empty"),
        ("a.csv", "N,D,loss\n", "has a header but no rows"),
        ("a.csv", "# nothing\n", "has comments but no table"),
        ("a.csv", "1e6,1e9,3.5\n2e6,1e9,3.4\n", "its first line holds numbers"),
        ("a.csv", "N,N,loss\n1,2,3\n", "column 'N' stands twice"),
        ("a.csv", "N,D,loss\n1e6,1e9,3.5\n2e6,1e9\n", "Row #3: Expected 3 columns, got 2"),
        ("a.csv", bytes(range(256)), "neither text nor Parquet"),
        ("a.xlsx", b"PK\x03\x04...", "is a spreadsheet or a zip archive; save the table as CSV"),
        ("a.pkl", b"\x80\x04\x95", "looks like a pickle, which is never opened"),
        ("a.parquet", b"PAR1 and then nothing", "not a readable table"),
        ("a.csv.gz", b"\x1f\x8b\x08 broken", "not a readable table"),
        ("a.jsonl", '{"N": 1}\n{"N": 2,\n', "not a readable table"),
        ("a.json", "[1, 2", "line 1 is not JSON"),
        ("a.json", "[1, 2]", "is JSON, but no list of rows"),
    ],
)
def test_what_is_no_table_is_one_line(tmp_path, name, content, words):
    with pytest.raises(UserError, match=r"^[^\n]*$") as error:
        read_file(write(tmp_path / name, content))
    assert str(error.value).startswith(str(tmp_path / name)) and words in str(error.value)


def test_a_folder_and_nothing(tmp_path):
    for path, words in ((tmp_path, "is a folder"), (tmp_path / "x.csv", "no such file")):
        with pytest.raises(UserError, match=words):
            read_file(path)


def test_a_number_after_a_block_of_integers(tmp_path):
    """CSV types come from the first block; a later cell may be written otherwise."""
    rows = "".join(f"{i},3.5\n" for i in range(1_000_000, 3_000_000))
    path = write(tmp_path / "long.csv", "N,loss\n" + rows + "2.5B,3.1\n")
    table = read_file(path).table
    assert len(table) == 2_000_001
    found, lines = read_user_table(path)
    assert found.runs["n_params"].to_pylist()[-1] == 2_500_000_000
    assert any("'2.5B' are read as 2.5e+09" in line for line in lines)


def test_a_million_rows_take_seconds(tmp_path):
    steps = np.arange(1, 1001) * 100
    sizes = np.geomspace(1e5, 1e9, 1000).astype(int)
    rows = pd.DataFrame({"run": np.repeat([f"r{i}" for i in range(1000)], 1000)})
    rows["step"], rows["N"] = np.tile(steps, 1000), np.repeat(sizes, 1000)
    rows["loss"] = 2 + 100 / rows["N"] ** 0.3 + 10 / rows["step"] ** 0.3
    rows.to_csv(tmp_path / "curves.csv", index=False)
    start = time.process_time()
    found, _ = read_user_table(tmp_path / "curves.csv", constants={"B": 524288})
    assert time.process_time() - start < 10.0
    assert len(found.runs) == 1000 and len(found.curves) == 1_000_000
