"""Counting one way or another, on runs whose every operation is known and on the paper's points."""

import runpy
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import get_args

import numpy as np
import pytest
from known_ladder import CONSTANTS, KAPLAN, ladder

from scalinglaws.compute import compute_6nbs, compute_counted, total_params
from scalinglaws.conventions.analysis import analyse
from scalinglaws.conventions.convert import converted, counted_params, flops_per_token
from scalinglaws.conventions.settings import Flops, Params
from scalinglaws.conventions.steps import Conventions, all_steps
from scalinglaws.conventions.table import CONVENTIONS, page
from scalinglaws.errors import UserError
from scalinglaws.kaplan2020.gather import gather
from scalinglaws.laws.curves.chinchilla import optimal_exponents
from scalinglaws.laws.frontier.trends import FRONTIER_LAWS
from scalinglaws.laws.measurements import Measurements
from scalinglaws.metrics import CURVES, RUNS, read_table, table_from_rows, write_table
from scalinglaws.study import load_study

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def paper():
    return Measurements.of(gather(ROOT / "data" / "kaplan2020"))


@pytest.fixture(scope="module")
def steps_of_the_paper(paper):
    declared = load_study("kaplan2020", ROOT).conventions.model_dump(exclude_none=True)
    return analyse(paper, declared, "kaplan2020")


def test_a_step_takes_over_what_it_does_not_change():
    first, second, third = all_steps(
        [
            KAPLAN | {"experiment": "a", "points": {"step": {"min": 10}}},
            {"title": "last layer", "flops": "last_layer"},
            {"title": "ends", "ends": True, "params": None},
        ]
    )
    assert second == replace(first, title="last layer", flops="last_layer")
    assert third == replace(second, title="ends", ends=True, points={})
    with pytest.raises(UserError, match="the first one says no experiment"):
        all_steps([KAPLAN])


def test_counts_are_those_of_table_1(make_spec):
    spec = make_spec(n_layer=3, d_model=32, d_ff=128)
    row = {name: getattr(spec, name) for name in ("n_layer", "d_model", "d_ff", "n_ctx", "n_vocab")}
    row |= {"n_params": spec.n_params, "n_params_total": None, "reuse": None, "tokens": 0}
    row |= {"compute_counted": None}
    assert counted_params(row, "total") == total_params(spec)
    per_token = {flops: flops_per_token(row, flops) for flops in ("non_embedding", "counted")}
    assert per_token["non_embedding"] * spec.tokens == compute_6nbs(spec)
    assert per_token["counted"] * spec.tokens == pytest.approx(compute_counted(spec))
    with_last = flops_per_token(row, "last_layer") - per_token["non_embedding"]
    assert with_last == 6 * spec.n_vocab * spec.d_model


def test_a_count_that_a_run_does_not_allow_is_unknown():
    shape = {"n_layer": 2, "d_model": 32, "d_ff": None, "n_ctx": 16, "n_vocab": 64, "reuse": None}
    row = shape | {"n_params": 10_000, "n_params_total": None}
    row |= {"compute_counted": 9e9, "tokens": 1e5}
    assert flops_per_token(row, "counted") == 9e4, "as the run itself counted it"
    assert flops_per_token(row | {"tokens": None, "n_layer": None}, "counted") is None
    assert flops_per_token(row | {"n_vocab": None}, "last_layer") is None
    assert flops_per_token(row | {"n_params": None}, "non_embedding") is None
    assert flops_per_token(row | {"n_vocab": None}, "total") is None
    four_wide = flops_per_token(row | {"tokens": None, "d_ff": 128}, "counted")
    assert flops_per_token(row | {"tokens": None}, "counted") == four_wide


def test_runs_whose_total_size_alone_is_known_are_counted_by_their_tokens():
    known = {"source": "table", "experiments": ["all"], "status": "finished", "test_loss": 3.0}
    logged = {"n_params_total": 1_000_000, "tokens": 20_000_000, "compute_6nbs": 4e13}
    rows = [
        known | logged | {"run_id": "a"},
        known | logged | {"run_id": "b", "tokens": None},
        known | logged | {"run_id": "c", "compute_6nbs": None},
    ]
    curves = [{"run_id": run, "compute_6nbs": 1e13, "test_loss": 4.0} for run in "ab"]
    measured = Measurements(
        runs=table_from_rows(rows, RUNS), curves=table_from_rows(curves, CURVES)
    )
    found = converted(measured, Conventions("all", "total", "total", "all"))
    (row,) = found.measurements.runs.to_pylist()
    assert (row["run_id"], row["n_params"], row["n_params_total"]) == ("a", 10**6, 10**6)
    assert row["compute_6nbs"] == 6.0 * 1e6 * 2e7
    # Logged as 4e13, C is 1.2e14: points along the curve are three times what was logged as well.
    assert found.measurements.curves["compute_6nbs"].to_pylist() == pytest.approx([3e13])
    assert dict(found.excluded) == {
        "b": "tokens not known, which the convention counts with",
        "c": "compute_6nbs not known, which the convention counts with",
    }


def test_counting_as_kaplan_does_changes_nothing(paper):
    step = Conventions("Kaplan", "non_embedding", "non_embedding", "learning_curves")
    found = converted(paper, step).measurements
    own = paper.curves.filter(
        np.isin(paper.curves["run_id"].to_pylist(), found.runs["run_id"].to_pylist())
    )
    assert found.curves.equals(own)


