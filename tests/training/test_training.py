"""The loop learns, repeats itself to the byte, and says when a run diverged."""

import math
import subprocess
import sys

import numpy as np
import pytest
import torch

from scalinglaws.errors import UserError
from scalinglaws.models.build import build_model
from scalinglaws.models.language_model import LanguageModel
from scalinglaws.training.batches import Batches
from scalinglaws.training.evaluation import test_windows as windows_of
from scalinglaws.training.evaluation import token_losses
from scalinglaws.training.loop import logged_steps, train
from scalinglaws.training.runfile import read_run, write_run
from scalinglaws.training.schedule import learning_rate, learning_rate_sum
from scalinglaws.training.trainer import Trainer
from scalinglaws.training.weights import load_weights, write_weights


@pytest.fixture
def shard():
    """A stream with structure: each token is mostly the one before plus one, modulo 64."""
    random = np.random.default_rng(0)
    steps = np.where(random.random(8_000) < 0.9, 1, random.integers(0, 64, 8_000))
    return (np.cumsum(steps) % 64).astype(np.uint16)


def test_training_learns_and_repeats_itself(make_spec, shard, kernels):
    spec = make_spec(steps=60, kernels=kernels)
    first, second = (train(spec, shard[:6000], shard[6000:]) for _ in range(2))
    assert first.status == "finished"
    assert first.curve == second.curve
    assert all(torch.equal(first.weights[k], second.weights[k]) for k in first.weights)
    assert first.curve[0].test_loss == pytest.approx(math.log(64), abs=0.1)
    assert first.curve[-1].test_loss < first.curve[0].test_loss - 1
    assert first.curve[-1].tokens == spec.tokens


def test_other_seeds_give_other_weights_and_order(make_spec, shard):
    one, other = make_spec(seed=0), make_spec(seed=1)
    assert not torch.equal(build_model(one).embedding.weight, build_model(other).embedding.weight)
    assert not np.array_equal(Batches(shard, one)[0], Batches(shard, other)[0])


def test_a_diverged_run_ends_as_such(make_spec, shard, monkeypatch):
    reported = []

    def report(step, loss):
        reported.append(step)
        if step == 7:
            raise AssertionError("a diverged run goes no further")

    real = LanguageModel.mean_loss

    def poisoned(model, windows):
        return real(model, windows) * (float("nan") if len(reported) == 6 else 1)

    monkeypatch.setattr(LanguageModel, "mean_loss", poisoned)
    run = train(make_spec(), shard[:6000], shard[6000:], report)
    assert run.status == "diverged"
    assert reported[-1] == 6
    assert all(math.isfinite(row.test_loss) for row in run.curve)


def test_a_run_survives_the_disk(make_spec, shard, tmp_path, kernels):
    spec = make_spec(kernels=kernels)
    run = train(spec, shard[:6000], shard[6000:])
    for name in ("a", "b"):
        path = tmp_path / f"{name}.parquet"
        write_run(path, spec, run.status, run.curve, ["train"], torch.__version__)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    assert read_run(path) == (spec, "finished", run.curve)

    weights = tmp_path / "w.safetensors"
    write_weights(weights, run.weights)
    model = build_model(spec)
    load_weights(weights, model)
    windows = windows_of(shard[6000:], spec.n_ctx, spec.test_tokens)
    assert token_losses(model, windows).mean(dtype=np.float64) == run.curve[-1].test_loss


def test_damaged_files_are_named_with_the_mend(make_spec, tmp_path):
    bad = tmp_path / "run.parquet"
    bad.write_bytes(b"PAR1 no")
    with pytest.raises(UserError, match=r"run.parquet: not a readable run file.*delete it"):
        read_run(bad)
    with pytest.raises(UserError, match=r"run.parquet: not the weights of this run"):
        load_weights(bad, build_model(make_spec()))


