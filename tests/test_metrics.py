"""The schemas of metrics: what is written is what is declared, and departures are named."""

import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scalinglaws.errors import UserError
from scalinglaws.metrics import RUNS, read_table, table_from_rows, write_table

ROW = {
    "run_id": "a",
    "source": "trained",
    "experiments": ["model_size"],
    "status": "finished",
    "n_params": 12,
    "test_loss": 3.5,
}


def test_round_trip_keeps_values_and_units(tmp_path):
    path = tmp_path / "runs.parquet"
    write_table(table_from_rows([ROW], RUNS), path, RUNS)
    table = read_table(path, RUNS)
    assert table.to_pylist()[0]["experiments"] == ["model_size"]
    assert table.schema.field("test_loss").metadata[b"unit"] == b"nats/token"


def test_equal_tables_give_equal_bytes_without_pandas_metadata(tmp_path):
    table = table_from_rows([ROW], RUNS)
    with_pandas = pa.Table.from_pandas(table.to_pandas(), schema=RUNS)
    write_table(table, tmp_path / "a.parquet", RUNS)
    write_table(with_pandas, tmp_path / "b.parquet", RUNS)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    assert b"pandas" not in (pq.read_metadata(tmp_path / "a.parquet").metadata or {})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.drop_columns(["seed"]), "'seed' is missing"),
        (lambda t: t.append_column("extra", pa.array([1])), "'extra' is not part"),
        (
            lambda t: t.set_column(
                t.schema.get_field_index("n_params"), "n_params", pa.array([1.0])
            ),
            "'n_params' has type double",
        ),
        (
            lambda t: t.set_column(0, "run_id", pa.array([None], pa.string())),
            "'run_id' has nulls",
        ),
    ],
)
def test_departures_from_the_schema_name_file_and_field(tmp_path, change, message):
    path = tmp_path / "runs.parquet"
    with pytest.raises(UserError, match=message) as error:
        write_table(change(table_from_rows([ROW], RUNS)), path, RUNS)
    assert "runs.parquet" in str(error.value)
    assert not path.exists()


def test_reading_checks_too(tmp_path):
    path = tmp_path / "runs.parquet"
    pq.write_table(pa.table({"run_id": ["a"]}), path)
    with pytest.raises(UserError, match="'source' is missing"):
        read_table(path, RUNS)
    path.write_bytes(b"not parquet")
    with pytest.raises(UserError, match="not a readable Parquet file"):
        read_table(path, RUNS)
    with pytest.raises(UserError, match="no such file"):
        read_table(tmp_path / "absent.parquet", RUNS)


def test_a_misspelt_field_is_refused():
    with pytest.raises(UserError, match="'test_los'"):
        table_from_rows([{**ROW, "test_los": 1.0}], RUNS)


def test_a_flipped_bit_is_told_or_harmless(tmp_path):
    """Parquet without checksums of its pages reads most of them as other numbers."""
    path, draw = tmp_path / "runs.parquet", random.Random(0)
    table = table_from_rows(
        [ROW | {"run_id": f"r{n}", "test_loss": n / 7} for n in range(99)], RUNS
    )
    write_table(table, path, RUNS)
    content, told = path.read_bytes(), 0
    for _ in range(200):
        damaged = bytearray(content)
        damaged[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
        path.write_bytes(damaged)
        try:
            assert read_table(path, RUNS).equals(table.replace_schema_metadata(None))
        except UserError as error:
            assert "runs.parquet" in str(error)
            told += 1
    assert told > 100