def test_a_run_of_unknown_shape_is_left_out_with_the_reason():
    measured = ladder(d_model=lambda size: None if size > 5e8 else 64, n_vocab=lambda size: 100)
    step = Conventions("last layer", "non_embedding", "last_layer", "all")
    found = converted(measured, step)
    reasons = dict(found.excluded)
    assert reasons["N1e+09"] == "d_model not known, which the convention counts with"
    assert len(found.measurements.runs) == len(measured.runs) - len(reasons)


@pytest.mark.parametrize("params", get_args(Params))
@pytest.mark.parametrize("flops", get_args(Flops))
def test_a_run_is_left_out_for_what_its_count_needs(params, flops):
    """Each column is taken away in turn: a reason names it alone, or the run needs it not."""
    whole = {"run_id": "a", "source": "table", "experiments": ["all"], "status": "finished"}
    whole |= {"test_loss": 3.0, "compute_6nbs": 1e12}
    shape = {"n_params": 10_000, "n_layer": 2, "d_model": 32, "n_ctx": 16, "n_vocab": 64}
    step, needed = Conventions("a count", params, flops, "all"), set()
    for column in (None, *shape):
        runs = table_from_rows([whole | shape | {column: None} if column else whole | shape], RUNS)
        found = converted(Measurements(runs=runs), step)
        if found.excluded:
            needed.add(column)
            (reason,) = (reason for _, reason in found.excluded)
            assert reason == f"{column} not known, which the convention counts with"
    total = {"n_params", "n_vocab", "n_ctx", "d_model"} if "total" in (params, flops) else set()
    layers = {"d_model", "n_vocab"} if flops in ("last_layer", "counted") else set()
    depth = {"n_layer", "n_ctx"} if flops == "counted" else set()
    assert needed == {"n_params"} | total | layers | depth


def test_curves_that_start_late_are_not_taken_for_a_frontier():
    """Left out for their few steps, larger models start late: N ~ C is the edge of the data."""
    true = optimal_exponents(*CONSTANTS[3:])[0]
    step = KAPLAN | {"experiment": "all"}
    (whole,) = analyse(ladder(), {"steps": [step]}, "x")
    assert whole["exponent"] == pytest.approx(true, abs=0.02)
    late = ladder(first_tokens=2e10)
    naive = FRONTIER_LAWS["N_opt(C)"](late, {"experiment": "all"})
    assert naive["p_N"][0] > true + 0.2
    (row,) = analyse(late, {"steps": [step]}, "x")
    assert row["status"] != "ok" or row["ci_low"] < true < row["ci_high"]


def test_the_papers_points_go_from_kaplans_exponent_towards_chinchillas(steps_of_the_paper):
    kaplan, last, both, warm, decay = steps_of_the_paper
    assert kaplan["ci_low"] < 0.88 < kaplan["ci_high"]
    # Counted in C alone the last layer bends the line; in both it takes a third of the way.
    assert last["ci_low"] > kaplan["ci_high"]
    assert both["ci_high"] < kaplan["ci_low"]
    # Without the points of the long warm-up most of the way is gone, but not all of it: that their
    # rate decays over one length only is left.
    assert warm["exponent"] < both["exponent"]
    assert 0.5 < warm["ci_low"] < warm["ci_high"] < kaplan["ci_low"]
    assert decay["exponent"] is None or decay["status"] != "ok"
    assert "one length only" in decay["status"]


def test_the_page_gives_numbers_or_reasons(steps_of_the_paper):
    text = page("kaplan2020", steps_of_the_paper)
    table = table_from_rows(steps_of_the_paper, CONVENTIONS).to_pylist()
    for row in table:
        assert row["title"] in text
        assert (f"{row['exponent']:.3f} [" in text) if row["status"] == "ok" else row["status"]


def test_an_experiment_that_is_not_there_is_a_status():
    (row,) = analyse(ladder(), {"steps": [KAPLAN | {"experiment": "none"}]}, "x")
    assert row["status"].startswith("experiment 'none'") and not row["compute"]


def test_through_the_door(paper, steps_of_the_paper, tmp_path):
    write_table(paper.runs, tmp_path / "runs.parquet", RUNS)
    write_table(paper.curves, tmp_path / "curves.parquet", CURVES)
    declared = load_study("kaplan2020", ROOT).conventions.model_dump(exclude_none=True)
    snakemake = SimpleNamespace(
        input=SimpleNamespace(runs=tmp_path / "runs.parquet", curves=tmp_path / "curves.parquet"),
        output=SimpleNamespace(page=tmp_path / "c.md", table=tmp_path / "c.parquet"),
        params=SimpleNamespace(declared=declared | {"simulate": []}, published={}),
        wildcards=SimpleNamespace(study="kaplan2020"),
        log=[],
    )
    script = ROOT / "workflow" / "scripts" / "conventions.py"
    runpy.run_path(str(script), init_globals={"snakemake": snakemake})
    assert (tmp_path / "c.md").read_text() == page("kaplan2020", steps_of_the_paper)
    assert read_table(tmp_path / "c.parquet", CONVENTIONS).num_rows == len(steps_of_the_paper)
