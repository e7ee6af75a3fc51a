"""Eqs 5.3 to 5.5 and the identity between them."""

import numpy as np
import pytest

from scalinglaws.laws.batch.conversion import c_min, critical_batch, s_min

CONSTANTS = 0.21, np.log10(2.0e8)


def test_the_critical_batch_doubles_when_the_loss_falls_by_13_percent():
    ratio = critical_batch(0.87, *CONSTANTS) / critical_batch(1.0, *CONSTANTS)
    assert critical_batch(1.0, *CONSTANTS) == pytest.approx(2.0e8)
    assert ratio == pytest.approx(2.0, rel=0.03)


def test_training_at_the_critical_batch_costs_twice_the_least():
    loss = np.array([3.0, 5.0])
    batch = critical_batch(loss, *CONSTANTS)
    assert s_min(1000.0, loss, batch, *CONSTANTS) == pytest.approx([500.0, 500.0])
    assert c_min(7.0, loss, batch, *CONSTANTS) == pytest.approx([3.5, 3.5])


def test_the_least_compute_is_the_least_steps_at_the_critical_batch():
    size, batch, step, loss = 1e8, 2.0**19, 12345.0, 3.1
    compute = 6 * size * batch * step
    expected = 6 * size * critical_batch(loss, *CONSTANTS) * s_min(step, loss, batch, *CONSTANTS)
    assert c_min(compute, loss, batch, *CONSTANTS) == pytest.approx(expected)


def test_limits_of_the_batch():
    assert s_min(1000.0, 3.0, 1e15, *CONSTANTS) == pytest.approx(1000.0)
    assert c_min(7.0, 3.0, 1e-3, *CONSTANTS) == pytest.approx(7.0)
