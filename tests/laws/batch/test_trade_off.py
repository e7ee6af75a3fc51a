"""Eq. 5.1: exact on exact points, the markers of Figure 10, and what cannot be fitted."""

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import least_squares

from scalinglaws.laws.batch.scan import size_scans
from scalinglaws.laws.batch.trade_off import fit_trade_off

DATA = Path(__file__).resolve().parents[3] / "data" / "kaplan2020"
BATCH = np.array([2**12, 2**14, 2**16, 2**18, 2**20], dtype=float)


def test_exact_points_give_back_what_they_were_made_of():
    s_min, e_min = np.array([10.0, 300.0, 9000.0]), np.array([1e5, 2e7, 3e9])
    fit = fit_trade_off(BATCH, s_min[:, None] + e_min[:, None] / BATCH)
    assert fit.s_min == pytest.approx(s_min, rel=1e-9)
    assert fit.e_min == pytest.approx(e_min, rel=1e-9)
    assert fit.b_crit == pytest.approx(e_min / s_min, rel=1e-9)
    assert fit.n_batches.tolist() == [5, 5, 5] and not fit.at_bound.any()


def test_it_is_the_least_squares_of_the_logarithm():
    rng = np.random.default_rng(1)
    step = (50.0 + 4e6 / BATCH) * np.exp(0.2 * rng.normal(size=5))
    fit = fit_trade_off(BATCH, step)

    def residual(p):
        return np.log(np.exp(p[0]) + np.exp(p[1]) / BATCH) - np.log(step)

    direct = least_squares(residual, [np.log(20.0), np.log(1e6)], xtol=1e-15, ftol=1e-15)
    assert [fit.s_min, fit.e_min] == pytest.approx(np.exp(direct.x), rel=1e-6)


def test_levels_keep_their_own_gaps():
    step = np.array([50.0 + 4e6 / BATCH, 50.0 + 4e6 / BATCH])
    step[1, 0] = np.nan
    fit = fit_trade_off(BATCH, step)
    assert fit.b_crit == pytest.approx([8e4, 8e4], rel=1e-9)
    assert fit.n_batches.tolist() == [5, 4]


def test_two_batches_prove_nothing():
    step = np.where(np.arange(5) < 2, 50.0 + 4e6 / BATCH, np.nan)
    fit = fit_trade_off(BATCH, step)
    assert np.isnan(fit.b_crit) and fit.n_batches == 2
    # Seeds are no further batches.
    twice = fit_trade_off(np.repeat(BATCH[:2], 3), np.repeat(step[:2], 3))
    assert np.isnan(twice.b_crit) and twice.n_batches == 2


@pytest.mark.parametrize("step", [np.full(5, 100.0), 1e7 / BATCH, 1e3 * BATCH / 2**12])
def test_a_critical_batch_out_of_reach_is_no_number(step):
    fit = fit_trade_off(BATCH, step)
    assert fit.at_bound and np.isnan(fit.b_crit) and np.isnan(fit.s_min)


def test_the_markers_of_figure_10(paper):
    """61 losses: to within the four digits that steps and markers were read with."""
    with (DATA / "fig10_bcrit.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    compared = 0
    for scan, series in zip(size_scans(paper.batch_scan), ("Bcrit_3M", "Bcrit_85M"), strict=True):
        markers = [
            (float(r["train_loss"]), float(r["tokens"])) for r in rows if r["series"] == series
        ]
        fit = fit_trade_off(scan.batch, scan.step)
        assert len(markers) == len(scan.loss)
        for loss, critical in zip(scan.loss, fit.b_crit, strict=True):
            drawn_at, drawn = min(markers, key=lambda marker: abs(marker[0] - loss))
            assert drawn_at == pytest.approx(loss, rel=5e-4)
            assert critical == pytest.approx(drawn, rel=1e-3), loss
            compared += 1
    assert compared == 61
