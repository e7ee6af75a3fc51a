"""The tables of measurements that everything right of training reads.

A trained study, the paper's own points and somebody else's runs all arrive in these schemas, so
laws, tables and figures never ask where a number came from. Units stand in the field metadata
(key ``unit``), a sentence on the meaning in ``description``.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from scalinglaws.atomic import atomic_write
from scalinglaws.errors import UserError


def field(
    name: str, kind: pa.DataType, unit: str = "", description: str = "", required: bool = False
) -> pa.Field:
    """A Parquet field with its unit and meaning; ``required`` refuses nulls."""
    metadata = {"unit": unit or "1", "description": description}
    return pa.field(name, kind, nullable=not required, metadata=metadata)


_RUN_ID = field("run_id", pa.string(), "", "readable name of the run", required=True)

RUNS = pa.schema(
    [
        _RUN_ID,
        field("source", pa.string(), "", "trained, kaplan2020 or table", required=True),
        field("experiments", pa.list_(pa.string()), "", "sweeps the run is part of", required=True),
        field("status", pa.string(), "", "finished or diverged", required=True),
        field("trunk_id", pa.string(), "", "runs of equal trunk share all but their cool-down"),
        field("architecture", pa.string(), "", "transformer, lstm, recurrent"),
        field("n_layer", pa.int32(), "layers"),
        field("d_model", pa.int32(), "units"),
        field("d_ff", pa.int32(), "units"),
        field("n_heads", pa.int32(), "heads"),
        field("reuse", pa.int32(), "1", "recurrent: passes through the stack of layers"),
        field("n_ctx", pa.int32(), "tokens"),
        field("n_vocab", pa.int32(), "tokens"),
        field("n_params", pa.int64(), "parameters", "N, without embeddings"),
        field("n_params_total", pa.int64(), "parameters", "with embeddings"),
        field("corpus", pa.string(), "", "training text; test_loss is on its test split"),
        field("dataset_tokens", pa.int64(), "tokens", "D; null = one pass over fresh text"),
        field("batch_tokens", pa.int64(), "tokens", "B"),
        field("steps", pa.int64(), "steps", "S"),
        field("tokens", pa.int64(), "tokens", "processed, B S"),
        field("compute_6nbs", pa.float64(), "FLOPs", "C = 6 N B S"),
        field("compute_counted", pa.float64(), "FLOPs", "with attention and softmax"),
        field("peak_learning_rate", pa.float64(), "1", "largest rate of the schedule"),
        field("schedule", pa.string(), "", "shape of the learning rate"),
        field("schedule_power", pa.float64(), "1", "power: exponent of the share of steps left"),
        field("cooldown_fraction", pa.float64(), "1", "constant: last share of the steps"),
        field("final_learning_rate", pa.float64(), "1", "as a share of the peak"),
        field("warmup_steps", pa.int64(), "steps", "linear warm-up"),
        field("learning_rate_sum", pa.float64(), "1", "of all steps (Fig. 22)"),
        field("seed", pa.int64()),
        field("dropout", pa.float64(), "1", "probability"),
        field("test_loss", pa.float64(), "nats/token", "at the end of the run"),
        field("stop_step", pa.int64(), "steps", "of the smallest test loss, on limited text"),
        field("early_stopped_loss", pa.float64(), "nats/token", "test, there, before a cool-down"),
        field("test_nats_per_byte", pa.float64(), "nats/byte", "at the end of the run"),
        field("d_ff_ratio", pa.float64(), "1", "d_ff / d_model where the two are not known"),
        field("loss_increase", pa.float64(), "percent", "over the best of the series (Fig. 5)"),
    ]
)

CURVES = pa.schema(
    [
        _RUN_ID,
        field("step", pa.int64(), "steps", "S"),
        field("tokens", pa.int64(), "tokens", "processed so far"),
        field("compute_6nbs", pa.float64(), "FLOPs", "C = 6 N B S"),
        field("compute_min", pa.float64(), "FLOPs", "Eq. 5.5; null where B_crit is unknown"),
        field("phase", pa.string(), "", "trunk or cooldown; null where there is no such thing"),
        field("learning_rate", pa.float64(), "1"),
        field("train_loss", pa.float64(), "nats/token"),
        field("test_loss", pa.float64(), "nats/token"),
    ]
)

EVALUATIONS = pa.schema(
    [
        _RUN_ID,
        field("corpus", pa.string(), "", "text the run was scored on", required=True),
        field("split", pa.string(), "", "train, validation or test", required=True),
        field("n_tokens", pa.int64(), "tokens", "scored"),
        field("n_bytes", pa.int64(), "bytes", "of the scored text, UTF-8"),
        field("loss", pa.float64(), "nats/token"),
        field("loss_std_err", pa.float64(), "nats/token", "sampling error of the test set"),
        field("nats_per_byte", pa.float64(), "nats/byte"),
    ]
)

POSITIONS = pa.schema(
    [
        _RUN_ID,
        field("corpus", pa.string(), "", "text the run was scored on", required=True),
        field("position", pa.int32(), "tokens", "place in the context, from 1", required=True),
        field("n_tokens", pa.int64(), "tokens", "scored at this position"),
        field("loss", pa.float64(), "nats/token"),
    ]
)

BATCH_SCAN = pa.schema(
    [
        _RUN_ID,
        field("n_params", pa.int64(), "parameters", "N, without embeddings", required=True),
        field("batch_tokens", pa.int64(), "tokens", "B", required=True),
        field("loss", pa.float64(), "nats/token", "level that was reached", required=True),
        field("step", pa.float64(), "steps", "S where the run first reached it", required=True),
        field("tokens", pa.float64(), "tokens", "E = B S", required=True),
    ]
)

NOISE_SCALE = pa.schema(
    [
        _RUN_ID,
        field("step", pa.int64(), "steps", "S"),
        field("train_loss", pa.float64(), "nats/token", "mean since the measurement before"),
        field("test_loss", pa.float64(), "nats/token"),
        field("noise_scale", pa.float64(), "tokens", "tr(Sigma) / |G|^2 over nearby steps"),
    ]
)

TRACKED = pa.schema(
    [
        _RUN_ID,
        field("step", pa.int64(), "steps", "S; null: not known, rows in the order of training"),
        field("tokens", pa.int64(), "tokens", "processed so far"),
        field("corpus", pa.string(), "", "text the run was scored on", required=True),
        field("position", pa.int32(), "tokens", "place in the context; null: all of it"),
        field("loss", pa.float64(), "nats/token"),
        field("test_loss", pa.float64(), "nats/token", "on the run's own test text at that step"),
    ]
)

# Names of the files, results/{study}/metrics/{name}.parquet.
SCHEMAS = {
    "runs": RUNS,
    "curves": CURVES,
    "evaluations": EVALUATIONS,
    "positions": POSITIONS,
    "batch_scan": BATCH_SCAN,
    "noise_scale": NOISE_SCALE,
    "tracked": TRACKED,
}


def write_table(table: pa.Table, path: str | Path, schema: pa.Schema) -> None:
    """Write ``table`` as Parquet (zstd) with exactly ``schema``; equal tables give equal bytes.

    Only the declared metadata is written: no pandas metadata, no dates. The file appears whole or
    not at all. Raises UserError naming the file and the field where the table departs from the
    schema.
    """
    _check(table, path, schema)
    content = pa.Table.from_arrays([table.column(n) for n in schema.names], schema=schema)
    with atomic_write(Path(path)) as partial:
        pq.write_table(content, partial, compression="zstd", write_page_checksum=True)


def read_table(path: str | Path, schema: pa.Schema) -> pa.Table:
    """Read a Parquet file and check it against ``schema`` (names, types, required values).

    Raises UserError naming the file if it is missing, truncated, damaged (a page's checksum is
    verified where it has one) or departs from the schema.
    """
    if not Path(path).is_file():
        raise UserError(f"{path}: no such file; build it first, or correct the path")
    try:
        # Not pq.read_table: it imports pandas, a third of a second in every figure script.
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            table = file.read()
    except (OSError, ValueError, LookupError, NotImplementedError) as error:  # pyarrow's too
        first_line = str(error).splitlines()[0]
        raise UserError(
            f"{path}: not a readable Parquet file ({first_line}); delete it and make it again"
        ) from None
    _check(table, path, schema)
    return table.select(schema.names).replace_schema_metadata(None)


def table_from_rows(rows: list[dict], schema: pa.Schema) -> pa.Table:
    """A table of ``schema`` from one dictionary a row; keys left out become nulls.

    Raises UserError for a key that is no field of the schema: a misspelt column would otherwise
    vanish silently.
    """
    for row in rows:
        if unknown := sorted(set(row) - set(schema.names)):
            raise UserError(f"field {unknown[0]!r} is not part of the schema; correct its name")
    return pa.Table.from_pylist(rows, schema=schema)


def _check(table: pa.Table, path: str | Path, schema: pa.Schema) -> None:
    if missing := [name for name in schema.names if name not in table.schema.names]:
        raise UserError(f"{path}: field {missing[0]!r} is missing; add it, null where unknown")
    if surplus := [name for name in table.schema.names if name not in schema.names]:
        raise UserError(f"{path}: field {surplus[0]!r} is not part of the schema; remove it")
    for wanted in schema:
        found = table.schema.field(wanted.name)
        if found.type != wanted.type:
            raise UserError(
                f"{path}: field {wanted.name!r} has type {found.type}, must be {wanted.type}"
            )
        if not wanted.nullable and table.column(wanted.name).null_count:
            raise UserError(f"{path}: field {wanted.name!r} has nulls; fill every row")
