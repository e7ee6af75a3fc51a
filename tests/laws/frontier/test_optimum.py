"""Points of the frontier: which model is the best where."""

import numpy as np
import pytest

from scalinglaws.laws.envelope import Envelope
from scalinglaws.laws.frontier.optimum import PER_DECADE, envelope_of, frontier_of

COMPUTE = np.geomspace(1e-3, 1e3, 61)
SIZES = {"a": 1, "b": 10, "c": 100, "d": 1000, "e": 10000}


def curve(size):
    """Tangents of the frontier C^-0.1: each size is the best around C = size / 100."""
    best_at = size / 100.0
    return COMPUTE, best_at**-0.1 * np.exp(
        -0.1 * np.log(COMPUTE / best_at) + 0.05 * np.log(COMPUTE / best_at) ** 2
    )


def test_each_model_stands_in_the_middle_of_its_computes():
    curves = {name: curve(size) for name, size in SIZES.items()}
    found = frontier_of(envelope_of(curves, SIZES, {}, PER_DECADE), SIZES)
    # The smallest and the largest are the ends of the grid.
    assert found.n_params.tolist() == [10, 100, 1000]
    resolution = 10 ** (1 / PER_DECADE) - 1
    assert found.compute == pytest.approx([0.1, 1.0, 10.0], rel=resolution)
    assert np.all(np.diff(found.loss) < 0)


def test_the_range_of_compute_cuts():
    curves = {name: curve(size) for name, size in SIZES.items()}
    found = envelope_of(curves, SIZES, {"min": 0.5, "max": 2.0}, PER_DECADE)
    assert set(found.best) == {"c"}
    assert found.compute.min() >= 0.5 and found.compute.max() <= 2.0


def test_seeds_of_one_size_are_one_model():
    envelope = Envelope(np.array([1.0, 10.0]), np.array([3.0, 2.0]), ["x", "y"])
    found = frontier_of(envelope, {"x": 5, "y": 5})
    assert found.n_params.tolist() == [5]
    assert found.compute == pytest.approx([10**0.5])


def test_no_curves_have_no_frontier():
    found = frontier_of(envelope_of({}, {}, {}, PER_DECADE), {})
    assert len(found.compute) == len(found.n_params) == 0
