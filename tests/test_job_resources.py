"""Memory and time that a cluster is asked for."""

from dataclasses import replace

import pytest

from scalinglaws.job_resources import BASE_MIB, ENGINE_MIB, memory_mib, runtime_minutes
from scalinglaws.study import load_study


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
