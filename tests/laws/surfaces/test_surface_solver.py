"""The solver: known truth, honest scatter, weights, each loss, starts, and the traps of others."""

import tracemalloc

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import minimize
from surface_tables import FORMS, TRUTHS, grid, responses

from scalinglaws.laws.surfaces.additive import CHINCHILLA, L_N_S
from scalinglaws.laws.surfaces.joint import L_N_D
from scalinglaws.laws.surfaces.losses import LEAST_ABSOLUTE, SQUARES, huber
from scalinglaws.laws.surfaces.multistart import fit_from_starts
from scalinglaws.laws.surfaces.solver import solve

LOSSES = [SQUARES, huber(1e-3), LEAST_ABSOLUTE]
by_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
by_loss = pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)


@by_form
@by_loss
def test_data_without_noise_give_the_truth_back(form, loss):
    u, _ = grid()
    u[::6, 1] = np.inf
    fit = fit_from_starts(form, u, responses(form, u, 0.0, seed=0), loss=loss)
    assert fit.converged and not fit.at_bound
    assert fit.agreeing > fit.n_starts // 2
    assert fit.theta == pytest.approx(TRUTHS[form], abs=1e-7)


@by_form
def test_estimates_scatter_as_least_squares_says(form):
    """400 tables at once: no bias, and 95 % of Student's intervals hold the truth."""
    u, _ = grid()
    truth, noise = TRUTHS[form], 0.003
    y = responses(form, u, noise, seed=1, count=400)
    found = solve(form, u, y, truth)
    assert found.converged.all() and not found.at_bound.any()
    df = len(u) - len(truth)
    assert found.objective.mean() == pytest.approx(df * noise**2, rel=0.05)
    _, jacobian = form.value_and_jacobian(found.theta, u)
    inverse = np.linalg.inv(np.matmul(jacobian.swapaxes(1, 2), jacobian))
    variance = np.diagonal(inverse, axis1=1, axis2=2) * (found.objective / df)[:, None]
    error = (found.theta - truth) / np.sqrt(variance)
    inside = np.abs(error) < stats.t.ppf(0.975, df)
    assert 0.92 < inside.mean() < 0.98
    assert np.abs(error.mean(axis=0)).max() < 0.2


@by_form
@by_loss
def test_the_optimum_cannot_be_improved_on(form, loss):
    """Against steps in every direction of the Jacobian, of many sizes."""
    u, _ = grid()
    y = responses(form, u, 0.01, seed=2)
    fit = fit_from_starts(form, u, y, loss=loss)
    assert fit.converged
    assert fit.objective == pytest.approx(loss.objective(form.value(fit.theta[None], u) - y)[0])
    random = np.random.default_rng(3)
    steps = random.normal(size=(2000, len(fit.theta)))
    steps *= 10.0 ** random.uniform(-6, -1, size=(2000, 1))
    nearby = loss.objective(form.value(fit.theta + steps, u) - y)
    assert nearby.min() > fit.objective * (1 - 1e-9)


def test_absolute_deviations_pass_through_as_many_points_as_parameters():
    u, _ = grid()
    y = responses(CHINCHILLA, u, 0.01, seed=4)
    fit = fit_from_starts(CHINCHILLA, u, y, loss=LEAST_ABSOLUTE)
    residual = np.sort(np.abs(CHINCHILLA.value(fit.theta[None], u)[0] - y))
    assert residual[4] < 1e-9 < 1e-5 < residual[5]


def test_huber_is_squares_far_in_and_absolute_deviations_far_out():
    u, _ = grid()
    y = responses(L_N_S, u, 0.01, seed=5)
    squares, wide = (fit_from_starts(L_N_S, u, y, loss=loss) for loss in (SQUARES, huber(1.0)))
    assert wide.theta == pytest.approx(squares.theta, abs=1e-6)
    assert wide.objective == pytest.approx(squares.objective / 2)
    absolute, narrow = (
        fit_from_starts(L_N_S, u, y, loss=loss) for loss in (LEAST_ABSOLUTE, huber(1e-8))
    )
    assert narrow.theta == pytest.approx(absolute.theta, abs=1e-4)
    assert narrow.objective == pytest.approx(1e-8 * absolute.objective, rel=1e-4)


@by_form
@by_loss
def test_a_weight_is_a_count_and_zero_leaves_out(form, loss):
    u, _ = grid()
    y = responses(form, u, 0.01, seed=6)
    weights = np.random.default_rng(7).integers(0, 3, size=(5, len(y)))
    start = fit_from_starts(form, u, y, loss=loss).theta
    together = solve(form, u, y, start, weights=weights, loss=loss)
    assert together.converged.all()
    for i, count in enumerate(weights):
        rows = np.repeat(np.arange(len(y)), count)
        alone = solve(form, u[rows], y[rows], start, loss=loss)
        assert together.objective[i] == pytest.approx(alone.objective[0], rel=1e-6)
        # Weighed upside down it would be another fit.
        assert together.theta[i] == pytest.approx(alone.theta[0], abs=2e-4)


