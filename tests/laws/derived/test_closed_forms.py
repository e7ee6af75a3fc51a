"""Appendix B and Eqs 4.4, 6.8: the printed numbers, and the optimum found numerically."""

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

from scalinglaws.laws.derived.data_needs import contradiction, data_needed
from scalinglaws.laws.derived.efficient import EfficientTraining, compute_exponent
from scalinglaws.laws.derived.stopping import (
    compute_ratio,
    ratios,
    sizes_at_excess,
    smallest,
    steps_ratio,
)
from scalinglaws.units import PF_DAY

LN, AS, AB = 0.077, 0.76, 0.21
TRAINING = EfficientTraining(LN, AS, AB, 6.5e13, 1.05e3, 2.1e8)


def compute_to_reach(loss, size):
    """C in PF-days at which a model of ``size`` parameters has ``loss`` (B.15)."""
    steps = TRAINING.S_c * (loss - (TRAINING.N_c / size) ** LN) ** (-1.0 / AS)
    return 6.0 * size * TRAINING.B_star / loss ** (1.0 / AB) * steps / PF_DAY


def test_the_exponent_of_compute():
    assert compute_exponent(0.076, 0.76, 0.21) == pytest.approx(0.0520, abs=5e-5)
    assert compute_exponent(0.077, 0.76, 0.21) == pytest.approx(0.0525, abs=5e-5)
    assert compute_exponent(0.076, 0.76, 0.21) / 0.076 == pytest.approx(0.68, abs=5e-3)  # Eq. 1.7


def test_numbers_of_appendix_b_at_the_printed_constants():
    assert TRAINING.alpha_C == pytest.approx(0.0525, abs=5e-5)
    assert TRAINING.C_c == pytest.approx(8.05e7, rel=1e-3)
    assert TRAINING.loss(1.0) == pytest.approx(2.598, abs=5e-4)
    assert TRAINING.loss(0.01) == pytest.approx(3.308, abs=5e-4)
    assert TRAINING.size(1.0) == pytest.approx(9.4e8, rel=5e-3)
    assert TRAINING.steps(1.0) == pytest.approx(6.9e3, rel=5e-3)
    assert TRAINING.batch(1.0) == pytest.approx(2.2e6, rel=0.02)
    doubled = EfficientTraining(LN, AS, AB, 6.5e13, 2.1e3, 2.1e8)
    assert doubled.C_c == pytest.approx(1.61e8, rel=1e-3)
    assert doubled.C_c == pytest.approx(2 * TRAINING.C_c)


@pytest.mark.parametrize("compute", [1e-4, 1.0, 300.0])
def test_the_closed_forms_are_the_minimum(compute):
    """B.3 minimised over N without any of B.5 to B.10."""

    def loss_of(ln_size):
        size = np.exp(ln_size)

        def gap(loss):
            steps = compute * PF_DAY / (6 * size * TRAINING.B_star / loss ** (1 / AB))
            return (TRAINING.N_c / size) ** LN + (TRAINING.S_c / steps) ** AS - loss

        return brentq(gap, 1.0, 1e3, xtol=1e-13)

    middle = np.log(TRAINING.size(compute))
    best = minimize_scalar(
        loss_of, bounds=(middle - 2, middle + 2), method="bounded", options={"xatol": 1e-9}
    )
    assert best.fun == pytest.approx(TRAINING.loss(compute), rel=1e-9)
    assert best.x == pytest.approx(middle, abs=1e-3)
    size, steps, batch = (f(compute) for f in (TRAINING.size, TRAINING.steps, TRAINING.batch))
    assert 6 * size * steps * batch / PF_DAY == pytest.approx(compute)
    converged = (TRAINING.N_c / size) ** LN
    assert TRAINING.loss(compute) / converged - 1 == pytest.approx(TRAINING.excess)
    assert compute_to_reach(TRAINING.loss(compute), size) == pytest.approx(compute)


def test_stopping_early():
    """B.12 to B.14 as printed: 2.7, 0.13 and 0.35; 7.7 is 1/0.13, unrounded it is 7.5."""
    size, steps, compute = ratios(0.076, 0.76, 0.1, 0.02)
    assert [size, steps, compute] == pytest.approx([2.70, 0.133, 0.359], abs=2e-3)
    assert 1 / steps == pytest.approx(7.53, abs=0.01)
    assert 1 / round(steps, 2) == pytest.approx(7.7, abs=0.01)
    assert 1 - compute == pytest.approx(0.65, abs=0.01)


def test_other_sizes():
    low, high = sizes_at_excess(0.076, 0.76)
    assert [low, high] == pytest.approx([0.577, 2.184], abs=5e-4)
    assert compute_ratio(np.array([low, high]), 0.076, 0.76) == pytest.approx([1.2, 1.2])
    assert steps_ratio(2.2, 0.076, 0.76) == pytest.approx(0.547, abs=5e-4)
    assert smallest(0.076, 0.76) == pytest.approx(0.285, abs=5e-4)
    assert steps_ratio(0.285, 0.076, 0.76) == np.inf
    assert steps_ratio(0.2854, 0.076, 0.76) > 1e4
    assert compute_ratio(1.0, 0.076, 0.76) == 1.0


def test_other_sizes_agree_with_the_law_itself():
    """B.16 against B.15 at the loss of 1 PF-day."""
    loss, size = TRAINING.loss(1.0), TRAINING.size(1.0)
    for x in (0.5, 0.9, 2.0, 3.0):
        direct = compute_to_reach(loss, x * size)
        assert direct == pytest.approx(compute_ratio(x, LN, AS))


def test_data_against_overfitting():
    """Eq. 4.4 prints 5e3 N^0.74 from Table 2; eight times the model wants five times the data."""
    log10_k, p = data_needed(0.076, 0.103, np.log10(6.4e13), np.log10(1.8e13))
    assert p == pytest.approx(0.74, abs=5e-3)
    assert 10**log10_k == pytest.approx(5e3, rel=0.15)
    assert 8**p == pytest.approx(4.66, abs=0.05)
    size = 3e8
    data = 10**log10_k * size**p
    reference = (6.4e13 / size) ** (0.076 / 0.103)
    ratio = ((reference + 1.8e13 / data) / reference) ** 0.103
    assert ratio - 1 == pytest.approx(0.02)


def test_where_the_laws_contradict_each_other():
    found = contradiction(
        alpha_C=0.050,
        log10_C_c=np.log10(3.1e8),
        alpha_D=0.095,
        log10_D_c=np.log10(5.4e13),
        p_D=0.27,
        log10_D_e=np.log10(2e10),
        p_N=0.73,
        log10_N_e=np.log10(1.3e9),
    )
    assert 10**found.log10_C == pytest.approx(1.1e4, rel=0.03)
    assert 10**found.log10_N == pytest.approx(1.2e12, rel=0.03)
    assert found.loss == pytest.approx(1.67, abs=5e-3)
    data = 2e10 * 10 ** (0.27 * found.log10_C)
    assert 10**found.log10_D == pytest.approx(data)
    assert (5.4e13 / data) ** 0.095 == pytest.approx(found.loss)


def test_parallel_lines_do_not_cross():
    found = contradiction(
        alpha_C=0.03125,
        log10_C_c=8.0,
        alpha_D=0.125,
        log10_D_c=13.0,
        p_D=0.25,
        log10_D_e=10.0,
        p_N=0.7,
        log10_N_e=9.0,
    )
    assert not np.isfinite(found.log10_C)
