"""A law with any number of parameters: what it says of the printed values, and in which form."""

import json

import numpy as np
import pytest
from scipy import stats

from scalinglaws.laws.law_fit import LawFit, distance
from scalinglaws.laws.parameters import PARAMETERS
from scalinglaws.laws.replicates import Replicates
from scalinglaws.laws.undeclared import UNDECLARED, undeclared
from scalinglaws.metrics import table_from_rows

PRINTED = {
    "a": {"law": "law", "parameter": "slope", "value": 0.5, "rounding": 0.05},
    "b": {"law": "law", "parameter": "log10_scale", "value": 100.0, "rounding": 5.0},
    "c": {"law": "another", "parameter": "slope", "value": 9.0, "rounding": 0.5},
}


def law(slope=0.5, scale=2.0, correlation=0.99, n_runs=12, **changes):
    """Two estimates whose redone values are nearly collinear."""
    rng = np.random.default_rng(5)
    spread = rng.normal(size=(n_runs, 2))
    spread[:, 1] = correlation * spread[:, 0] + np.sqrt(1 - correlation**2) * spread[:, 1]
    spread -= spread.mean(axis=0)
    redone = {f"run{i}": [slope, scale] + 0.01 * row for i, row in enumerate(spread)}
    names = ("slope", "log10_scale")
    replicates = Replicates.of(names, [slope, scale], redone)
    about = {"points": {"x": np.arange(1.0, 25.0)}, "status": "ok"} | changes
    return LawFit("law", "y = x", names, ("1", "log10(tokens)"), replicates=replicates, **about)


def test_printed_scales_are_compared_on_log10():
    assert law().compared_with(PRINTED) == pytest.approx({"slope": 0.5, "log10_scale": 2.0})


def test_two_values_inside_their_intervals_can_together_lie_outside():
    fit = law(slope=0.5 + 0.02, scale=2.0 - 0.02)
    for name, printed in fit.compared_with(PRINTED).items():
        _, low, high = fit[name]
        assert low < printed < high
    assert fit.joint_test_of(PRINTED)["p_value"] < 0.001
    assert law(slope=0.52, scale=2.02).joint_test_of(PRINTED)["p_value"] > 0.05


def test_rounding_can_only_bring_a_printed_pair_closer():
    joint = law(slope=0.56, scale=2.0).joint_test_of(PRINTED)
    assert joint["F_rounded"] < joint["F"] and joint["p_value_rounded"] > joint["p_value"]


def test_the_joint_test_is_hotelling_of_the_redone_estimates():
    fit = law(slope=0.53, scale=2.01)
    d = fit.params - np.array([0.5, 2.0])
    # T^2 = d' V^-1 d of q = 2 means from nu = 11 degrees of freedom: (nu - q + 1) / (nu q) T^2
    expected = 10.0 / (11.0 * 2.0) * d @ np.linalg.inv(fit.cov_params()) @ d
    joint = fit.joint_test_of(PRINTED)
    assert joint["F"] == pytest.approx(expected)
    assert joint["p_value"] == pytest.approx(stats.f.sf(expected, 2, 10))


def test_distance_to_a_box_is_zero_inside_it():
    covariance = np.array([[1.0, 0.9], [0.9, 1.0]])
    estimate = np.array([0.2, -0.1])
    assert distance(estimate, covariance, np.array([[-1, 1], [-1, 1]])) == pytest.approx(
        0.0, abs=1e-9
    )


def test_rows_json_and_text_say_the_same():
    fit = law(remarks={"slope": "extrapolated"}, caveat="bends")
    rows = fit.to_parameters(PRINTED)
    table_from_rows(rows, PARAMETERS)
    assert [row["caveat"] for row in rows] == ["extrapolated; bends", "bends"]
    assert rows[0]["status"] == "ok" and rows[0]["n_runs"] == 12 and rows[0]["n_obs"] == 24
    content = fit.to_json(PRINTED)
    json.dumps(content, allow_nan=False)
    assert content["conf_int"][0] == pytest.approx([rows[0]["ci_low"], rows[0]["ci_high"]])
    assert len(content["replicates"]["estimates"]) == 12
    text = fit.to_text(PRINTED)
    assert "slope: extrapolated" in text and "Caveat:     bends" in text
    assert f"scale = {10 ** fit.params[1]:.4g}" in text


def test_an_undeclared_law_has_rows_without_numbers():
    fit = undeclared("law", "y = x", ("slope",), ("1",))
    (row,) = fit.to_parameters(PRINTED)
    assert row["estimate"] is None and row["ci_low"] is None and row["status"] == UNDECLARED
    assert UNDECLARED in fit.to_text(PRINTED)
    json.dumps(fit.to_json(PRINTED), allow_nan=False)
