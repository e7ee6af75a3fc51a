"""Tables of a study that was trained elsewhere: read back as written, or refused in one line."""

import json

import pytest

from scalinglaws.errors import UserError
from scalinglaws.metrics import RUNS, SCHEMAS, table_from_rows, write_table
from scalinglaws.published import ABOUT, read_about, read_published, write_published

RUN = {"run_id": "a", "source": "trained", "experiments": ["model_size"], "status": "finished"}


@pytest.fixture
def tables():
    return {name: schema.empty_table() for name, schema in SCHEMAS.items()} | {
        "runs": table_from_rows([RUN], RUNS)
    }


@pytest.fixture
def folder(tables, tmp_path):
    write_published(tmp_path, tables, {"hardware": "two cores"})
    return tmp_path


def test_what_was_written_is_read_back(folder, tables):
    assert read_published(folder) == tables
    about = read_about(folder)
    assert about["hardware"] == "two cores"
    assert set(about["sha256"]) == {f"{name}.parquet" for name in SCHEMAS}


def test_another_table_than_the_one_spoken_of_is_refused(folder):
    write_table(table_from_rows([RUN | {"run_id": "b"}], RUNS), folder / "runs.parquet", RUNS)
    words = rf"runs\.parquet: not the file that {ABOUT} speaks of; .* `scalinglaws export`$"
    with pytest.raises(UserError, match=words):
        read_published(folder)


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", json.dumps({"sha256": ["runs.parquet"]})],
    ids=["empty", "half", "a list", "without hashes", "hashes without names"],
)
def test_what_export_did_not_write_is_refused(folder, content):
    (folder / ABOUT).write_text(content)
    with pytest.raises(UserError, match=rf"{ABOUT}: not written by `scalinglaws export`"):
        read_published(folder)


def test_a_folder_without_tables_says_how_to_get_them(tmp_path):
    with pytest.raises(UserError, match=f"{tmp_path}: no run tables yet; train the study where"):
        read_published(tmp_path)
