"""Verdicts: what may be used, and the sentence where something may not."""

from dataclasses import replace

import numpy as np
import pytest
from surface_tables import FORMS, TRUTHS, grid, responses

from scalinglaws.laws.surfaces.additive import CHINCHILLA, L_N_S
from scalinglaws.laws.surfaces.joint import L_N_D
from scalinglaws.laws.surfaces.multistart import fit_from_starts
from scalinglaws.laws.surfaces.verdict import data_verdict, verdict

by_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)


def judged(form, u, y, **more):
    return verdict(form, u, y, fit_from_starts(form, u, y), **more)


@by_form
@pytest.mark.parametrize("noise", [0.0, 0.003])
def test_a_law_is_ok_with_and_without_noise(form, noise):
    u, _ = grid()
    assert judged(form, u, responses(form, u, noise, seed=1)) == "ok"


@by_form
def test_pure_noise_is_never_ok(form):
    u, _ = grid()
    for seed in range(6):
        y = np.log(3.0) + 0.01 * np.random.default_rng(seed).normal(size=len(u))
        sentence = judged(form, u, y)
        assert sentence.startswith(("at a bound: ", "flat: ", "not converged"))


@by_form
def test_two_more_different_points_than_parameters_are_needed(form):
    u, _ = grid()
    y = responses(form, u, 0.003, seed=2)
    size = len(form.parameters)
    few = slice(None, None, 5)
    for count in (2, size, size + 1):
        sentence = data_verdict(form, u[few][:count], y[few][:count])
        assert sentence.startswith(f"too few points: {count} different ones for {size} parameters")
    # A duplicate is no other point, and one of weight 0 is none.
    twice = np.r_[np.arange(size + 1), 0]
    assert data_verdict(form, u[few][twice], y[few][twice]).startswith("too few points")
    left_out = np.r_[np.ones(size + 1), 0.0]
    chosen = slice(size + 2)
    assert data_verdict(form, u[few][chosen], y[few][chosen], left_out).startswith("too few points")
    assert data_verdict(form, u[few][chosen], y[few][chosen]) == "ok"


def test_runs_are_counted_where_points_share_them():
    u, _ = grid()
    y = responses(L_N_S, u, 0.003, seed=3)
    runs = np.repeat(["a", "b"], 18)
    assert judged(L_N_S, u, y, runs=runs).startswith("too few runs: 2,")
    assert judged(L_N_S, u, y, runs=np.repeat(["a", "b", "c"], 12)) == "ok"


def test_x_and_the_loss_must_vary():
    u, _ = grid()
    y = responses(CHINCHILLA, u, 0.003, seed=4)
    fixed, infinite = u.copy(), u.copy()
    fixed[:, 0], infinite[:, 1] = 0.0, np.inf
    assert data_verdict(CHINCHILLA, fixed, y).startswith("N has fewer than two different finite")
    assert data_verdict(CHINCHILLA, infinite, y).startswith("D has fewer than two different")
    assert (
        data_verdict(CHINCHILLA, u, np.full(len(u), 1.1)) == "the loss is the same at every point"
    )


def test_a_floor_that_is_not_there_is_found_out():
    u, _ = grid()
    sentence = judged(CHINCHILLA, u, responses(L_N_S, u, 0.003, seed=5))
    assert "E vanishes" in sentence or sentence.startswith("flat: ln_E")


def test_a_loss_that_rises_with_size_is_at_a_bound():
    u, _ = grid()
    y = 1.1 + 0.05 * u[:, 0] - 0.05 * u[:, 1] + responses(L_N_S, 0 * u, 0.003, seed=6)
    for form in FORMS:
        assert judged(form, u, y).startswith("at a bound: ")


def test_a_variable_that_does_nothing_is_found_out():
    u, _ = grid()
    y = 1.1 - 0.05 * u[:, 0] + 0.003 * np.random.default_rng(7).normal(size=len(u))
    for form in FORMS:
        assert judged(form, u, y).startswith(("at a bound: ", "flat: ", "not converged"))


def test_a_term_of_the_smallest_size_only_is_at_a_bound():
    u, _ = grid()
    y = responses(L_N_D, u, 0.0, seed=0)
    y = np.log(np.exp(1.1 - 0.1 * u[:, 1]) + np.where(u[:, 0] == u[:, 0].min(), 0.5, 0.0))
    y += 0.001 * np.random.default_rng(8).normal(size=len(u))
    assert "only the smallest N has a term" in judged(L_N_S, u, y)


def test_other_faults_of_a_fit_have_their_sentences():
    u, _ = grid()
    y = responses(L_N_D, u, 0.003, seed=9)
    fit = fit_from_starts(L_N_D, u, y)
    still = replace(fit, start=fit.theta)
    assert verdict(L_N_D, u, y, still) == "the parameters did not move from their start values"
    unsettled = replace(fit, converged=False)
    assert verdict(L_N_D, u, y, unsettled) == "not converged from any start"
    rivalled = replace(fit, second=1.02 * fit.objective)
    assert verdict(L_N_D, u, y, rivalled).startswith("another minimum fits nearly as well")
    assert verdict(L_N_D, u, y, replace(fit, second=3 * fit.objective)) == "ok"
    nowhere = replace(fit, theta=np.full(4, np.nan))
    assert verdict(L_N_D, u, y, nowhere) == "the fit is not finite"


def test_a_direction_left_open_is_named():
    """Two sizes tell no exponent from a floor: the normal matrix is singular."""
    u, _ = grid()
    y = CHINCHILLA.value(TRUTHS[CHINCHILLA][None], u)[0]
    two_sizes = np.isin(u[:, 0], np.unique(u[:, 0])[[0, 3]])
    y = y + 0.003 * np.random.default_rng(10).normal(size=len(y))
    sentence = judged(CHINCHILLA, u[two_sizes], y[two_sizes])
    assert sentence.startswith(("at a bound: ", "flat: ", "not converged"))
