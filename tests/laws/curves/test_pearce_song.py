"""Closed forms of the Chinchilla law, and what its embeddings do to Kaplan's exponent."""

import numpy as np
import pytest
from scipy import optimize

from scalinglaws.laws.curves.chinchilla import (
    loss,
    optimal_exponents,
    optimal_size,
    optimal_tokens,
    tokens_per_parameter,
)
from scalinglaws.laws.curves.pearce_song import (
    local_exponent,
    optimal_compute,
    simulated_exponent,
    total_params,
)

EPOCH = (1.8172, 482.01, 2085.43, 0.3478, 0.3658)  # Besiroglu et al. (2024)
HOFFMANN = (1.6934, 406.4, 410.7, 0.3392, 0.2849)
GOPHER = 5.76e23  # FLOPs


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
    assert tokens_per_parameter(GOPHER, *EPOCH[1:]) == pytest.approx(18.4, abs=0.05)
    assert optimal_exponents(*EPOCH[3:])[0] == pytest.approx(0.5126, abs=5e-5)
    assert float(optimal_size(GOPHER, *HOFFMANN[1:])) == pytest.approx(40e9, rel=0.02)
    assert 55 < tokens_per_parameter(GOPHER, *HOFFMANN[1:]) < 90
