"""One of each more, as the how-to pages say, and nothing that was there is made anew."""

import json
import random

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from howto import follow

from scalinglaws.study import load_study

pytestmark = pytest.mark.workflow

WORDS = "a corpus of my own has some words and many of them more than once in each line"
TARGETS = (
    "results/micro/metrics/runs.parquet",
    "results/micro/metrics/evaluations.parquet",
    "results/micro/data_cards/my_text.md",
    "results/micro/laws/L_width.txt",
    "results/micro/figures/width.png",
)


def add(clone, kind):
    """Follow one page in a clone."""
    follow(clone.path / f"docs/howto/{kind}.md", clone.path)


def write_letters(clone):
    """More documents for the corpus of the page: a test split of some thousand tokens."""
    draw = random.Random(0)
    texts = (" ".join(draw.choices(WORDS.split(), k=400)) for _ in range(400))
    with (clone.path / "data/my_text/letters.jsonl").open("a") as file:
        file.writelines(json.dumps({"id": f"n{i}", "text": t}) + "\n" for i, t in enumerate(texts))


def test_an_architecture_trains_its_own_runs_alone(clone):
    before = clone.bytes_of("results/micro/runs/*")
    old = set(load_study(None, clone.path).runs())
    add(clone, "architecture")
    assert clone.planned("results/micro/metrics/runs.parquet") == {
        "train": 2,
        "evaluate": 2,
        "gather": 1,
    }
    clone.snakemake("results/micro/metrics/runs.parquet")
    runs = pq.read_table(clone.path / "results/micro/metrics/runs.parquet").to_pylist()
    new = [run for run in runs if run["run_id"] not in old]
    assert {(run["architecture"], run["n_params"]) for run in new} == {
        ("gru", 6 * width**2) for width in (16, 32)
    }
    assert all(run["test_loss"] > 0 for run in new)
    after = clone.bytes_of("results/micro/runs/*")
    assert {name: after[name] for name in before} == before


def test_each_addition_makes_its_own_results_and_no_others(clone):
    before = clone.bytes_of("results/**/*")
    old = set(load_study(None, clone.path).runs())

    add(clone, "law")
    assert clone.planned() == {"fit_own_law": 2, "law_views": 2, "laws_page": 2}  # with the paper's
    add(clone, "figure")
    assert clone.planned("results/micro/figures/width.png") == {"fit_own_law": 1, "figure": 1}
    clone.snakemake("results/micro/figures/width.png")
    assert {name: clone.bytes_of("results/**/*")[name] for name in before} == before

    add(clone, "experiment")
    new = set(load_study(None, clone.path).runs()) - old
    planned = clone.planned()
    assert planned["train"] == planned["evaluate"] == len(new) > 0
    add(clone, "corpus")
    write_letters(clone)
    planned = clone.planned()
    assert planned["train"] == len(new)
    assert planned["evaluate"] == len(old | new), "the new corpus is scored by old models as well"
    assert planned["fetch"] == planned["clean"] == planned["tokenize_split"] == 1

    clone.snakemake(*TARGETS)
    results = clone.path / "results/micro"
    runs = pq.read_table(results / "metrics/runs.parquet").to_pylist()
    assert {run["run_id"] for run in runs} == old | new
    assert all(run["status"] == "finished" for run in runs)
    assert {r["run_id"] for r in runs if "narrow_heads" in r["experiments"]} == new
    scores = pq.read_table(results / "metrics/evaluations.parquet")
    scored = scores.filter(pc.equal(scores["corpus"], "my_text"))["run_id"].to_pylist()
    assert set(scored) == old | new
    assert "L_width" in (results / "laws/L_width.txt").read_text()
    kept = [name for name in before if "/runs/" in name or "/tokens/" in name]
    after = clone.bytes_of("results/**/*")
    assert kept and [name for name in kept if after[name] != before[name]] == []
    assert clone.planned(*TARGETS) == {}
