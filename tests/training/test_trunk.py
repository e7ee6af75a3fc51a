"""Runs of several lengths share a trunk, and end with the bytes of runs that trained it alone."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from scalinglaws.cost import run_seconds, states_to_leave, study_seconds
from scalinglaws.study import load_study
from scalinglaws.training.checkpoint import Trunk
from scalinglaws.training.loop import train
from scalinglaws.training.schedule import trunk_end


@pytest.fixture
def shard():
    return (np.cumsum(np.random.default_rng(0).integers(0, 3, 8_000)) % 64).astype(np.uint16)


@pytest.mark.parametrize("changes", [{}, {"dropout": 0.1}], ids=["plain", "dropout"])
def test_a_shorter_run_goes_on_from_the_longer_runs_trunk(
    make_spec, shard, tmp_path, kernels, changes
):
    longer = make_spec(steps=60, kernels=kernels, **changes)
    shorter = replace(longer, steps=30)
    alone = train(shorter, shard[:6000], shard[6000:])
    leave_at = states_to_leave([shorter, longer])[longer.run_id]
    assert leave_at == [trunk_end(shorter)] == [24]
    train(longer, shard[:6000], shard[6000:], trunk=Trunk(tmp_path, "key", leave_at))
    steps = []
    found = train(
        shorter,
        shard[:6000],
        shard[6000:],
        report=lambda step, loss: steps.append(step),
        trunk=Trunk(tmp_path, "key"),
    )
    assert steps == list(range(25, 31)), "only the cool-down is trained"
    assert found.curve == alone.curve
    assert all(torch.equal(found.weights[k], alone.weights[k]) for k in alone.weights)


def test_a_trunk_is_shared_by_runs_that_differ_in_length_or_cooldown_alone(make_spec):
    spec = make_spec()
    for change in ({"steps": 60}, {"cooldown_fraction": 0.1}, {"final_learning_rate": 0.1}):
        assert replace(spec, **change).trunk_id == spec.trunk_id
    for change in ({"seed": 1}, {"peak_learning_rate": 0.02}, {"warmup_steps": 6}, {"d_ff": 32}):
        assert replace(spec, **change).trunk_id != spec.trunk_id


@pytest.mark.parametrize("change", [{"schedule": "cosine"}, {"early_stopping_patience": 2}])
def test_runs_whose_end_is_built_in_share_nothing(make_spec, change):
    spec = make_spec(**change)
    assert spec.trunk_id == spec.run_id != replace(spec, steps=60).trunk_id


def test_a_damaged_state_is_named_removed_and_trained_anew(make_spec, shard, tmp_path, capsys):
    spec = make_spec()
    trunk = Trunk(tmp_path, "key")
    trunk.leave(trunk_end(spec), {"step": 24})
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:50])
    found = train(spec, shard[:6000], shard[6000:], trunk=trunk)
    assert found.curve == train(spec, shard[:6000], shard[6000:]).curve
    assert "damaged" in capsys.readouterr().err
    assert not path.exists()


def test_a_shared_trunk_is_paid_for_once(root):
    study = load_study(root=root)
    ladder = study.experiments["model_size"]
    spec = next(spec for spec, serves in study.runs().values() if "model_size" in serves)
    half = ladder.model_copy(update={"training": {"steps": spec.steps // 2}})
    both = study.model_copy(update={"experiments": {"model_size": ladder, "half": half}})
    seconds = study_seconds(both)
    shorter = replace(spec, steps=spec.steps // 2)
    assert seconds[spec.run_id] == run_seconds(spec, study)
    assert seconds[shorter.run_id] < 0.5 * run_seconds(shorter, study)
