"""Besiroglu et al. 2024 refit: their table, objectives, optima and bootstrap intervals.

The table is other people's: it is read from ../shared/peers/data, and not there it is skipped.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scalinglaws.laws.surfaces.additive import CHINCHILLA
from scalinglaws.laws.surfaces.losses import LEAST_ABSOLUTE, SQUARES, huber
from scalinglaws.laws.surfaces.multistart import fit_from_starts
from scalinglaws.laws.surfaces.solver import solve
from scalinglaws.laws.surfaces.verdict import verdict

TABLE = (
    Path(__file__).resolve().parents[4]
    / "shared/peers/data/epoch-research+analyzing-chinchilla/svg_extracted_data.csv"
)
HUBER = huber(1e-3)
pytestmark = pytest.mark.skipif(
    not TABLE.exists(), reason=f"Besiroglu et al.'s table is not beside the checkout: {TABLE}"
)


def points(table):
    size = table["Model Size"].to_numpy()
    ln_x = np.log(np.column_stack([size, table["Training FLOP"] / (6 * size)]))
    centre = ln_x.mean(axis=0)
    return ln_x - centre, np.log(table["loss"].to_numpy()), centre


def published(theta, centre):
    """A, B, E, alpha, beta; shape (R, 5)."""
    floor, log10_a, log10_b, alpha, beta = CHINCHILLA.report(np.atleast_2d(theta), centre).T
    return np.column_stack([10**log10_a, 10**log10_b, floor, alpha, beta])


@pytest.fixture(scope="module")
def whole():
    return pd.read_csv(TABLE)


@pytest.fixture(scope="module")
def kept(whole):
    """Positions of the rows below the 5th largest loss."""
    rows = np.flatnonzero(whole["loss"] < whole["loss"].sort_values().iloc[-5])
    assert len(rows) == 240
    return rows


def test_huber_finds_the_optimum_and_its_parameters(whole, kept):
    u, y, centre = points(whole.iloc[kept])
    fit = fit_from_starts(CHINCHILLA, u, y, loss=HUBER)
    assert verdict(CHINCHILLA, u, y, fit) == "ok"
    assert fit.objective <= 0.0010182740178 * (1 + 1e-10)
    assert fit.agreeing == fit.n_starts
    found = published(fit.theta, centre)[0]
    assert found == pytest.approx([477.826, 2143.417, 1.817218, 0.347310, 0.367172], rel=2e-6)


def test_absolute_deviations_give_the_numbers_everyone_quotes(whole, kept):
    u, y, centre = points(whole.iloc[kept])
    fit = fit_from_starts(CHINCHILLA, u, y, loss=LEAST_ABSOLUTE)
    assert fit.converged and fit.agreeing == fit.n_starts
    assert fit.objective == pytest.approx(1.1294946536, abs=1e-10)
    found = published(fit.theta, centre)[0]
    assert found == pytest.approx([482.0061, 2085.4362, 1.816864, 0.347813, 0.365854], rel=2e-6)


def test_five_points_move_beta(whole):
    u, y, centre = points(whole)
    fit = fit_from_starts(CHINCHILLA, u, y, loss=HUBER)
    found = published(fit.theta, centre)[0]
    assert found == pytest.approx([495.73, 12845.6, 1.8913, 0.3493, 0.4530], rel=2e-4)


def test_least_squares_is_yet_another_optimum(whole, kept):
    u, y, centre = points(whole.iloc[kept])
    fit = fit_from_starts(CHINCHILLA, u, y, loss=SQUARES)
    assert verdict(CHINCHILLA, u, y, fit) == "ok"
    assert published(fit.theta, centre)[0, 4] > 0.39


def test_the_bootstrap_of_4000_gives_the_published_intervals(whole, kept):
    u, y, centre = points(whole.iloc[kept])
    start = fit_from_starts(CHINCHILLA, u, y, loss=HUBER).theta
    random = np.random.RandomState(42)
    counts = np.zeros((4000, len(kept)))
    for row in counts:
        drawn = random.choice(kept, size=len(kept), replace=True)
        row[:] = np.bincount(np.searchsorted(kept, drawn), minlength=len(kept))
    found = solve(CHINCHILLA, u, y, start, weights=counts, loss=HUBER)
    assert found.converged.all() and not found.at_bound.any()
    resampled = published(found.theta, centre)
    low, high = np.percentile(resampled, [2.5, 97.5], axis=0)
    assert low[2:] == pytest.approx([1.769, 0.317, 0.331], abs=1e-3)
    assert high[2:] == pytest.approx([1.871, 0.373, 0.415], abs=1e-3)
    assert low[:2] == pytest.approx([285.214, 1042.357], rel=0.01)
    assert high[:2] == pytest.approx([743.626, 5810.344], rel=0.01)
    scatter = [124.52, 1293.28, 0.02566, 0.01540, 0.02060]
    assert resampled.std(axis=0, ddof=1) == pytest.approx(scatter, rel=2e-3)
