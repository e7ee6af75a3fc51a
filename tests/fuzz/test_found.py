"""Faults that fuzzing found, each by its smallest document: all are refused in one line now."""

import gzip
import json
import math

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scalinglaws.corpora.archives import SourceError
from scalinglaws.corpora.catalogue import parse_corpus
from scalinglaws.corpora.declarations import FolderSource
from scalinglaws.corpora.hashes import raw_facts
from scalinglaws.corpora.readers.html_manuals import paragraphs
from scalinglaws.corpora.readers.registry import read_documents
from scalinglaws.corpora.sources.folder import list_files
from scalinglaws.errors import UserError
from scalinglaws.inspection.inspect import inspect
from scalinglaws.provenance.crate_reader import read_crate
from scalinglaws.provenance.dvclock import Entry, cached_manifest, parse_lock
from scalinglaws.provenance.records import FOLDER, read_records, record_name
from scalinglaws.run_tables import reading
from scalinglaws.study import load_study, merge, n_heads, validate
from scalinglaws.user_table import read_user_table

HEAD = "run,N,D,loss\n"


@pytest.fixture
def table(tmp_path):
    def write(content):
        path = tmp_path / "runs.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def test_compute_far_below_a_flop_is_no_end_of_a_grid(table):
    points = [(i, step) for i in (1, 2, 3) for step in (100, 200, 300)]
    rows = [f"r{i},{i}e6,{i}e9,{4 - i / 9 - step / 999},{step},{i * step}e14" for i, step in points]
    found = inspect(table("run,N,D,loss,step,C\n" + "\n".join([*rows, "r3,3e6,3e9,3,400,1e-320"])))
    assert "L(N)" in found.laws


def test_a_table_of_counted_compute_alone_is_inspected(table):
    found = inspect(table("flops,loss\n" + "1e15,4\n" * 5), compute="counted")
    assert found.rows == 5


@pytest.mark.parametrize("cell", ["1000^200", "0^-3", "10^" + "9" * 5000, "%" * 3000, "9" * 400])
def test_a_number_beyond_all_numbers_is_a_bad_cell(table, cell):
    rows = "".join(f"r{i},{10**6 + i},1e9,3\n" for i in range(3))
    with pytest.raises(UserError, match=r"row 2: N is .*; correct it") as refusal:
        read_user_table(table(f"{HEAD}r,{cell},1e9,3\n{rows}"), needed=("N", "loss"))
    assert len(str(refusal.value)) < 1000


def test_a_count_beyond_64_bits_is_told_by_its_row(table):
    rows = "".join(f"r{i},1e6,1e9,3\n" for i in range(3))
    with pytest.raises(UserError, match=r"row 2: N is 1e\+300, too large for a count"):
        read_user_table(table(f"{HEAD}r,1e300,1e9,3\n{rows}"), needed=("N", "loss"))


def test_whole_numbers_of_json_may_be_of_any_length(table):
    row = {"run": "a", "N": 10**400, "D": 10**9, "loss": 3.0}
    rows = [row, row | {"run": "b", "N": "1e6"}, row | {"run": "c", "N": "2e6"}]
    with pytest.raises(UserError, match="row 1: N is inf"):
        read_user_table(
            table(json.dumps({name: [r[name] for r in rows] for name in row})), needed=("N",)
        )


def test_deep_json_is_no_table(table):
    with pytest.raises(UserError, match=r"not a readable table|is not JSON"):
        read_user_table(table("[" * 100_000))


def test_a_message_has_no_control_characters(table):
    with pytest.raises(UserError) as refusal:
        read_user_table(table(b"run;N\r\nr\0 0 ;\x01;3\r\n"))
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize(
    "kind", [pa.binary(), pa.binary_view(), pa.large_string(), pa.string_view()], ids=str
)
def test_text_is_text_however_parquet_stores_it(tmp_path, kind):
    sizes = pa.array([b"70M", b"1.5B"], pa.binary())
    sizes = sizes if kind == pa.binary() else sizes.cast(pa.string()).cast(kind)
    columns = {"run": ["a", "b"], "N": sizes, "D": [1e9, 2e9], "loss": [3.0, 2.9]}
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    found, _ = read_user_table(tmp_path / "a.parquet")
    assert found.runs["n_params"].to_pylist() == [70_000_000, 1_500_000_000]


def test_text_that_is_no_utf8_is_no_table(tmp_path):
    bad = pa.array([b"\xff"], pa.binary())
    bad = pa.Array.from_buffers(pa.string(), 1, bad.buffers())
    pq.write_table(pa.table({"run": bad, "N": [1e6], "loss": [3.0]}), tmp_path / "a.parquet")
    with pytest.raises(UserError, match="not a readable table"):
        read_user_table(tmp_path / "a.parquet")


def test_columns_without_a_name_are_told_by_their_place(table):
    rows = "".join(f"{i},x,r{i},{10**6 * (i + 1)},1e9,{3 - i / 10}\n" for i in range(6))
    assert {"column 1", "column 2"} <= set(inspect(table(",,run,N,D,loss\n" + rows)).unused)


def test_what_unpacks_without_end_is_stopped(table, monkeypatch):
    monkeypatch.setattr(reading, "LONGEST_UNPACKED", 10**6)
    with pytest.raises(UserError, match="unpacks to more than 1000000 bytes"):
        read_user_table(table(gzip.compress(b"\0" * 10**8)))