def test_an_epoch_visits_every_window_once(make_spec):
    spec = make_spec(batch_tokens=16)  # one window a step
    positions = np.arange(8000, dtype=np.uint16)
    batches = Batches(positions, spec)
    orders = []
    for epoch in range(2):
        steps = range(epoch * batches.windows, (epoch + 1) * batches.windows)
        starts = np.array([batches[step][0, 0] for step in steps])
        assert np.all(np.diff(np.sort(starts)) == 16)
        orders.append(starts // 16)
    assert not np.array_equal(*orders)
    assert batches[3].shape == (1, 17)
    assert np.array_equal(batches[3], Batches(positions, spec)[3])


def test_batches_cross_epochs(make_spec, shard):
    spec = make_spec(batch_tokens=16 * 7, n_ctx=16)
    few = shard[: 16 * 12]  # 10 windows an epoch, 7 a batch
    first = Batches(few, spec)[0]
    assert Batches(few, spec)[1].shape == first.shape == (7, 17)


def test_too_little_text_is_refused(make_spec, shard):
    with pytest.raises(UserError, match="20 training tokens, needs more than 32"):
        Batches(shard[:20], make_spec())
    with pytest.raises(UserError, match="5000 training tokens, dataset_tokens is 5001"):
        Trainer(make_spec(dataset_tokens=5001), shard[:5000], shard[:100])
    with pytest.raises(UserError, match="test split has 10 tokens"):
        windows_of(shard[:10], 16, 100)


def test_test_windows_are_spread_and_do_not_overlap(shard):
    windows = windows_of(np.arange(1000, dtype=np.uint16), 16, 160)
    assert windows.shape == (10, 17)
    assert np.all(np.diff(windows[:, 0]) >= 16)
    assert windows[-1, 0] > 800
    assert len(windows_of(shard, 16, 10**9)) == (len(shard) - 1) // 16


@pytest.mark.parametrize("schedule", ["cosine", "constant"])
def test_schedules_warm_up_peak_and_end(make_spec, schedule):
    spec = make_spec(schedule=schedule, steps=1000, warmup_steps=100, final_learning_rate=0.0)
    rates = [learning_rate(step, spec) for step in range(spec.steps)]
    assert rates[0] == pytest.approx(spec.peak_learning_rate / 100)
    assert max(rates) == pytest.approx(spec.peak_learning_rate)
    assert np.all(np.diff(rates[100:]) <= 0)
    assert 0 <= rates[-1] < 0.01 * spec.peak_learning_rate
    if schedule == "constant":
        assert rates[799] == spec.peak_learning_rate > rates[800]


def test_a_floor_is_kept(make_spec):
    spec = make_spec(schedule="cosine", steps=200, final_learning_rate=0.1)
    assert learning_rate(199, spec) == pytest.approx(0.1 * spec.peak_learning_rate, rel=0.01)


def test_logged_steps_are_log_spaced_and_end_with_the_last():
    assert sorted(logged_steps(100, 2)) == [1, 3, 10, 32, 100]
    assert sorted(logged_steps(99, 2)) == [1, 3, 10, 32, 99]
    assert logged_steps(1, 20) == {1}


def test_runs_of_all_lengths_are_tested_at_the_same_steps():
    assert logged_steps(500, 8) - {500} < logged_steps(2000, 8)


@pytest.mark.parametrize(("power", "half_way"), [(1.0, 0.5), (2.0, 0.25), (0.5, 0.5**0.5)])
def test_a_power_schedule_falls_with_the_steps_left(make_spec, power, half_way):
    spec = make_spec(schedule="power", schedule_power=power, steps=205, final_learning_rate=0.0)
    assert learning_rate(4, spec) == learning_rate(5, spec) == spec.peak_learning_rate
    assert learning_rate(105, spec) == pytest.approx(half_way * spec.peak_learning_rate)


def test_the_sum_of_the_rate_is_that_of_the_logged_schedule(make_spec):
    spec = make_spec(schedule="power", steps=5 + 200)
    # warm-up (1 + .. + 5) / 5, then the mean of 1 .. 1/200 over 200 steps
    assert learning_rate_sum(spec) == pytest.approx(spec.peak_learning_rate * (3 + 100.5))


def test_the_model_sees_only_the_past(make_spec, kernels):
    model = build_model(make_spec(kernels=kernels)).eval()
    tokens = torch.arange(16)[None] % 64
    changed = tokens.clone()
    changed[0, 10] = 63
    with torch.no_grad():
        same = torch.isclose(model(tokens), model(changed), atol=1e-6).all(dim=2)[0]
    assert same[:10].all()
    assert not same[10:].any()


def test_gradients_reach_every_parameter(make_spec, kernels):
    model = build_model(make_spec(kernels=kernels))
    model.mean_loss(torch.arange(17)[None]).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


def test_starting_imports_no_compiler(make_spec):
    """A second of start-up in every job: torch.optim and the usual determinism flag bring it."""
    code = (
        "import sys; import numpy as np; from scalinglaws.runspec import RunSpec;"
        "from scalinglaws.training.loop import train; shard = np.arange(2000) % 64;"
        f"train(RunSpec(**{make_spec(steps=6).to_dict()}), shard, shard);"
        "import torch; assert torch.are_deterministic_algorithms_enabled();"
        "assert not {'sympy', 'torch._dynamo', 'torch._inductor'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
