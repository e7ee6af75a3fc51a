"""Which runs a law is fitted to, and why the others are not."""

import pytest

from scalinglaws.errors import UserError
from scalinglaws.laws.selection import select_runs
from scalinglaws.metrics import RUNS, table_from_rows


def run(name, n_params, loss=4.0, status="finished", experiments=("model_size",), **more):
    return {
        "run_id": name,
        "source": "trained",
        "experiments": list(experiments),
        "status": status,
        "n_params": n_params,
        "test_loss": loss,
        **more,
    }


RUNS_TABLE = table_from_rows(
    [
        run("big", 4000, d_model=64),
        run("seed_1", 2000, d_model=32),
        run("seed_0", 2000, d_model=32),
        run("other", 3000, experiments=["depth"]),
        run("lost", 3000, None, status="diverged"),
        run("narrow", 1000, d_model=8),
        run("empty", 0, d_model=32),
        run("unknown", None, d_model=32),
        run("unscored", 2500, None, d_model=32),
        run("infinite", 2600, float("nan"), d_model=32),
        run("shapeless", 2700),
    ],
    RUNS,
)


def test_each_run_left_out_has_its_reason():
    chosen = select_runs(RUNS_TABLE, "model_size", {"d_model": {"min": 16}})
    assert chosen.run_ids == ["seed_0", "seed_1", "big"]
    assert chosen.x.tolist() == [2000, 2000, 4000]
    assert dict(chosen.excluded) == {
        "lost": "diverged",
        "narrow": "d_model below 16",
        "empty": "n_params is not positive",
        "unknown": "n_params is missing",
        "unscored": "test_loss is missing",
        "infinite": "test_loss is missing",
        "shapeless": "d_model is missing",
    }


def test_the_order_of_rows_does_not_matter():
    backwards = RUNS_TABLE.take(list(range(RUNS_TABLE.num_rows))[::-1])
    first, second = (select_runs(t, "model_size", {}) for t in (RUNS_TABLE, backwards))
    assert (first.run_ids, first.excluded) == (second.run_ids, second.excluded)


def test_ranges_are_closed():
    chosen = select_runs(RUNS_TABLE, "model_size", {"n_params": {"min": 2000, "max": 4000}})
    assert "big" in chosen.run_ids and "seed_0" in chosen.run_ids
    chosen = select_runs(RUNS_TABLE, "model_size", {"n_params": {"max": 3999}})
    assert ("big", "n_params above 3999") in chosen.excluded


@pytest.mark.parametrize(
    ("experiment", "select", "message"),
    [
        ("model_sizes", {}, "there are: depth, model_size"),
        ("model_size", {"d_modle": {"min": 1}}, "'d_modle' is no column"),
        ("model_size", {"source": {"min": 1}}, "'source' is not a number"),
    ],
)
def test_mistakes_are_named(experiment, select, message):
    with pytest.raises(UserError, match=message):
        select_runs(RUNS_TABLE, experiment, select)
