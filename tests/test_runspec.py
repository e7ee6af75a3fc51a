"""A run spec is the whole truth about a run, and its id says so."""

import argparse

import pytest

from scalinglaws.errors import UserError
from scalinglaws.runspec import RunSpec


def test_flags_give_the_spec_back(make_spec):
    spec = make_spec(peak_learning_rate=0.1 + 0.2, dropout=0.1)
    parser = argparse.ArgumentParser()
    RunSpec.add_flags(parser)
    assert RunSpec.from_flags(parser.parse_args(spec.to_flags())) == spec


def test_every_field_changes_the_id(make_spec):
    given = {"schedule_power": 2.0, "final_learning_rate": 0.1, "weight_decay": 0.1}
    spec = make_spec(**given)
    other = {"architecture": "lstm", "corpus": "x", "schedule": "cosine", "kernels": "fused"}
    other |= {"track_corpora": "x", "noise_tokens": 1024, "dropout": 0.5}
    other |= {"optimizer": "adafactor", "precision": "bfloat16"}
    ids = {spec.run_id}
    for name, value in spec.to_dict().items():
        if name == "reuse":  # of recurrent models only
            spec = make_spec(architecture="recurrent", reuse=2)
            assert spec.run_id != make_spec(architecture="recurrent").run_id
            ids.add(spec.run_id)
            continue
        changed = other.get(name) or (
            value / 2 if isinstance(value, float) else value * 2 if value else 1
        )
        ids.add(make_spec(**(given | {name: changed})).run_id)
    assert len(ids) == 1 + len(spec.to_dict())


def test_neutral_optional_fields_do_not_rename_runs(make_spec):
    assert "dropout" not in make_spec().canonical()
    assert "dropout" in make_spec(dropout=0.1).canonical()


def test_seeds_differ_by_purpose_and_run_but_not_by_call(make_spec):
    spec = make_spec()
    assert spec.random_seed("weights") == make_spec().random_seed("weights")
    assert spec.random_seed("weights") != spec.random_seed("batches")
    assert spec.random_seed("weights") != make_spec(seed=1).random_seed("weights")


def test_runs_of_other_rates_and_lengths_are_drawn_alike(make_spec):
    changes = {"peak_learning_rate": 0.1, "steps": 60, "schedule": "cosine", "beta2": 0.99}
    assert make_spec(**changes).random_seed("batches") == make_spec().random_seed("batches")


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"batch_tokens": 100}, "batch_tokens is 100"),
        ({"n_heads": 3}, "n_heads is 3"),
        ({"warmup_steps": 30}, "warmup_steps is 30"),
        ({"steps": 0}, "steps is 0"),
        ({"reuse": 2}, "reuse is 2"),
        ({"noise_tokens": 100}, "noise_tokens is 100"),
        ({"n_heads": 0}, "n_heads is 0"),
        ({"n_layer": -1}, "n_layer is -1"),
        ({"peak_learning_rate": float("nan")}, "peak_learning_rate is nan"),
        ({"peak_learning_rate": float("inf")}, "peak_learning_rate is inf"),
        ({"dropout": 1.0}, "dropout is 1.0, .* below 1"),
        ({"cooldown_fraction": 1.5}, "cooldown_fraction is 1.5, .* at most 1"),
        ({"cooldown_fraction": 1.0, "early_stopping_patience": 2}, "cooldown_fraction is 1"),
        ({"architecture": "rnn"}, "architecture is 'rnn', allowed: lstm, recurrent, transformer"),
        ({"architecture": "../evil"}, "architecture is '../evil'"),
        ({"schedule": "square"}, "schedule is 'square', allowed: constant, cosine, power"),
        ({"optimizer": "sgd"}, "optimizer is 'sgd', allowed: adam, adafactor"),
        ({"precision": "bfloat16", "kernels": "fused"}, "precision is 'bfloat16'"),
    ],
)
def test_impossible_runs_are_refused_in_one_line(make_spec, changes, names):
    with pytest.raises(UserError, match=names) as error:
        make_spec(**changes)
    assert "\n" not in str(error.value)
