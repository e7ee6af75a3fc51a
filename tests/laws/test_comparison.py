"""Power law against logarithm: each wins on its own data, and a bend is seen."""

import numpy as np
import pytest
import statsmodels.api as sm

from scalinglaws.laws.comparison import (
    checks,
    curvature,
    largest_percent,
    leave_one_out_percent,
)

X = np.geomspace(1e4, 1e9, 12)
POWER = (8.8e13 / X) ** 0.076
LOGARITHM = -0.25 * np.log(X / 7.1e12)


@pytest.mark.parametrize(
    ("loss", "right", "wrong"),
    [(POWER, "power law", "logarithm"), (LOGARITHM, "logarithm", "power law")],
)
def test_the_true_form_is_exact_and_the_other_bends(loss, right, wrong):
    found, missed = checks(X, loss, right), checks(X, loss, wrong)
    assert found["leave_one_out_percent"] < 1e-9 < 0.5 < missed["leave_one_out_percent"]
    assert found["rms_residual_percent"] < 1e-9
    np.testing.assert_allclose(found["largest_two_error_percent"], 0.0, atol=1e-9)
    assert not missed["curvature"]["ci_low"] < 0.0 < missed["curvature"]["ci_high"]


def test_leave_one_out_is_the_shortcut_by_leverage():
    rng = np.random.default_rng(1)
    loss = LOGARITHM * np.exp(rng.normal(0, 0.01, len(X)))
    design = sm.add_constant(np.log(X))
    influence = sm.OLS(loss, design).fit().get_influence()
    expected = 100 * np.sqrt(np.mean((influence.resid_press / loss) ** 2))
    assert leave_one_out_percent(X, loss, "logarithm") == pytest.approx(expected)


def test_the_curvature_interval_covers_zero_on_straight_lines():
    rng = np.random.default_rng(3)
    covered = 0
    for _ in range(400):
        bend = curvature(X, POWER * np.exp(rng.normal(0, 0.005, len(X))), "power law")
        covered += bend["ci_low"] <= 0.0 <= bend["ci_high"]
    assert 0.92 <= covered / 400 <= 0.98


@pytest.mark.parametrize("x", [X[:3], X[[0, 0, 5, 5]]], ids=["three points", "two sizes"])
def test_too_few_points_for_a_bend_have_no_curvature(x):
    assert all(np.isnan(value) for value in curvature(x, 3.0 * x**-0.1, "power law").values())


def test_the_largest_are_not_predicted_from_a_single_size():
    assert largest_percent(X[:3], POWER[:3], "power law") == []
    assert largest_percent(X[[0, 0, 1, 2]], POWER[[0, 0, 1, 2]], "power law") == []
    assert len(largest_percent(X[:4], POWER[:4], "power law")) == 2


def test_the_largest_are_held_back_whatever_the_order():
    mixed = np.random.default_rng(4).permutation(len(X))
    bent = POWER * (1 + 0.02 * np.log(X / X[0]))
    expected = largest_percent(X, bent, "power law")
    assert largest_percent(X[mixed], bent[mixed], "power law") == pytest.approx(expected)
    assert abs(expected[0]) < abs(expected[1]), "the larger of them is predicted further off"
