"""What is summed over residuals: squares, Huber's rho, absolute values, and their derivatives."""

import numpy as np
import pytest

from scalinglaws.laws.surfaces.losses import LEAST_ABSOLUTE, SQUARES, half_rho, huber, influence

RESIDUAL = np.array([[-3.0, -0.5, 0.0, 0.2, 0.9, 2.0]])
INFINITE = float("inf")  # another object than numpy's, as after a process pool


def test_reported_sums():
    weights = np.array([1.0, 2.0, 1.0, 1.0, 1.0, 0.5])
    assert SQUARES.objective(RESIDUAL) == pytest.approx(9 + 0.25 + 0.04 + 0.81 + 4)
    assert LEAST_ABSOLUTE.objective(RESIDUAL) == pytest.approx(3 + 0.5 + 0.2 + 0.9 + 2)
    expected = 2.5 + 2 * 0.125 + 0.02 + 0.405 + 0.5 * 1.5  # r^2 / 2 to the corner, then |r| - 1 / 2
    assert huber(1.0).objective(RESIDUAL, weights) == pytest.approx(expected)


@pytest.mark.parametrize("delta", [0.3, 1.0, INFINITE])
@pytest.mark.parametrize("newton", [0.0, 1.0])
def test_influence_is_the_derivative(delta, newton):
    psi, slope = np.empty_like(RESIDUAL), np.empty_like(RESIDUAL)
    influence(RESIDUAL, delta, np.array([newton]), psi, slope)
    step = 1e-6
    rise = half_rho(RESIDUAL + step, delta) - half_rho(RESIDUAL - step, delta)
    np.testing.assert_allclose(psi, rise / (2 * step), atol=1e-8)
    inside = np.abs(RESIDUAL) < delta
    secant = np.where(inside, 1.0, psi / np.where(RESIDUAL == 0, 1.0, RESIDUAL))
    np.testing.assert_allclose(slope, np.where(inside, 1.0, 0.0) if newton else secant)


def test_each_row_has_its_own_slopes():
    residual = np.repeat(RESIDUAL, 2, axis=0)
    psi, slope = np.empty_like(residual), np.empty_like(residual)
    influence(residual, 1.0, np.array([1.0, 0.0]), psi, slope)
    np.testing.assert_allclose(slope, [[0, 1, 1, 1, 1, 0], [1 / 3, 1, 1, 1, 1, 0.5]])
