"""Predicted losses: the mean's interval, and the wider band of a new run with seed noise."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from scalinglaws.errors import UserError
from scalinglaws.laws.logarithm import fit_logarithm
from scalinglaws.laws.power_law import fit_power_law
from scalinglaws.laws.prediction import internal, predict, run_scatter
from scalinglaws.laws.surface_fit import fit_surface
from scalinglaws.laws.surfaces.joint import L_N_D

SIZES = np.geomspace(1e6, 1e9, 9)
BEYOND = np.array([1e10, 1e11])
SD = 0.005


def one_variable(test_error=0.0, **how):
    rng = np.random.default_rng(0)
    loss = (8.8e13 / SIZES) ** 0.076 * np.exp(SD * rng.normal(size=9))
    return fit_power_law(SIZES, loss, test_error=test_error, **how)


def surface(test_error=0.0, points=1):
    rng = np.random.default_rng(0)
    grid = [(n, d) for n in np.geomspace(4e5, 7e8, 4) for d in np.geomspace(2e7, 2e10, 4)]
    x = np.array([(n, d * 1.1**i) for n, d in grid for i in range(points)])
    inner = (6.4e13 / x[:, 0]) ** (0.076 / 0.103) + 1.8e13 / x[:, 1]
    error = np.repeat(SD * rng.normal(size=len(grid)), points)
    runs = [f"run{i}" for i in range(len(grid)) for _ in range(points)]
    loss = inner**0.103 * np.exp(error)
    how = {"law": "L(N,D)", "test_error": test_error, "bootstrap": False}
    return fit_surface(L_N_D, x, loss, runs, **how)


def test_bands_of_one_variable_are_those_of_ordinary_least_squares():
    law = one_variable()
    design = sm.add_constant(np.log(SIZES))
    ols = sm.OLS(np.log(law.loss), design).fit()
    expected = ols.get_prediction(sm.add_constant(np.log(BEYOND))).summary_frame(alpha=0.05)
    band = predict(law, BEYOND)
    np.testing.assert_allclose(np.log(band.loss), expected["mean"])
    np.testing.assert_allclose(np.log(band.low), expected["mean_ci_lower"])
    np.testing.assert_allclose(np.log(band.high), expected["mean_ci_upper"])
    np.testing.assert_allclose(np.log(band.run_low), expected["obs_ci_lower"])
    np.testing.assert_allclose(np.log(band.run_high), expected["obs_ci_upper"])
    assert band.seed_sd == pytest.approx(np.sqrt(ols.scale))


@pytest.mark.parametrize("fitted, x", [(one_variable, BEYOND), (surface, [[1e10, 1e11]])])
def test_the_test_set_s_error_moves_the_mean_but_not_a_run_scored_on_it(fitted, x):
    without, with_error = predict(fitted(), x), predict(fitted(test_error=0.01), x)
    assert with_error.low[0] < without.low[0] and with_error.high[0] > without.high[0]
    np.testing.assert_allclose(with_error.run_low, without.run_low, rtol=1e-6)
    np.testing.assert_allclose(with_error.run_high, without.run_high, rtol=1e-6)


@pytest.mark.parametrize("fitted, x", [(one_variable, BEYOND), (surface, [[1e10, 1e11]])])
def test_measured_seed_noise_takes_the_place_of_the_residuals(fitted, x):
    law = fitted()
    quiet, loud = predict(law, x, seed_sd=0.0), predict(law, x, seed_sd=0.05)
    np.testing.assert_allclose(quiet.run_low, quiet.low, rtol=1e-9)
    np.testing.assert_allclose(quiet.run_high, quiet.high, rtol=1e-9)
    half = np.log(loud.run_high / loud.loss)
    assert (half > 1.9 * 0.05).all() and (half < 2.2 * 0.05).all()
    few = predict(law, x, seed_sd=0.05, seed_df=2)
    assert (few.run_high > loud.run_high).all()
    np.testing.assert_array_equal(few.low, loud.low)


def test_the_mean_of_a_surface_is_nonlinear_least_squares():
    law = surface()
    band = predict(law, [[1e10, 1e11]])
    u = np.log([[1e10, 1e11]]) - law.prediction["centre_ln_x"]
    _, row = L_N_D.value_and_jacobian(np.asarray(law.prediction["estimates"])[None], u)
    error = np.sqrt(row[0, 0] @ law.results.cov_params() @ row[0, 0])
    half = stats.t.ppf(0.975, 12) * error
    assert np.log(band.high[0] / band.loss[0]) == pytest.approx(half, rel=0.05)
    assert internal(law).method == law.method


def test_the_scatter_of_runs_is_that_of_the_residuals():
    law = surface()
    residual = np.log(law.points["loss"]) - law.results.model.predict(law.results.params)
    assert run_scatter(law) == pytest.approx(np.sqrt(residual @ residual / 12.0), rel=0.2)
    # Points of one run tell no more about it than one.
    assert run_scatter(surface(points=5)) == pytest.approx(SD, rel=0.5)


def test_the_logarithm_predicts_losses_too():
    law = fit_logarithm(SIZES, one_variable().loss)
    band = predict(law, BEYOND, seed_sd=SD)
    assert (band.run_low < band.low).all() and (band.high < band.run_high).all()
    np.testing.assert_allclose(band.low, law.prediction_band(BEYOND)[0])


def test_a_law_that_was_not_fitted_predicts_nothing_and_says_why():
    law = fit_power_law(SIZES[:2], [3.0, 2.0])
    band = predict(law, BEYOND)
    assert np.isnan(band.loss).all() and band.status.startswith("too few")
    law = fit_surface(L_N_D, np.ones((2, 2)), np.ones(2), ["a", "b"], law="L(N,D)")
    band = predict(law, [[1e9, 1e9]])
    assert np.isnan(band.run_high).all() and band.status.startswith("too few")


def test_what_cannot_be_predicted_is_said_in_one_line():
    with pytest.raises(UserError, match="show no scatter of runs; give seed_sd"):
        without = {f"run{i}": (np.delete(SIZES, i), np.delete(SIZES, i) ** -0.1) for i in range(9)}
        predict(one_variable(interval="jackknife", without=without), BEYOND)
    with pytest.raises(UserError, match="x has shape"):
        predict(one_variable(), [[1e9, 1e9]])
    with pytest.raises(UserError, match="columns N, D"):
        predict(surface(), [1e9])