def test_heads_of_a_wide_model_are_found_at_once():
    assert n_heads(2**31, 64) == 2**25
    for d_model in range(1, 200):
        for d_head in (1, 8, 33):
            slow = [n for n in range(1, d_model + 1) if d_model % n == 0 and d_model // n <= d_head]
            even = [n for n in slow if (d_model // n) % 8 == 0]
            assert n_heads(d_model, d_head) == (even or slow)[0]


@pytest.mark.parametrize(
    ("section", "change", "words"),
    [
        ("training", {"length": math.inf}, "numbers too large"),
        ("experiments", {"sizes": {"training": {"steps": 10**400}}}, "numbers too large"),
        ("training", {"peak_learning_rate": {"linear": [0.0, -1.0]}}, "peak_learning_rate is"),
        ("experiments", {"sizes": {"shapes": [[1, 10**12]]}}, "d_model: given"),
        ("experiments", {"sizes": {"seeds": [10**30]}}, "seed: gives"),
        ("experiments", {"sizes": {"seeds": list(range(60_000))}}, "480000 runs, allowed"),
    ],
)
def test_a_study_beyond_all_bounds_is_refused(section, change, words):
    from hostile_configuration import STUDY

    with pytest.raises(UserError, match=words):
        validate(merge(STUDY, {section: change}), "config/toy.yaml")


@pytest.mark.parametrize("name", ["../toy", "a/b", "\0", "", "x" * 5000 + "/"])
def test_a_study_has_a_plain_name(root, name):
    with pytest.raises(UserError, match="a name is made of"):
        load_study(name, root)


def test_keys_of_several_types_are_unknown_keys():
    with pytest.raises(UserError, match="unknown key"):
        parse_corpus({1: 2, "x": 3, None: 4}, "corpora: a")


@pytest.mark.parametrize("files", ["", "/etc/*", "../*", "a/../../*"])
def test_a_pattern_stays_in_its_folder(tmp_path, files):
    source = FolderSource(kind="folder", path=str(tmp_path), files=(files,))
    with pytest.raises(SourceError, match="files: "):
        list_files(source)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "not the manifest"),
        ([{"path": 3}], "not the manifest"),
        ([{"path": "t", "text_field": "text", "id_field": None}, {"name": "../a.txt"}], "outside"),
        (
            [{"path": "t", "text_field": "text", "id_field": None}, {"name": "/etc/a.txt"}],
            "outside",
        ),
        ([{"path": "t", "text_field": "text", "id_field": None}, {"name": "\0.txt"}], "missing"),
        ([{"path": "t", "text_field": "text", "id_field": None}, {"name": "x" * 999}], "missing"),
    ],
)
def test_a_manifest_names_files_of_its_folder(tmp_path, lines, words):
    raw = tmp_path / "raw"
    raw.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with pytest.raises(UserError, match=words):
        list(read_documents(raw, "folder"))


@pytest.mark.parametrize("reader", ["json_extracts", "recipes", "squad_contexts", "verses"])
@pytest.mark.parametrize("content", ['{"a": 1}', '{"data": [1]}', '{"a": {"steps": [1]}}'])
def test_json_of_another_form_is_refused(tmp_path, reader, content):
    (tmp_path / "raw").write_text(content)
    with pytest.raises(UserError, match="not in the form"):
        list(read_documents(tmp_path / "raw", reader))


def test_a_damaged_gzip_file_is_refused(tmp_path):
    content = bytearray(gzip.compress(b'{"id": "a", "text": "b"}\n' * 50))
    content[10] = 7  # a block of a type that there is not
    (tmp_path / "raw").write_bytes(content)
    with pytest.raises(UserError, match="cannot be read"):
        list(read_documents(tmp_path / "raw", "jsonl"))
    assert raw_facts(tmp_path / "raw")["origin"] == []


def test_html_is_read_up_to_a_declaration_that_is_none():
    assert paragraphs("<p>before</p><![x y]><p>after")[0] == "before"


@pytest.mark.parametrize(
    "change",
    [
        {"params": [3]},
        {"rule": ["a"]},
        {"log": "logs/a.log"},
        {"log": [None]},
        {"input": [None, "a"]},
        {"input": "data/raw.txt"},
        {"code": 3},
        {"starttime": math.inf},
        {"endtime": 1e300},
    ],
    ids=str,
)
def test_a_record_of_another_form_is_told_apart(tmp_path, change):
    from hostile_records import RECORD

    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / record_name("a")).write_text(json.dumps(RECORD | change))
    assert read_records(tmp_path) == (
        {},
        {record_name("a").rsplit("/", 1)[1]: "the record of a cannot be read"},
    )


def test_a_lock_of_another_form_is_refused():
    for text in (
        "stages: {a: {outs: [{path: 1, md5: a, size: 1}]}}",
        "[" * 3000,
        "stages: {a: {params: 3}}",
    ):
        with pytest.raises(UserError, match=r"dvc\.lock: cannot be read"):
            parse_lock(text)


def test_the_hash_of_a_manifest_leads_nowhere_else(tmp_path):
    (tmp_path / "x.dir").write_text("[]")
    assert cached_manifest(tmp_path, Entry("a", "../../../../../x.dir", 1, 1)) is None


def test_a_crate_of_another_form_is_refused(tmp_path):
    with pytest.raises(UserError, match="not the crate of a run"):
        read_crate(tmp_path)
    (tmp_path / "ro-crate-metadata.json").write_text('{"@graph": [3]}')
    with pytest.raises(UserError, match="not the crate of a run"):
        read_crate(tmp_path)
