"""Several processes, passes and optimisers: what one process computes, several compute."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import pytest
import several
import torch

from scalinglaws.errors import UserError
from scalinglaws.kernels.build import find_compiler
from scalinglaws.models.build import build_model
from scalinglaws.runspec import NOISE_BATCHES, RunSpec
from scalinglaws.tokens.shards import open_shard
from scalinglaws.training.adafactor import Adafactor
from scalinglaws.training.devices import ALONE, Devices, started
from scalinglaws.training.flat import FlatParameters

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "workflow"), "OMP_NUM_THREADS": "1"}
TORCHRUN = [
    sys.executable,
    "-m",
    "torch.distributed.run",
    "--standalone",
    "--nproc-per-node=2",
    "--",
]
SHARDED = {"sharded": True}
# Changes of the spec, and where two processes compute it.
CASES = {
    "plain": ({}, {}),
    "uneven": ({"batch_tokens": 7 * 16}, {}),
    "passes": ({}, {"micro_batch_tokens": 32}),
    "lstm": ({"architecture": "lstm"}, {}),
    "measured": ({"noise_tokens": NOISE_BATCHES * 32, "track_corpora": "far"}, {}),
    "early": ({"dataset_tokens": 200, "early_stopping_patience": 2, "steps": 60}, {}),
    "adafactor": ({"optimizer": "adafactor", "peak_learning_rate": 0.05}, {}),
    "sharded": ({"weight_decay": 0.1}, SHARDED),
    "sharded recurrent": ({"architecture": "recurrent", "reuse": 2}, SHARDED),
    "sharded passes": ({"n_vocab": 67}, {**SHARDED, "micro_batch_tokens": 32}),
}
if find_compiler():
    CASES["fused"] = ({"kernels": "fused"}, {})
RESUMED = {"resumed": {}, "resumed sharded": SHARDED}
# Gradients are summed in another order, which changes their last digits: 1e-7 of them. Adam divides
# by small moments, so that a hundred times of that is allowed for; seen in losses: once.
TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def by_two(tmp_path_factory):
    """{case: (status, curve, weights)} of two processes, which train all cases in one start."""
    folder = tmp_path_factory.mktemp("parallel")
    cases = {name: {"spec": spec, "where": where} for name, (spec, where) in CASES.items()}
    cases["diverged"] = {"spec": {"peak_learning_rate": 1e30}, "where": {}}
    for name, where in RESUMED.items():
        cases[name] = {"spec": {"dropout": 0.1}, "where": where, "stop": 9}
        cases[f"un{name}"] = {"spec": {"dropout": 0.1}, "where": where}
    (folder / "cases.json").write_text(json.dumps(cases))
    command = [*TORCHRUN, several.__file__, str(folder / "cases.json"), str(folder / "out.pt")]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return torch.load(folder / "out.pt", weights_only=True)


def numbers(curve):
    """Losses and squared gradients of a curve, a row a list."""
    return [
        [row["step"], row["train_loss"], row["test_loss"]]
        + [row[f"{size}_gradient_square"] or 0.0 for size in ("small", "large")]
        + [loss for losses in row["tracked"].values() for loss in losses]
        for row in curve
    ]


@pytest.mark.parametrize("case", CASES)
def test_two_processes_have_the_curve_of_one(by_two, case):
    alone = several.train_case(CASES[case][0], ALONE)
    status, curve, weights = by_two[case]
    assert status == alone.status == "finished"
    ours = numbers(asdict(row) for row in alone.curve)
    assert ours[-1][2] < 0.98 * ours[0][2], "something is learnt"
    for row, expected in zip(numbers(curve), ours, strict=True):
        assert row == pytest.approx(expected, rel=TOLERANCE)
    assert weights.keys() == alone.weights.keys()
    for name, tensor in alone.weights.items():
        assert weights[name].shape == tensor.shape


def test_all_processes_diverge_together(by_two):
    assert by_two["diverged"][0] == "diverged"


@pytest.mark.parametrize("case", RESUMED)
def test_a_stopped_run_goes_on_to_the_same_bits(by_two, case):
    (_, curve, weights), (_, expected, whole) = by_two[case], by_two[f"un{case}"]
    assert curve == expected
    assert all(torch.equal(weights[name], whole[name]) for name in whole)


@pytest.mark.parametrize("size", [16, 48, 100, 10_000])
def test_passes_add_up_to_the_batch(size):
    whole = several.train_case({}, ALONE)
    passes = several.train_case({}, Devices(micro_batch_tokens=size))
    for row, expected in zip(passes.curve, whole.curve, strict=True):
        assert row.test_loss == pytest.approx(expected.test_loss, rel=TOLERANCE)


def test_bfloat16_products_are_near_float32():
    whole = several.train_case({}, ALONE)
    half = several.train_case({"precision": "bfloat16"}, ALONE)
    assert half.weights["embedding.weight"].dtype == torch.float32
    assert half.curve != whole.curve
    for row, expected in zip(half.curve, whole.curve, strict=True):
        assert row.test_loss == pytest.approx(expected.test_loss, rel=0.01)  # 8 bits of mantissa


def test_adafactor_is_torchs_on_the_model_itself(make_spec):
    spec = make_spec(weight_decay=0.3)
    ours, theirs = build_model(spec), build_model(spec)
    parameters = FlatParameters(ours)
    optimiser = Adafactor(parameters, spec)
    groups = [[p for p in theirs.parameters() if (p.dim() >= 2) is m] for m in (True, False)]
    reference = torch.optim.Adafactor(
        [{"params": groups[0], "weight_decay": 0.3}, {"params": groups[1], "weight_decay": 0.0}]
    )
    windows = torch.arange(34).view(2, 17)
    for step in range(4):
        for model in (ours, theirs):
            model.zero_grad(set_to_none=False)
            model.mean_loss(windows).backward()
        for group in reference.param_groups:
            group["lr"] = 0.1 / (step + 1)
        optimiser.step(0.1 / (step + 1))
        reference.step()
        for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
            assert torch.equal(a, b)
    state = optimiser.state()["state"]
    kept = sum(tensor.numel() for moments in state.values() for tensor in moments.values())
    assert kept < 0.3 * len(parameters.values), "rows and columns of a matrix, no moments of it"


@pytest.mark.parametrize(
    ("changes", "where", "said"),
    [
        ({"kernels": "fused"}, {"device": "cuda:0"}, "fused computes in float32 on the CPU alone"),
        ({}, {"processes": 9}, "9 processes, but a batch of 8 windows"),
        ({}, {"sharded": True}, "needs several processes"),
        ({}, {"sharded": True, "processes": 3}, "must divide the 8 windows"),
        (
            {"noise_tokens": 16 * NOISE_BATCHES},
            {"sharded": True, "processes": 2},
            "not with noise_tokens",
        ),
    ],
)
def test_what_cannot_be_trained_there_is_refused(make_spec, changes, where, said):
    with pytest.raises(UserError, match=said):
        Devices(**where).check(make_spec(**changes))


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_told():
    with pytest.raises(UserError, match="torch sees 0 GPUs"), started("cuda", None, False):
        pass


def processes_of(parent):
    """Ids of the processes that a process started; on Linux."""
    return [
        int(child)
        for children in Path(f"/proc/{parent}/task").glob("*/children")
        for child in children.read_text().split()
    ]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks processes up in /proc")
def test_processes_that_are_killed_go_on_to_the_same_bytes(tmp_path):
    """kill -9 of torchrun and its processes, from outside, while they train."""
    several.write_shards(tmp_path)
    files = [tmp_path / "run.parquet", tmp_path / "run.safetensors"]
    spec = RunSpec(**(several.SPEC | {"steps": 200, "dropout": 0.1}))
    command = [
        *TORCHRUN,
        str(ROOT / "workflow/scripts/train.py"),
        *("--train-shard", str(tmp_path / "train.bin"), "--test-shard", str(tmp_path / "test.bin")),
        *("--run", str(files[0]), "--weights", str(files[1]), "--times", str(tmp_path / "t.json")),
        *("--checkpoints", str(tmp_path / "scratch"), "--checkpoint-seconds", "0"),
        *("--micro-batch-tokens", "32", *spec.to_flags()),
    ]

    def start(**more):
        return subprocess.Popen(command, env=ENVIRONMENT, **more)

    assert start(stderr=subprocess.DEVNULL).wait() == 0
    undisturbed = [path.read_bytes() for path in files]
    facts = json.loads((tmp_path / "t.json").read_text())
    assert (facts["processes"], facts["micro_batch_tokens"], facts["device"]) == (2, 32, "cpu")
    assert facts["max_rss_mib"] > 50
    for path in files:
        path.unlink()

    torchrun = start(stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 300
    while not any((tmp_path / "scratch").glob("*.pt")):
        assert time.monotonic() < deadline, "waited too long for a checkpoint"
        time.sleep(0.002)
    for process in (torchrun.pid, *processes_of(torchrun.pid)):
        os.kill(process, signal.SIGKILL)
    torchrun.wait()
    assert not files[0].exists()

    again = start(stderr=subprocess.PIPE, text=True)
    _, said = again.communicate()
    assert again.returncode == 0, said
    assert said.count("goes on from step") == 1, "one process speaks for both"
    assert [path.read_bytes() for path in files] == undisturbed


def test_a_shard_of_a_larger_vocabulary_is_refused(tmp_path):
    several.write_shards(tmp_path, n_vocab=65)
    assert len(open_shard(tmp_path / "train.bin")) == several.N_TRAIN
    spec = RunSpec(**several.SPEC)
    command = [
        *(sys.executable, str(ROOT / "workflow/scripts/train.py")),
        *("--train-shard", str(tmp_path / "train.bin"), "--test-shard", str(tmp_path / "test.bin")),
        *("--run", str(tmp_path / "run"), "--weights", str(tmp_path / "weights")),
        *("--checkpoints", str(tmp_path / "scratch"), *spec.to_flags()),
    ]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "train.bin: a vocabulary of 65 entries, the run spec has n_vocab = 64" in done.stderr
    assert done.stderr.count("\n") == 1
