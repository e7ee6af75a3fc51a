"""Memory and time that a cluster is asked for."""

from dataclasses import replace

import pytest

from scalinglaws.job_resources import (
    BASE_MIB,
    CUDA_DEVICE_MIB,
    ENGINE_MIB,
    TEST_TOKENS,
    device_mib,
    memory_mib,
    runtime_minutes,
    state_bytes,
)
from scalinglaws.settings import Execution
from scalinglaws.study import load_study
from scalinglaws.training.evaluation import DEVICE_BATCH_TOKENS


@pytest.fixture
def spec(root):
    """The default study's model of 2 layers and d_model = 64."""
    runs = load_study(None, root).runs()
    return next(
        s for s, e in runs.values() if "model_size" in e and (s.n_layer, s.d_model) == (2, 64)
    )


# Peaks of processes that trained 12 steps, MiB, Snakemake's own share not among them.
MEASURED = [
    ({"d_model": 128, "d_ff": 512, "n_heads": 8}, 437),
    ({"n_layer": 6}, 438),
    ({"n_layer": 16, "d_model": 24, "d_ff": 96, "n_heads": 3}, 420),
    ({"batch_tokens": 32768}, 657),
    ({"noise_tokens": 65536}, 402),
    ({"d_model": 16, "d_ff": 64, "n_heads": 1, "batch_tokens": 512}, 349),
]


@pytest.mark.parametrize("change, peak", MEASURED)
def test_memory_is_enough_and_not_twice_what_was_measured(spec, change, peak):
    granted = memory_mib(replace(spec, **change)) - ENGINE_MIB
    assert peak <= granted < 2 * peak


def test_plain_kernels_hold_the_logits(spec):
    fused, plain = memory_mib(spec), memory_mib(replace(spec, kernels="torch"))
    logits = 4 * spec.batch_tokens * spec.n_vocab / 2**20
    assert plain - fused > 3 * logits
    assert fused > BASE_MIB


def test_a_further_attempt_gets_more(spec):
    assert memory_mib(spec, 3) == 4 * memory_mib(spec)
    assert runtime_minutes(600, 2) == 2 * runtime_minutes(600) == 64


def test_a_device_holds_the_passes_of_its_process(spec):
    plain = replace(spec, kernels="torch", batch_tokens=32768)

    def device(**where):
        return device_mib(plain, Execution(device="cuda", **where)) - CUDA_DEVICE_MIB

    states, batch = state_bytes(plain, 0) / 2**20, state_bytes(plain, plain.batch_tokens) / 2**20
    assert device() == pytest.approx(batch, abs=1)
    assert device(micro_batch_tokens=plain.n_ctx) == pytest.approx(
        states + (batch - states) * plain.n_ctx / 32768, abs=1
    )
    two = device_mib(plain, Execution(device="cuda", processes=2))
    assert two - 2 * CUDA_DEVICE_MIB == pytest.approx(batch + states, abs=1)
    sharded = device_mib(plain, Execution(device="cuda", processes=2, sharded=True))
    assert two - sharded == pytest.approx(states, abs=1)

    few = replace(plain, batch_tokens=512)
    assert device_mib(few, Execution(device="cuda")) > state_bytes(few, 512) / 2**20
    assert TEST_TOKENS == DEVICE_BATCH_TOKENS


def test_adafactor_keeps_less(spec):
    assert state_bytes(replace(spec, optimizer="adafactor"), 0) == state_bytes(spec, 0) / 2


def test_processes_on_the_cpu_have_their_states_each(spec):
    one, two = memory_mib(spec), memory_mib(spec, execution=Execution(processes=2))
    assert two - one >= BASE_MIB + state_bytes(spec, 0) // 2**20


def test_with_a_gpu_the_activations_are_on_it(spec):
    huge = replace(spec, kernels="torch", batch_tokens=2**19)
    assert memory_mib(huge, execution=Execution(device="cuda")) < memory_mib(huge) / 2
