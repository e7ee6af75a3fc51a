"""Intervals with numpy alone are those of the laws, which use scipy."""

import json

import numpy as np
import pytest
from scipy import stats

from scalinglaws.figures.redone import SHARED, redone, t_quantile
from scalinglaws.laws import replicates


def test_the_quantile_is_students():
    df = np.array([1.0, 1.6, 2.0, 3.5, 9.0, 40.0, 1e3, np.inf])
    assert t_quantile(df) == pytest.approx(stats.t.ppf(0.975, df), rel=2e-3)


def test_the_error_of_the_test_set_has_the_name_of_the_laws():
    assert SHARED == replicates.SHARED


@pytest.mark.parametrize("slug", ["B_crit_L", "L_N_S_min", "N_opt_C_min", "D_opt_C_min"])
def test_bands_of_single_parameters_are_the_intervals_of_the_law(trained, slug):
    path = next(path for path in trained.input.laws if path.stem == slug)
    law = json.loads(path.read_text())
    assert law["status"] == "ok"
    mean, low, high = redone((law, tuple(law["names"]))).band(lambda *p: np.array(p))
    assert mean == pytest.approx(law["estimates"])
    assert np.column_stack([low, high]) == pytest.approx(np.array(law["conf_int"]), rel=2e-3)


def test_laws_that_share_runs_lose_them_together(trained):
    laws = {p.stem: json.loads(p.read_text()) for p in trained.input.laws}
    scan, ladder = laws["B_crit_L"], laws["L_N_S_min"]
    both = redone((scan, ("alpha_B",)), (ladder, ("alpha_S",)))
    assert len(both.rows) == len(ladder["replicates"]["without"])
    same = np.isclose(both.rows[:, 0], both.estimate[0], rtol=0, atol=0)
    assert same.sum() == len(both.rows) - len(scan["replicates"]["without"])


def test_a_law_without_a_fit_gives_nothing(bare):
    path = next(path for path in bare.input.laws if path.stem == "B_crit_L")
    assert redone((json.loads(path.read_text()), ("alpha_B",))) is None
