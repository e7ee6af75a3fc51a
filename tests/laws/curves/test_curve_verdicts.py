"""What each curve law says of noise, of two points, of itself, of a bend and of a constant."""

import numpy as np
import pytest

from scalinglaws.laws.curves.isoflop import isoflop_n_opt
from scalinglaws.laws.curves.learning_rate import learning_rate
from scalinglaws.laws.curves.position_curve import fit_position_curve
from scalinglaws.laws.curves.token_position import TRENDS, token_position
from scalinglaws.laws.measurements import Measurements
from scalinglaws.metrics import POSITIONS, table_from_rows

DECLARED = {"experiment": "all"}
KEYS = np.geomspace(1e-3, 1.0, 6)


def minima(data, n_keys=6, n_x=7, seed=0):
    """Rows (key, x, loss) of curves whose minimum moves as a power law of the key, or not."""
    rng = np.random.default_rng(seed)
    for i, key in enumerate(KEYS[:n_keys]):
        best = 1e9 * key**0.5
        if data == "bend":
            best *= np.exp(0.12 * np.log(key / KEYS[2]) ** 2)
        for x in best * np.geomspace(0.1, 10.0, n_x):
            loss = 3.0 * key**-0.05 * np.exp(0.01 * np.log(x / best) ** 2)
            if data == "constant":
                loss = 3.0
            if data == "noise":
                loss = 3.0 * np.exp(rng.normal(0, 0.02))
            elif data == "bend":
                loss *= np.exp(rng.normal(0, 0.001))
            yield i, key, x, loss


def isoflop_runs(make_runs, data, **size):
    return make_runs(
        [
            {
                "run_id": f"{i}_{x:.6g}",
                "n_params": round(x),
                "tokens": round(key * 8.64e19 / 6 / x),
                "compute_6nbs": key * 8.64e19,
                "test_loss": loss,
            }
            for i, key, x, loss in minima(data, **size)
        ]
    )


def rate_runs(make_runs, data, **size):
    return make_runs(
        [
            {
                "run_id": f"{i}_{x:.6g}",
                "n_params": round(1e8 * key),
                "peak_learning_rate": x / 1e11,
                "test_loss": loss,
            }
            for i, key, x, loss in minima(data, **size)
        ]
    )


LAWS = {"isoflop": (isoflop_n_opt, isoflop_runs), "rate": (learning_rate, rate_runs)}


@pytest.mark.parametrize("which", LAWS)
@pytest.mark.parametrize(
    ("data", "size", "verdict"),
    [
        ("noise", {}, "too few {key} with a minimum: "),
        ("law", {"n_keys": 2}, "too few {key} with a minimum: 2 of 2, at least 3 are needed"),
        ("law", {"n_x": 2}, "too few {key} with a minimum: 0 of 6"),
        (
            "constant",
            {},
            "too few {key} with a minimum: 0 of 6",
        ),
        ("law", {}, "ok"),
    ],
)
def test_minima(make_runs, which, data, size, verdict):
    fit, runs = LAWS[which]
    law = fit(runs(make_runs, data, **size), DECLARED)
    key = {"isoflop": "C_PFdays", "rate": "N"}[which]
    assert law.status.startswith(verdict.format(key=key))
    if verdict == "ok":
        assert law.params[0] == pytest.approx(0.5, abs=1e-6) and law.remarks == {}
        assert np.diff(law.conf_int()[0]) < 1e-3


@pytest.mark.parametrize("which", LAWS)
def test_minima_that_follow_no_power_law_are_said_to(make_runs, which):
    fit, runs = LAWS[which]
    law = fit(runs(make_runs, "bend"), DECLARED)
    remark = next(iter(law.remarks.values()))
    assert remark.startswith("not one power law: the minima lie further off the line")
    assert any(remark in row["caveat"] for row in law.to_parameters({}))
    assert "not one power law" in law.to_text({})


@pytest.mark.parametrize("which", LAWS)
def test_noise_seldom_passes_for_a_law(make_runs, which):
    fit, runs = LAWS[which]
    passed = [fit(runs(make_runs, "noise", seed=seed), DECLARED).ok for seed in range(100)]
    assert np.mean(passed) <= 0.02


T = np.arange(1.0, 257.0)
CURVES = {
    "law": 3.0 + 4.0 * T**-0.55,
    "noise": np.random.default_rng(0).normal(3.0, 0.1, len(T)),
    "constant": np.full(len(T), 3.0),
    "logarithm": 5.0 - 0.2 * np.log(T),
    "rising": 3.0 - 2.0 * T**-0.55,
    "no floor": np.maximum(0.0, 1.0 - T / 300.0) + 1.0,
}


@pytest.mark.parametrize(
    ("curve", "verdict"),
    [
        ("law", "ok"),
        ("noise", "not resolved: the loss does not change with T beyond its scatter"),
        ("constant", "the loss is constant"),
        ("logarithm", "exponent not identified: it runs to 0: the loss falls like ln T"),
        ("rising", "the loss does not fall with T"),
        ("no floor", "exponent not identified: it runs to 0"),
    ],
)
def test_one_curve_by_position(curve, verdict):
    fit = fit_position_curve(T, CURVES[curve])
    assert fit.verdict.startswith(verdict)
    assert np.isfinite(fit.params).all() or verdict != "ok"
    assert fit_position_curve(T[:2], CURVES["law"][:2]).verdict.startswith("too few positions: 2")


def models(make_runs, curves):
    rows = [
        {"run_id": f"m{i}", "n_params": 10 ** (5 + i), "corpus": "text"} for i in range(len(curves))
    ]
    positions = [
        {"run_id": f"m{i}", "corpus": "text", "position": int(t), "loss": loss}
        for i, curve in enumerate(curves)
        for t, loss in zip(T, curve, strict=True)
    ]
    return Measurements(make_runs(rows).runs, positions=table_from_rows(positions, POSITIONS))


def test_models_without_a_curve_make_no_law(make_runs):
    law = token_position(models(make_runs, [CURVES["constant"]] * 5), DECLARED)
    assert law.status.startswith("no model has a curve that can be fitted: the loss is constant")


def test_two_models_have_constants_but_no_trend(make_runs):
    law = token_position(models(make_runs, [CURVES["law"], CURVES["law"] + 0.1]), DECLARED)
    assert law.ok and law["exponent (N=100000)"][0] == pytest.approx(0.55)
    few = "too few models of different N: 2, at least 4 are needed"
    assert law.remarks == dict.fromkeys(TRENDS, few)
    assert all(row["ci_low"] is None for row in law.to_parameters({}))


def test_curves_that_do_not_depend_on_size_are_not_resolved(make_runs):
    rng = np.random.default_rng(4)
    curves = [CURVES["law"] * np.exp(rng.normal(0, 0.01)) for _ in range(6)]
    law = token_position(models(make_runs, curves), DECLARED)
    assert "not resolved" in law.remarks["floor_exponent"]


def test_another_shape_depends_on_the_weights_and_says_so(make_runs):
    """Half as steep from T = 16 on: the exponent is whatever the positions that count make it."""
    bent = [
        2.0
        + (6 - 0.1 * i) * np.where(T < 16, T**-0.6, 16**-0.3 * T**-0.3)
        + np.random.default_rng(i).normal(0, 0.003, len(T))
        for i in range(6)
    ]
    law = token_position(models(make_runs, bent), DECLARED)
    assert law.remarks["mean_exponent"].startswith("depends on which positions count")
