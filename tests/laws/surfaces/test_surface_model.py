"""A surface as a statsmodels model: likelihood, derivatives and predictions are those it states."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.tools.numdiff import approx_fprime, approx_hess
from surface_tables import FORMS, TRUTHS, grid, responses

from scalinglaws.laws.surface_model import SurfaceModel
from scalinglaws.laws.surfaces.multistart import fit_from_starts

SD = 0.01
by_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)


def model_of(form, sd=SD):
    """A model of noisy points, some of them on endless data, and parameters beside the truth."""
    u, _ = grid()
    u[5::6, 1] = np.inf
    theta = TRUTHS[form] + 0.05 * np.random.default_rng(1).normal(size=len(TRUTHS[form]))
    return SurfaceModel(form, u, responses(form, u, sd, seed=2)), theta


@by_form
def test_predictions_are_the_laws_own(form):
    model, theta = model_of(form)
    assert model.predict(theta) == pytest.approx(form.value(theta[None], model.u)[0])
    at = np.array([[1.0, 2.0], [1.0, np.inf]])
    assert model.predict(theta, at) == pytest.approx(form.value(theta[None], at)[0])


@by_form
def test_the_likelihood_is_that_of_normal_errors_of_the_likeliest_variance(form):
    model, theta = model_of(form)
    residual = model.endog - model.predict(theta)
    scale = np.sqrt(np.mean(residual**2))
    by_point = stats.norm.logpdf(residual, scale=scale)
    assert model.loglikeobs(theta) == pytest.approx(by_point)
    assert model.loglike(theta) == pytest.approx(by_point.sum())
    for other in (0.95 * scale, 1.05 * scale):
        assert stats.norm.logpdf(residual, scale=other).sum() < model.loglike(theta)


@by_form
def test_the_score_is_the_slope_of_the_likelihood(form):
    model, theta = model_of(form)
    slope = approx_fprime(theta, model.loglike, centered=True)
    assert model.score(theta) == pytest.approx(slope, rel=1e-5)
    best = fit_from_starts(form, model.u, model.endog).theta
    assert np.abs(model.score(best)).max() < 1e-4 * np.abs(model.score(theta)).max()


@by_form
def test_the_hessian_leaves_out_the_curvature_of_the_law_alone(form):
    model, theta = model_of(form)
    slopes = approx_fprime(theta, model.predict, centered=True)
    variance = np.mean((model.endog - model.predict(theta)) ** 2)
    assert model.hessian(theta) == pytest.approx(-slopes.T @ slopes / variance, rel=1e-5)


@by_form
def test_near_the_optimum_of_small_errors_it_is_the_whole_hessian(form):
    sd = 1e-4
    model, _ = model_of(form, sd)
    best = fit_from_starts(form, model.u, model.endog).theta
    hessian = approx_hess(best, model.loglike, epsilon=np.full(len(best), 0.01 * sd))
    small = 1e-3 * np.abs(hessian).max()
    assert model.hessian(best) == pytest.approx(hessian, rel=1e-3, abs=small)


def test_results_take_the_covariance_and_degrees_of_freedom_given():
    form = FORMS[0]
    model, theta = model_of(form)
    covariance = np.diag(np.arange(1.0, len(theta) + 1)) * 1e-4
    found = model.results(theta, covariance, 4.0, "of runs")
    half = stats.t.ppf(0.975, 4.0) * np.sqrt(np.diag(covariance))
    assert found.conf_int() == pytest.approx(np.column_stack([theta - half, theta + half]))
    assert found.llf == pytest.approx(model.loglike(theta))
    assert found.cov_type == "of runs"
    summary = str(found.summary())
    assert "ln L" in summary and all(name in summary for name in form.parameters)
