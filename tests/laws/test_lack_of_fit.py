"""The F test for a bend: it holds its level on a right law and sees a wrong one."""

import numpy as np
from scipy import stats

from scalinglaws.laws.lack_of_fit import bend_test

SIDE = np.linspace(-2.0, 2.0, 6)
U = np.array([(a, b) for a in SIDE for b in SIDE])
JACOBIAN = np.column_stack([np.ones(len(U)), U])


def p_values(bend, n=400):
    rng = np.random.default_rng(3)
    found = []
    for _ in range(n):
        response = rng.normal(0, 0.01, len(U)) + bend * U[:, 0] * U[:, 1]
        left = response - JACOBIAN @ np.linalg.lstsq(JACOBIAN, response, rcond=None)[0]
        found.append(bend_test(U, left, JACOBIAN)["p_value"])
    return np.array(found)


def test_the_level_is_kept_on_a_right_law():
    assert stats.kstest(p_values(0.0), "uniform").pvalue > 0.01


def test_a_bend_is_seen():
    assert np.mean(p_values(0.004) < 0.05) > 0.7


def test_infinite_values_and_too_few_points():
    u = U.copy()
    u[-6:, 0] = np.inf
    residual = np.random.default_rng(0).normal(size=len(U))
    assert np.isfinite(bend_test(u, residual, JACOBIAN)["F"])
    assert np.isnan(bend_test(U[:6], residual[:6], JACOBIAN[:6])["F"])


def test_one_point_more_than_coefficients_is_enough():
    """Three of the law and three of the bend: the seventh point is one degree of freedom."""
    residual = np.random.default_rng(0).normal(size=len(U))
    at = [0, 5, 8, 15, 21, 30, 35]
    assert 0.0 < bend_test(U[at], residual[at], JACOBIAN[at])["p_value"] < 1.0
    assert np.isnan(bend_test(U[at[:6]], residual[at[:6]], JACOBIAN[at[:6]])["p_value"])
