"""Fixtures that several rooms of tests share."""

from pathlib import Path

import pytest

from scalinglaws.kernels.build import find_compiler
from scalinglaws.runspec import RunSpec

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def compiler() -> str:
    """The C++ compiler; tests of the fused kernels are skipped without one."""
    return find_compiler() or pytest.skip("no C++ compiler: the fused kernels cannot be built")


@pytest.fixture(params=["torch", "fused"])
def kernels(request) -> str:
    """Both values of a spec's `kernels`."""
    if request.param == "fused":
        request.getfixturevalue("compiler")
    return request.param


@pytest.fixture
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture
def make_spec():
    """A small valid run spec; keywords replace its fields."""

    def make(**changes) -> RunSpec:
        fields = {
            "architecture": "transformer",
            "n_layer": 2,
            "d_model": 16,
            "n_heads": 2,
            "d_ff": 64,
            "n_ctx": 16,
            "n_vocab": 64,
            "init_std": 0.02,
            "corpus": "toy",
            "batch_tokens": 128,
            "steps": 30,
            "peak_learning_rate": 0.01,
            "schedule": "constant",
            "warmup_steps": 5,
            "cooldown_fraction": 0.2,
            "final_learning_rate": 0.0,
            "beta1": 0.9,
            "beta2": 0.95,
            "epsilon": 1e-8,
            "weight_decay": 0.0,
            "gradient_clip": 1.0,
            "test_tokens": 256,
            "tests_per_decade": 3,
            "kernels": "torch",
            "seed": 0,
        }
        return RunSpec(**(fields | changes))

    return make
