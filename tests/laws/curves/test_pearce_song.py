"""Closed forms of the Chinchilla law, and what its embeddings do to Kaplan's exponent."""

import numpy as np
import pytest
from scipy import optimize

from scalinglaws.laws.curves.chinchilla import (
    loss,
    optimal_exponents,
    optimal_size,
    optimal_tokens,
)
from scalinglaws.laws.curves.pearce_song import (
    KAPLAN_COMPUTE,
    KAPLAN_SIZES,
    N_BUDGETS,
    N_MODELS,
    OMEGA,
    TOKENS,
    optimal_compute,
    total_params,
)

EPOCH = (1.8172, 482.01, 2085.43, 0.3478, 0.3658)  # Besiroglu et al. (2024)
HOFFMANN = (1.6934, 406.4, 410.7, 0.3392, 0.2849)
GOPHER = 5.76e23  # FLOPs


def local_exponent(constants, omega=OMEGA, compute_range=KAPLAN_COMPUTE):
    """Slope of ln N_opt on ln C over ``compute_range`` (FLOPs), evenly in ln C, exactly."""
    sizes = np.geomspace(1.0, 1e15, 30001)
    ln_compute = np.log(optimal_compute(sizes, constants, omega))
    grid = np.linspace(*np.log(compute_range), N_BUDGETS)
    return float(np.polyfit(grid, np.interp(grid, ln_compute, np.log(sizes)), 1)[0])


def simulated_exponent(constants):
    """The same slope as they simulate it, which is what their paper prints.

    20 models, each read at the logged number of tokens nearest to a budget: the frontier moves in
    steps of a model, and the logging (19 decades in 1000 points) adds its own rounding. Against
    `local_exponent` that is 0.005 up or 0.001 down.
    """
    n_params = np.geomspace(*KAPLAN_SIZES, N_MODELS)
    budgets = np.geomspace(*KAPLAN_COMPUTE, N_BUDGETS)
    spent = 6.0 * n_params[:, None] * TOKENS
    losses = loss(total_params(n_params)[:, None], TOKENS, *constants)
    nearest = np.abs(spent[:, None, :] - budgets[None, :, None]).argmin(axis=2)
    best = np.take_along_axis(losses, nearest, axis=1).argmin(axis=0)
    return float(np.polyfit(np.log(budgets), np.log(n_params[best]), 1)[0])


@pytest.mark.parametrize(("constants", "printed"), [(EPOCH, 0.7805), (HOFFMANN, 0.7388)])
def test_their_simulation_to_four_digits(constants, printed):
    assert simulated_exponent(constants) == pytest.approx(printed, abs=5e-5)


@pytest.mark.parametrize(("constants", "printed"), [(EPOCH, 0.78), (HOFFMANN, 0.74)])
def test_the_exact_slope_rounds_to_what_they_print(constants, printed):
    assert round(local_exponent(constants), 2) == printed


def test_without_embeddings_the_exponent_is_chinchillas():
    for constants in (EPOCH, HOFFMANN):
        expected = optimal_exponents(*constants[3:])[0]
        assert local_exponent(constants, omega=0.0) == pytest.approx(expected, abs=1e-6)
    far = local_exponent(EPOCH, compute_range=(1e26, 1e28))
    assert far == pytest.approx(0.5126, abs=0.01)


def test_a_numerical_minimum_agrees_with_the_condition_for_it():
    for size in (1e4, 1e7, 1e9):
        compute = float(optimal_compute(size, EPOCH))
        best = optimize.minimize_scalar(
            lambda ln_n, c=compute: loss(
                total_params(np.exp(ln_n)), c / (6 * np.exp(ln_n)), *EPOCH
            ),
            bounds=(np.log(size) - 3, np.log(size) + 3),
            method="bounded",
            options={"xatol": 1e-10},
        )
        assert np.exp(best.x) == pytest.approx(size, rel=1e-4)


def test_the_closed_form_is_the_minimum_and_spends_the_budget():
    n, d = optimal_size(GOPHER, *EPOCH[1:]), optimal_tokens(GOPHER, *EPOCH[1:])
    assert 6 * n * d == pytest.approx(GOPHER)
    best = loss(n, d, *EPOCH)
    for factor in (0.9, 1.1):
        assert loss(n * factor, d / factor, *EPOCH) > best


def test_published_optima():
    ratios = [
        float(optimal_tokens(GOPHER, *own[1:]) / optimal_size(GOPHER, *own[1:]))
        for own in (EPOCH, HOFFMANN)
    ]
    assert ratios[0] == pytest.approx(18.4, abs=0.05)
    assert optimal_exponents(*EPOCH[3:])[0] == pytest.approx(0.5126, abs=5e-5)
    assert float(optimal_size(GOPHER, *HOFFMANN[1:])) == pytest.approx(40e9, rel=0.02)
    assert 55 < ratios[1] < 90