@by_form
def test_each_resample_may_have_points_and_responses_of_its_own(form):
    u, _ = grid()
    y = responses(form, u, 0.01, seed=8, count=4)
    shifted = u + 0.1 * np.random.default_rng(9).normal(size=(4, *u.shape))
    found = solve(form, shifted, y, TRUTHS[form])
    alone = [solve(form, shifted[i], y[i], TRUTHS[form]) for i in range(4)]
    assert found.theta == pytest.approx(np.concatenate([one.theta for one in alone]), abs=1e-7)


@by_loss
def test_the_size_of_the_objective_does_not_matter(loss):
    """Means of tiny losses stop other optimisers at the start, and they report success."""
    u, _ = grid()
    y = responses(CHINCHILLA, u, 0.01, seed=10)
    start = CHINCHILLA.starts(u, y, None)[5]
    summed = solve(CHINCHILLA, u, y, start, loss=loss)
    averaged = solve(CHINCHILLA, u, y, start, loss=loss, weights=np.full(len(y), 1e-9))
    assert summed.converged[0] and averaged.converged[0]
    assert averaged.theta[0] == pytest.approx(summed.theta[0], abs=1e-6)
    assert averaged.objective[0] == pytest.approx(1e-9 * summed.objective[0], rel=1e-6)


def test_means_and_default_tolerances_stop_scipy_short_of_the_optimum_and_not_us():
    """The mean of a tiny loss, L-BFGS-B as it comes: success at every start, at most not there."""
    u, _ = grid()
    y = responses(CHINCHILLA, u, 0.01, seed=11)
    fit = fit_from_starts(CHINCHILLA, u, y, loss=huber(1e-3))
    assert fit.agreeing == fit.n_starts

    def mean(theta):
        return huber(1e-3).objective(CHINCHILLA.value(theta[None], u) - y)[0] / len(y)

    found = [minimize(mean, at, method="L-BFGS-B") for at in CHINCHILLA.starts(u, y, None)]
    assert all(one.success for one in found)
    short = [one.fun * len(y) > 1.01 * fit.objective for one in found]
    assert sum(short) > len(short) // 2


def test_a_start_far_off_is_retried_from_others_or_flagged():
    u, _ = grid()
    y = responses(L_N_D, u, 0.01, seed=12)
    best = fit_from_starts(L_N_D, u, y)
    # Only the smallest N still has a term of its own: a plateau.
    plateau = np.array([-20.0, 1.2, 2.0, -3.0])
    flagged = solve(L_N_D, u, y, plateau, retry=False)
    assert not flagged.converged[0] or flagged.at_bound[0]
    again = solve(L_N_D, u, y, np.full(4, np.nan))
    assert again.converged[0]
    assert again.theta[0] == pytest.approx(best.theta, abs=1e-6)


def test_held_parameters_stay_and_the_rest_is_fitted():
    u, _ = grid()
    y = responses(CHINCHILLA, u, 0.01, seed=13)
    free = np.array([True, True, True, False, True])
    start = np.repeat(TRUTHS[CHINCHILLA][None], 3, axis=0)
    start[:, 3] = (0.3, 0.35, 0.4)
    found = solve(CHINCHILLA, u, y, start, free=free)
    assert found.converged.all()
    assert (found.theta[:, 3] == start[:, 3]).all()
    best = fit_from_starts(CHINCHILLA, u, y)
    assert (found.objective > best.objective).all()


def test_resamples_are_fitted_alike_alone_and_in_thousands_within_bounded_memory():
    u, _ = grid(20, 12)
    y = responses(CHINCHILLA, u, 0.01, seed=14)
    random = np.random.default_rng(15)
    drawn = random.integers(0, len(y), size=(4000, len(y)))
    counts = np.array([np.bincount(row, minlength=len(y)) for row in drawn], dtype=np.uint8)
    start = fit_from_starts(CHINCHILLA, u, y, loss=huber(1e-3)).theta
    tracemalloc.start()
    found = solve(CHINCHILLA, u, y, start, weights=counts, loss=huber(1e-3))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100e6
    assert found.converged.all()
    for i in range(0, 4000, 400):
        rows = np.repeat(np.arange(len(y)), counts[i])
        alone = solve(CHINCHILLA, u[rows], y[rows], start, loss=huber(1e-3))
        assert found.objective[i] == pytest.approx(alone.objective[0], rel=1e-10)


def test_equal_inputs_give_equal_bytes():
    u, _ = grid()
    y = responses(CHINCHILLA, u, 0.01, seed=16, count=50)
    first, second = (solve(CHINCHILLA, u, y, TRUTHS[CHINCHILLA], loss=huber(1e-3)) for _ in "ab")
    assert first.theta.tobytes() == second.theta.tobytes()
