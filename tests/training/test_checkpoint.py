"""An interrupted run ends with the bytes of an undisturbed one; checkpoints have one writer."""

import fcntl
import os
import subprocess
import sys

import numpy as np
import pytest
import torch

from scalinglaws.training.checkpoint import Checkpoint, checkpoint_key
from scalinglaws.training.loop import train


class Interrupted(Exception):
    pass


@pytest.fixture
def shard():
    random = np.random.default_rng(0)
    steps = np.where(random.random(8_000) < 0.9, 1, random.integers(0, 64, 8_000))
    return (np.cumsum(steps) % 64).astype(np.uint16)


def train_with_interruptions(spec, shard, checkpoint, calls):
    """Train, raising after each of the given numbers of reported steps and starting anew."""
    for call in calls:
        left = [call]

        def report(step, loss, left=left):
            left[0] -= 1
            if left[0] < 0:
                raise Interrupted

        with pytest.raises(Interrupted):
            train(spec, shard[:6000], shard[6000:], report, checkpoint)
    return train(spec, shard[:6000], shard[6000:], checkpoint=checkpoint)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"dropout": 0.2, "schedule": "cosine"},
        {"dropout": 0.1, "dataset_tokens": 200, "early_stopping_patience": 2, "steps": 60},
        {"n_layer": 0},
        {"architecture": "recurrent", "reuse": 3, "dropout": 0.1},
        {"architecture": "lstm", "dropout": 0.1},
    ],
    ids=["plain", "dropout", "early stopping", "no layers", "recurrent", "lstm"],
)
def test_interrupted_runs_are_undisturbed(make_spec, shard, tmp_path, changes, kernels):
    spec = make_spec(tests_per_decade=8, kernels=kernels, **changes)
    whole = train(spec, shard[:6000], shard[6000:])
    checkpoint = Checkpoint(tmp_path / "run.pt", every=0.0)
    resumed = train_with_interruptions(spec, shard, checkpoint, [1, 4, 9, 2, 11])
    repeated = train(spec, shard[:6000], shard[6000:])
    for run in (resumed, repeated):
        assert run.curve == whole.curve
        assert all(torch.equal(run.weights[k], whole.weights[k]) for k in whole.weights)


def test_early_stopping_ends_at_the_best_test_loss(make_spec, shard):
    spec = make_spec(
        dataset_tokens=100,
        steps=400,
        tests_per_decade=20,
        early_stopping_patience=3,
        d_model=32,
        d_ff=128,
    )
    run = train(spec, shard[:6000], shard[6000:])
    trunk = [row for row in run.curve if row.phase == "trunk"]
    cooldown = [row for row in run.curve if row.phase == "cooldown"]
    best = min(trunk, key=lambda row: row.test_loss)
    assert trunk[-1].step < spec.steps, "100 tokens are learnt by heart long before 400 steps"
    assert trunk[-1].test_loss > best.test_loss
    assert trunk[-1].train_loss < best.train_loss
    assert cooldown[-1].step == best.step + max(round(0.25 * best.step), 1)
    assert cooldown[-1].learning_rate == 0


def test_subsets_are_nested(make_spec, shard):
    small, large = make_spec(dataset_tokens=512), make_spec(dataset_tokens=1024)
    seen = []
    for spec in (small, large):
        from scalinglaws.training.trainer import Trainer

        seen.append(Trainer(spec, np.arange(6000, dtype=np.uint16) % 64, shard).batches.shard)
    assert np.array_equal(seen[1][:512], seen[0])


def test_a_damaged_checkpoint_is_named_and_not_used(make_spec, shard, tmp_path, capsys):
    path = tmp_path / "run.pt"
    path.write_bytes(b"half a file")
    assert Checkpoint(path, 0.0).load() is None
    assert "run.pt: damaged" in capsys.readouterr().err
    assert not path.exists()


def test_a_checkpoint_cannot_run_code(tmp_path, capsys):
    class Harmful:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "harm"),))

    path = tmp_path / "run.pt"
    torch.save({"step": Harmful()}, path)
    assert Checkpoint(path, 0.0).load() is None
    assert not (tmp_path / "harm").exists()


def test_the_key_knows_spec_code_and_tokens(make_spec, tmp_path):
    shard = tmp_path / "train.bin"
    facts = shard.with_suffix(".json")
    facts.write_text('{"sha256": "abc"}')
    keys = {
        checkpoint_key(make_spec().canonical(), "code", [shard]),
        checkpoint_key(make_spec(seed=1).canonical(), "code", [shard]),
        checkpoint_key(make_spec().canonical(), "other code", [shard]),
    }
    facts.write_text('{"sha256": "abd"}')
    keys.add(checkpoint_key(make_spec().canonical(), "code", [shard]))
    assert len(keys) == 4


def test_a_second_writer_waits_and_takes_the_result_over(tmp_path, capsys):
    checkpoint = Checkpoint(tmp_path / "run.pt", 0.0)
    with open(tmp_path / "run.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        code = (
            "import sys; from pathlib import Path;"
            "from scalinglaws.training.checkpoint import Checkpoint\n"
            "c = Checkpoint(Path(sys.argv[1]), 0)\n"
            "with c.only_writer():\n    print(c.load()['step'])"
        )
        waiter = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "run.pt")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert "waiting for it" in waiter.stderr.readline()
        checkpoint.save({"step": 7})
        checkpoint.discard()  # someone waits: it stays
        assert checkpoint.path.exists()
    assert waiter.communicate(timeout=60)[0] == "7\n"
    checkpoint.discard()
    assert not checkpoint.path.exists()
