"""A parabola's minimum: exact without noise, covered by Fieller's interval, endless when flat."""

import numpy as np
import pytest

from scalinglaws.laws.curves.interpolated import interpolated_minimum
from scalinglaws.laws.curves.parabola import fit_parabola

X = np.geomspace(1e6, 1e8, 7)
VERTEX = np.log(2e7)


def curve(curvature=0.01, vertex=VERTEX):
    return np.exp(1.0 + curvature * (np.log(X) - vertex) ** 2)


def test_a_perfect_parabola_gives_its_minimum_and_an_interval_of_no_width():
    parabola = fit_parabola(X, curve())
    assert parabola.vertex == pytest.approx(VERTEX, abs=1e-9)
    assert parabola.curvature == pytest.approx(0.01)
    low, high = parabola.log10_interval(parabola.rss / parabola.df, parabola.df)
    assert low == pytest.approx(np.log10(2e7), abs=1e-6) == pytest.approx(high, abs=1e-6)
    assert parabola.loss_at_vertex(0.0, 4)[0] == pytest.approx(np.e)


@pytest.mark.parametrize(
    ("noise", "some_unbounded"),
    [(0.002, False), (0.02, True)],  # at 2 % noise a curve that rises by 4 % is too flat
)
def test_fieller_covers_as_it_says_where_the_minimum_is_well_and_badly_resolved(
    noise, some_unbounded
):
    rng = np.random.default_rng(0)
    covered = unbounded = 0
    for _ in range(800):
        parabola = fit_parabola(X, curve() * np.exp(rng.normal(0, noise, len(X))))
        low, high = parabola.log10_interval(parabola.rss / parabola.df, parabola.df)
        covered += low <= VERTEX / np.log(10) <= high
        unbounded += np.isinf(high)
    assert (unbounded > 200) == some_unbounded
    # An unbounded interval always covers: those cost no coverage elsewhere.
    assert 0.935 <= covered / 800 <= (1.0 if some_unbounded else 0.965)


def test_the_interval_of_the_loss_at_the_minimum_covers():
    rng = np.random.default_rng(3)
    covered = 0
    for _ in range(800):
        parabola = fit_parabola(X, curve() * np.exp(rng.normal(0, 0.002, len(X))))
        _, low, high = parabola.loss_at_vertex(parabola.rss / parabola.df, parabola.df)
        covered += low <= np.e <= high
    assert 0.93 <= covered / 800 <= 0.97


def test_the_delta_variance_is_that_of_the_minimum():
    rng = np.random.default_rng(1)
    found = [fit_parabola(X, curve() * np.exp(rng.normal(0, 0.002, len(X)))) for _ in range(800)]
    spread = np.std([parabola.vertex for parabola in found])
    expected = 0.002 * np.sqrt(fit_parabola(X, curve()).unit_variance)
    assert spread == pytest.approx(expected, rel=0.1)


def test_the_curvature_is_resolved_or_not():
    flat = fit_parabola(X, np.exp(np.random.default_rng(2).normal(1, 0.01, len(X))))
    assert not flat.has_resolved_curvature(flat.rss / flat.df, flat.df)
    steep = fit_parabola(X, curve(0.1))
    assert steep.has_resolved_curvature(1e-6, 4)
    assert not steep.has_resolved_curvature(np.nan, 0)
    assert steep.log10_interval(np.nan, 0) == (-np.inf, np.inf)


def test_one_degree_of_freedom_gives_an_interval_of_its_own_width():
    x = X[::2]
    parabola = fit_parabola(x, curve()[::2] * np.exp([1e-6, -1e-6, 1e-6, -1e-6]))
    assert parabola.df == 1
    low, high = parabola.log10_interval(parabola.rss, 1)
    assert low < VERTEX / np.log(10) < high
    # Student's t of one degree of freedom is 12.7, and the curve is resolved well.
    half = 12.706 * np.sqrt(parabola.rss * parabola.unit_variance) / np.log(10)
    assert (high - low) / 2 == pytest.approx(half, rel=0.01)


def test_two_places_make_no_parabola():
    assert fit_parabola(np.array([1.0, 1.0, 2.0]), np.array([3.0, 2.0, 1.0])) is None


def test_interpolation_finds_the_lowest_place_and_refuses_an_end():
    assert interpolated_minimum(X, curve()) == pytest.approx(VERTEX, abs=0.05)
    lopsided = 1e3 / X**0.3 + X**0.5 / 1e3  # no parabola: the true minimum is still found
    u = np.linspace(np.log(X[0]), np.log(X[-1]), 20001)
    truth = u[np.argmin(1e3 * np.exp(-0.3 * u) + np.exp(0.5 * u) / 1e3)]
    assert interpolated_minimum(X, lopsided) == pytest.approx(truth, abs=0.05)
    assert np.isnan(interpolated_minimum(X, 1 / X))
    assert np.isnan(interpolated_minimum(X[:2], X[:2]))
    twice = interpolated_minimum(np.repeat(X, 2), np.repeat(curve(), 2) * np.tile([0.9, 1.1], 7))
    assert twice == pytest.approx(VERTEX, abs=0.05)  # seeds count with their mean
