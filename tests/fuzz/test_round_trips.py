"""What is written in any accepted way reads as the same: specs, run tables, merged settings."""

import argparse
import copy
import gzip
import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import feather

from scalinglaws.runspec import RunSpec
from scalinglaws.study import merge
from scalinglaws.user_table import read_user_table

PLAIN = settings(max_examples=60, derandomize=True, database=None, deadline=None)
rates = st.floats(1e-9, 1e3, allow_subnormal=False)
shares = st.floats(0.0, 0.999)


@st.composite
def specs(draw):
    n_ctx, heads = draw(st.integers(1, 4096)), draw(st.integers(1, 16))
    return RunSpec(
        architecture=draw(st.sampled_from(["transformer", "lstm"])),
        n_layer=draw(st.integers(0, 100)),
        d_model=heads * draw(st.integers(1, 512)),
        n_heads=heads,
        d_ff=draw(st.integers(1, 10**5)),
        n_ctx=n_ctx,
        n_vocab=draw(st.integers(1, 65536)),
        init_std=draw(rates),
        corpus=draw(st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)),
        batch_tokens=n_ctx * draw(st.integers(1, 1000)),
        steps=draw(st.integers(11, 10**7)),
        peak_learning_rate=draw(rates),
        schedule=draw(st.sampled_from(["constant", "cosine", "power"])),
        warmup_steps=draw(st.integers(0, 10)),
        cooldown_fraction=draw(shares),
        final_learning_rate=draw(shares),
        beta1=draw(shares),
        beta2=draw(shares),
        epsilon=draw(rates),
        weight_decay=draw(shares),
        gradient_clip=draw(rates),
        test_tokens=draw(st.integers(1, 10**6)),
        tests_per_decade=draw(st.integers(1, 50)),
        kernels=draw(st.sampled_from(["fused", "torch"])),
        seed=draw(st.integers(0, 2**31)),
        dropout=draw(shares),
        dataset_tokens=draw(st.integers(0, 10**12)),
        schedule_power=draw(rates),
    )


@PLAIN
@given(specs())
def test_a_spec_comes_back_from_flags_and_from_json(spec):
    parser = argparse.ArgumentParser()
    RunSpec.add_flags(parser)
    for back in (
        RunSpec.from_flags(parser.parse_args(spec.to_flags())),
        RunSpec(**json.loads(json.dumps(spec.to_dict()))),
    ):
        assert back == spec
        assert (back.run_id, back.trunk_id) == (spec.run_id, spec.trunk_id)


settings_trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.lists(st.integers()),
    lambda inner: st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=12,
)
overlays = st.dictionaries(st.sampled_from("abcd"), settings_trees, max_size=4)


@PLAIN
@given(overlays, overlays)
def test_an_overlay_is_laid_once(base, overlay):
    before = copy.deepcopy((base, overlay))
    merged = merge(base, overlay)
    assert merge(base, {}) == base
    assert merge({}, overlay) == overlay
    assert merge(merged, overlay) == merged
    assert set(merged) == set(base) | set(overlay)
    assert all(merged[k] == v for k, v in overlay.items() if not isinstance(v, dict))
    assert (base, overlay) == before


def _spelled(size: int, way: str) -> object:
    ways = {
        "plain": size,
        "float": float(size),
        "text": str(size),
        "thousands": f"{size // 1000}k",
        "grouped": f"{size:,}",
        "exponent": f"{size:.17e}",
        "spaced": f" {size} ",
    }
    return ways[way]


def _write(frame: pd.DataFrame, path, way: str) -> None:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    rows = frame.to_dict("records")
    if way == "parquet":
        pq.write_table(table, path)
    elif way == "feather":
        feather.write_feather(table, path, compression="uncompressed")
    elif way == "rows":
        path.write_text(json.dumps(rows))
    elif way == "lines":
        path.write_text("\n".join(map(json.dumps, rows)))
    elif way == "columns":
        path.write_text(json.dumps(frame.to_dict("list")))
    elif way == "gzip":
        path.write_bytes(gzip.compress(frame.to_csv(index=False).encode()))
    elif way == "utf16":
        path.write_bytes(frame.to_csv(index=False).encode("utf-16"))
    else:
        path.write_text("# exported\n" + frame.to_csv(index=False, sep=way))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tables")


@PLAIN
@given(
    sizes=st.lists(st.integers(1, 10**6).map(lambda k: 1000 * k), min_size=1, max_size=5),
    losses=st.lists(st.floats(0.5, 9.0).map(lambda x: round(x, 6)), min_size=5, max_size=5),
    spelling=st.sampled_from(
        ["plain", "float", "text", "thousands", "grouped", "exponent", "spaced"]
    ),
    way=st.sampled_from(
        ["parquet", "feather", "rows", "lines", "columns", "gzip", "utf16", ",", ";", "\t", "|"]
    ),
    names=st.sampled_from([("run", "N", "loss"), ("run_name", "params", "val_loss")]),
)
def test_a_table_reads_the_same_in_every_format_and_spelling(
    folder, sizes, losses, spelling, way, names
):
    losses = losses[: len(sizes)]
    frame = pd.DataFrame(
        {
            names[0]: [f"r{i}" for i in range(len(sizes))],
            names[1]: [_spelled(size, spelling) for size in sizes],
            names[2]: losses,
        }
    )
    _write(frame, folder / "runs", way)
    runs = read_user_table(folder / "runs")[0].runs
    assert runs["run_id"].to_pylist() == [f"r{i}" for i in range(len(sizes))]
    assert runs["n_params"].to_pylist() == sizes
    assert runs["test_loss"].to_pylist() == losses
