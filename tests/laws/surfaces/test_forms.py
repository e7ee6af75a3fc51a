"""The forms: their equations, derivatives, infinite data, reports, pins and start values."""

import numpy as np
import pytest
from surface_tables import FORMS, TRUTHS, grid, responses

from scalinglaws.laws.surfaces.additive import CHINCHILLA, L_N_S
from scalinglaws.laws.surfaces.joint import L_N_D, L_N_D_REJECTED

STEP = 1e-6
by_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)


def published(form, values, n, d):
    """The loss by the equation as the papers print it, from reported values."""
    at = dict(zip(form.report_names, values, strict=True))
    if form is CHINCHILLA:
        by_size = 10 ** at["log10_A"] / n ** at["alpha"]
        return at["E"] + by_size + 10 ** at["log10_B"] / d ** at["beta"]
    if form is L_N_S:
        by_size = (10 ** at["log10_N_c"] / n) ** at["alpha_N"]
        return by_size + (10 ** at["log10_S_c"] / d) ** at["alpha_S"]
    size, data = 10 ** at["log10_N_c"] / n, 10 ** at["log10_D_c"] / d
    if form is L_N_D:
        return (size ** (at["alpha_N"] / at["alpha_D"]) + data) ** at["alpha_D"]
    return (size ** at["alpha_N"] + data ** at["alpha_D"]) ** at["beta"]


def several(form, count=3):
    random = np.random.default_rng(1)
    return TRUTHS[form] + 0.3 * random.normal(size=(count, len(TRUTHS[form])))


def with_infinite():
    u, centre = grid(3, 4)
    u[3::4, 1] = np.inf
    return u, centre


def by_differences(function, theta):
    """Central differences of function (R, p) -> (R, ...) by theta, shape (R, ..., p)."""
    steps = STEP * np.eye(theta.shape[1])
    found = [(function(theta + step) - function(theta - step)) / (2 * STEP) for step in steps]
    return np.stack(found, axis=-1)


@by_form
def test_the_value_is_the_published_equation(form):
    u, centre = with_infinite()
    theta = several(form)
    n, d = np.exp(u + centre).T
    reported = form.report(theta, centre)
    assert reported.shape == (3, len(form.report_names)) == (3, len(form.report_units))
    expected = np.log([published(form, values, n, d) for values in reported])
    assert form.value(theta, u) == pytest.approx(expected, rel=1e-9)


@by_form
def test_the_jacobian_is_that_of_the_value_also_with_infinite_data(form):
    u, _ = with_infinite()
    theta = several(form)
    value, jacobian = form.value_and_jacobian(theta, u)
    assert value == pytest.approx(form.value(theta, u), rel=1e-14)
    assert np.isfinite(jacobian).all()
    expected = by_differences(lambda at: form.value(at, u), theta)
    assert jacobian == pytest.approx(expected, abs=1e-7)


@by_form
@pytest.mark.parametrize("delta", [np.inf, 0.05])
def test_gradient_and_hessian_are_those_of_the_objective(form, delta):
    u, _ = with_infinite()
    theta = several(form)
    random = np.random.default_rng(2)
    y = form.value(theta[:1], u)[0] + 0.1 * random.normal(size=len(u))
    weights = random.integers(0, 3, size=(3, len(u))).astype(float)

    def sums(at, newton=1.0):
        return form.sums(at, form.prepare(u), y, weights, delta, np.full(3, newton))

    found = sums(theta)
    residual = form.value(theta, u) - y
    rho = np.where(
        np.abs(residual) < delta,
        residual**2 / 2,
        min(delta, 1e3) * (np.abs(residual) - min(delta, 1e3) / 2),
    )
    assert found.objective == pytest.approx((weights * rho).sum(axis=1), rel=1e-12)
    gradient = by_differences(lambda at: sums(at).objective, theta)
    assert found.gradient == pytest.approx(gradient, abs=1e-6)
    hessian = by_differences(lambda at: sums(at).gradient, theta)
    assert found.hessian == pytest.approx(hessian, abs=1e-6)
    # Gauss-Newton's is never indefinite.
    assert np.linalg.eigvalsh(sums(theta, newton=0.0).hessian).min() > -1e-12


