"""Eqs 1.5 and 5.6 on the points read off Figure 4: the paper's constants come out."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scalinglaws.laws.surfaces.additive import L_N_S
from scalinglaws.laws.surfaces.joint import L_N_D, L_N_D_REJECTED
from scalinglaws.laws.surfaces.multistart import fit_from_starts
from scalinglaws.laws.surfaces.verdict import verdict

DATA = Path(__file__).resolve().parents[3] / "data" / "kaplan2020"


def fitted(form, table, columns, loss):
    ln_x, y = np.log(table[columns].to_numpy()), np.log(table[loss].to_numpy())
    centre = ln_x.mean(axis=0)
    fit = fit_from_starts(form, ln_x - centre, y)
    assert verdict(form, ln_x - centre, y, fit) == "ok"
    values = form.report(fit.theta[None], centre)[0]
    rms = np.sqrt(fit.objective / len(y))
    return dict(zip(form.report_names, values, strict=True)), rms, fit


@pytest.fixture(scope="module")
def grid_of_figure_4():
    table = pd.read_csv(DATA / "fig04_left_L_N_D.csv")
    return table[table["D_tokens"] > 2.2e7]


@pytest.fixture(scope="module")
def curves_of_figure_4():
    return pd.read_csv(DATA / "fig04_right_L_S.csv")


def test_the_grid_gives_table_2(grid_of_figure_4):
    assert len(grid_of_figure_4) == 32
    found, rms, fit = fitted(L_N_D, grid_of_figure_4, ["N", "D_tokens"], "early_stopped_test_loss")
    assert found["alpha_N"] == pytest.approx(0.0760, abs=5e-5)
    assert found["alpha_D"] == pytest.approx(0.103, abs=5e-4)
    assert 10 ** found["log10_N_c"] == pytest.approx(7.1e13, rel=0.01)
    assert 10 ** found["log10_D_c"] == pytest.approx(1.8e13, rel=0.01)
    assert rms == pytest.approx(0.008, abs=5e-4)
    assert fit.agreeing >= 12


def test_the_alternative_the_paper_rejects_fits_the_grid_better(grid_of_figure_4):
    """One more parameter, and half of the sum of squares: simplicity chose Eq. 1.5, not the fit."""
    columns = ["N", "D_tokens"], "early_stopped_test_loss"
    _, rms, _ = fitted(L_N_D, grid_of_figure_4, *columns)
    found, wider, _ = fitted(L_N_D_REJECTED, grid_of_figure_4, *columns)
    assert wider < 0.8 * rms
    assert found["alpha_N"] * found["beta"] == pytest.approx(0.0755, abs=5e-4)


def test_the_drawn_curves_give_their_own_constants(curves_of_figure_4):
    drawn = curves_of_figure_4[curves_of_figure_4["kind"] == "fit"]
    found, rms, fit = fitted(L_N_S, drawn, ["N", "S_min"], "loss")
    assert found["alpha_N"] == pytest.approx(0.0768, abs=5e-5)
    assert found["alpha_S"] == pytest.approx(0.7603, abs=5e-5)
    assert 10 ** found["log10_N_c"] == pytest.approx(6.53e13, rel=1e-3)
    assert 10 ** found["log10_S_c"] == pytest.approx(1052, abs=1)
    assert rms < 1e-4 and fit.agreeing == fit.n_starts


def test_the_measured_curves_give_table_3(curves_of_figure_4):
    table = curves_of_figure_4
    measured = table[(table["kind"] == "data") & (table["S_min"] > 2000)]
    found, _, _ = fitted(L_N_S, measured, ["N", "S_min"], "loss")
    assert found["alpha_N"] == pytest.approx(0.0775, abs=5e-5)
    assert found["alpha_S"] == pytest.approx(0.78, abs=5e-3)
    assert 10 ** found["log10_N_c"] == pytest.approx(6.1e13, rel=0.01)
    assert 10 ** found["log10_S_c"] == pytest.approx(1.14e3, rel=0.01)
