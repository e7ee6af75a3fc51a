"""How large a study's numbers may be: what the run table holds, and how many runs."""

import re

import pytest

from scalinglaws import study
from scalinglaws.errors import UserError
from scalinglaws.study import load_yaml, validate

LARGEST_SIZE, LARGEST_COUNT = 2_147_483_647, 9_223_372_036_854_775_807  # of int32 and int64


@pytest.fixture
def specs_of(root):
    """The runs of a study whose only experiment has some settings of its own."""

    def found(**settings):
        config = load_yaml(root / "config/config.yaml")
        experiment = {"description": "x", "shapes": [[1, 16]]} | settings
        config |= {"experiments": {"one": experiment}, "laws": {}}
        return [spec for spec, _ in validate(config, "test").runs().values()]

    return found


def shape(**changes):
    return [{"n_layer": 1, "d_model": 16} | changes]


def test_the_largest_numbers_that_the_run_table_holds_are_accepted(specs_of):
    [spec] = specs_of(shapes=shape(d_ff=LARGEST_SIZE), seeds=[LARGEST_COUNT])
    assert (spec.d_ff, spec.seed) == (LARGEST_SIZE, LARGEST_COUNT)


@pytest.mark.parametrize("key", ["n_layer", "d_model", "d_ff", "n_heads"])
def test_a_size_that_is_too_large_is_refused_as_it_was_given(specs_of, key):
    """Before anything is computed from it: heads of an endless width are looked for endlessly."""
    with pytest.raises(UserError, match=f": {key}: given {LARGEST_SIZE + 1}, allowed: "):
        specs_of(shapes=shape(**{key: LARGEST_SIZE + 1}))


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"seeds": [LARGEST_COUNT + 1]}, f"seed: gives {LARGEST_COUNT + 1}"),
        ({"seeds": [-LARGEST_COUNT - 1]}, f"seed: gives {-LARGEST_COUNT - 1}"),
        ({"model": {"d_ff_ratio": 2**27}}, f"d_ff: gives {LARGEST_SIZE + 1}"),
    ],
)
def test_a_number_that_comes_out_too_large_is_refused(specs_of, settings, line):
    with pytest.raises(UserError, match=re.escape(f"experiments.one, shape (1, 16): {line}, all")):
        specs_of(**settings)


def test_more_runs_than_a_study_holds_are_refused_before_any_is_made(specs_of):
    with pytest.raises(UserError, match=r"one: 100001 runs, allowed: at most 100000$"):
        specs_of(seeds=list(range(100_001)), model={"no such key": 1})


def test_as_many_runs_as_are_allowed_are_no_fault(specs_of, monkeypatch):
    monkeypatch.setattr(study, "MOST_RUNS", 4)
    assert len(specs_of(seeds=[0, 1], dataset_tokens=[None, 1000])) == 4
    with pytest.raises(UserError, match="5 runs"):
        specs_of(seeds=[0, 1, 2, 3, 4])