@by_form
def test_points_of_each_resamples_own_give_the_same_sums(form):
    u, _ = with_infinite()
    theta = several(form)
    y = responses(form, u, 0.1, seed=3)
    shared = form.sums(theta, form.prepare(u), y, None, 0.05, np.ones(3))
    own = np.repeat(u[None], 3, axis=0)
    each = form.sums(
        theta, form.prepare(own), np.repeat(y[None], 3, axis=0), None, 0.05, np.ones(3)
    )
    for one, other in zip(shared, each, strict=True):
        assert one == pytest.approx(other, rel=1e-12, abs=1e-14)


@by_form
def test_infinite_data_is_the_limit_of_much_data(form):
    u, _ = grid(3, 3)
    much, infinite = u.copy(), u.copy()
    much[:, 1], infinite[:, 1] = 400.0, np.inf
    theta = TRUTHS[form][None]
    assert form.value(theta, infinite) == pytest.approx(form.value(theta, much), rel=1e-12)


@by_form
def test_a_pin_sets_the_reported_parameter_and_nothing_else(form):
    _, centre = grid()
    theta = several(form)
    reported = form.report(theta, centre)
    for index in range(len(form.report_names)):
        value = 1.1 * reported[:, index]
        pinned, slope = form.pin(theta, index, value, centre)
        assert form.report(pinned, centre)[:, index] == pytest.approx(value, rel=1e-12)
        moved = form.pinned_by(index)
        others = np.arange(theta.shape[1]) != moved
        assert (pinned[:, others] == theta[:, others]).all()

        def entry(at, index=index, value=value, moved=moved):
            return form.pin(at, index, value, centre)[0][:, moved]

        assert slope[:, others] == pytest.approx(by_differences(entry, theta)[:, others], abs=1e-7)
        with np.errstate(invalid="ignore"):
            negative = form.pin(theta, index, -np.abs(value), centre)[0][:, moved]
        assert form.positive(index) == bool(np.isnan(negative).all())


@by_form
def test_starts_come_from_the_data_alone(form):
    u, _ = grid()
    y = responses(form, u, 0.01, seed=4)
    starts = form.starts(u, y, None)
    assert starts.shape[1] == len(form.parameters) and len(starts) >= 16
    assert np.isfinite(starts).all()
    # Another unit of loss moves levels only.
    moved = form.starts(u, y + 1.0, None)
    assert form.value(moved, u) == pytest.approx(form.value(starts, u) + 1.0, abs=1e-6)


@pytest.mark.parametrize("form", [CHINCHILLA, L_N_S], ids=lambda form: form.name)
def test_starts_of_sums_follow_the_spread_of_x(form):
    u, _ = grid()
    y = responses(form, u, 0.01, seed=4)
    starts, stretched = form.starts(u, y, None), form.starts(2.0 * u, y, None)
    assert form.value(stretched, 2.0 * u) == pytest.approx(form.value(starts, u), abs=1e-6)


@pytest.mark.parametrize(("percent", "vanishes"), [(0.099, True), (0.101, False)])
def test_a_floor_below_a_thousandth_of_every_loss_vanishes(percent, vanishes):
    u, _ = grid()
    y = responses(CHINCHILLA, u, 0.01, seed=4)
    theta = TRUTHS[CHINCHILLA][None].copy()
    theta[:, 0] = y.min() + np.log(percent / 100)
    found = CHINCHILLA.at_bounds(theta, u, y)["E vanishes: below 0.1 % of every loss"]
    assert found.tolist() == [vanishes]


def test_the_rejected_alternative_contains_the_law():
    u, centre = grid()
    theta = TRUTHS[L_N_D][None]
    wider = np.concatenate([theta, theta[:, 3:]], axis=1)
    assert L_N_D_REJECTED.value(wider, u) == pytest.approx(L_N_D.value(theta, u), rel=1e-12)
    scales = L_N_D_REJECTED.report(wider, centre)[:, 2:4]
    assert scales == pytest.approx(L_N_D.report(theta, centre)[:, 2:4])
