"""Power law against logarithm: each wins on its own data, and a bend is seen."""

import numpy as np
import pytest
import statsmodels.api as sm

from scalinglaws.laws.comparison import checks, curvature, leave_one_out_percent

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
