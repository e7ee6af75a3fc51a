"""L(N) and its logarithmic rival: the paper's constants, known truth, invariances, statuses."""

from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm

from scalinglaws.errors import UserError
from scalinglaws.kaplan2020.gather import gather
from scalinglaws.laws.logarithm import fit_logarithm
from scalinglaws.laws.power_law import fit_power_law
from scalinglaws.laws.selection import select_runs

DATA = Path(__file__).parents[2] / "data" / "kaplan2020"
ALPHA, N_C = 0.076, 8.8e13


def truth(n_params):
    return (N_C / n_params) ** ALPHA


@pytest.fixture(scope="module")
def runs():
    return gather(DATA)["runs"]


@pytest.fixture(scope="module")
def paper_law(runs):
    chosen = select_runs(runs, "model_size", {"n_params": {"min": 7e5, "max": 1e9}})
    return fit_power_law(chosen.x, chosen.loss)


def test_the_papers_points_give_its_printed_law(paper_law):
    (_, alpha), (log10_scale, _) = paper_law.params, paper_law.scale()
    intervals = paper_law.conf_int()
    assert paper_law.ok and len(paper_law.x) == 16
    assert alpha == pytest.approx(0.0757, abs=5e-4)
    assert 10**log10_scale == pytest.approx(9e13, rel=0.05)
    # Half-width as least squares on ln L gives it, here by the textbook formula.
    u = np.log(paper_law.x) - np.log(paper_law.x).mean()
    residuals = np.log(paper_law.loss) - np.log(paper_law.predict(paper_law.x))
    std_err = np.sqrt(residuals @ residuals / 14 / (u @ u))
    assert np.diff(intervals[1])[0] / 2 == pytest.approx(2.1447867 * std_err, rel=1e-6)
    assert intervals[1, 0] < 0.076 < intervals[1, 1]
    assert intervals[2, 0] < np.log10(8.8e13) < intervals[2, 1]


def test_all_of_the_papers_points_give_a_smaller_exponent(runs):
    chosen = select_runs(runs, "model_size", {})
    law = fit_power_law(chosen.x, chosen.loss)
    assert len(chosen.x) == 23
    assert law.params[1] == pytest.approx(0.0743, abs=1e-4)
    assert law.conf_int()[1, 1] < 0.076


def test_the_logarithm_of_figure_23(runs, paper_law):
    law = fit_logarithm(paper_law.x, paper_law.loss)
    assert law.params[1] == pytest.approx(0.25, abs=0.01)
    assert law.predict([10 ** law.scale()[0]])[0] == pytest.approx(0.0, abs=1e-9)


def test_noiseless_points_are_recovered_exactly():
    n_params = np.geomspace(1e4, 1e9, 9)
    law = fit_power_law(n_params, truth(n_params))
    assert law.params[1] == pytest.approx(ALPHA, rel=1e-10)
    assert 10 ** law.scale()[0] == pytest.approx(N_C, rel=1e-8)
    np.testing.assert_allclose(law.predict([1e3, 1e10]), truth(np.array([1e3, 1e10])), rtol=1e-10)
    rival = fit_logarithm(n_params, -0.25 * np.log(n_params / 7.1e12))
    assert rival.params[1] == pytest.approx(0.25, rel=1e-10)
    assert 10 ** rival.scale()[0] == pytest.approx(7.1e12, rel=1e-8)


@pytest.fixture(scope="module")
def simulated():
    """2000 ladders of 8 runs with known truth and scatter of half a percent."""
    rng = np.random.default_rng(2020)
    n_params = np.geomspace(1e4, 1e6, 8)
    noise = rng.normal(0.0, 0.005, size=(2000, 8))
    return [fit_power_law(n_params, truth(n_params) * np.exp(e)) for e in noise]


@pytest.mark.parametrize(("row", "true_value"), [(1, ALPHA), (2, np.log10(N_C))])
def test_intervals_cover_the_truth_as_often_as_they_say(simulated, row, true_value):
    intervals = np.array([law.conf_int()[row] for law in simulated])
    covered = (intervals[:, 0] <= true_value) & (true_value <= intervals[:, 1])
    assert 0.935 <= covered.mean() <= 0.965


def test_the_band_covers_the_true_mean_as_often_as_it_says(simulated):
    bands = np.array([law.prediction_band([3e4]) for law in simulated])[:, :, 0]
    covered = (bands[:, 0] <= truth(3e4)) & (truth(3e4) <= bands[:, 1])
    assert 0.935 <= covered.mean() <= 0.965


def test_the_order_of_points_does_not_matter(paper_law):
    order = np.random.default_rng(0).permutation(len(paper_law.x))
    shuffled = fit_power_law(paper_law.x[order], paper_law.loss[order])
    np.testing.assert_allclose(shuffled.params, paper_law.params, rtol=1e-12)
    np.testing.assert_allclose(shuffled.conf_int(), paper_law.conf_int(), rtol=1e-9)


def test_another_unit_of_n_moves_the_scale_alone(paper_law):
    rescaled = fit_power_law(1000.0 * paper_law.x, paper_law.loss)
    np.testing.assert_allclose(rescaled.params, paper_law.params, rtol=1e-9)
    np.testing.assert_allclose(rescaled.conf_int()[2], paper_law.conf_int()[2] + 3, rtol=1e-9)


def test_a_factor_on_the_loss_moves_the_scale_alone(paper_law):
    rescaled = fit_power_law(paper_law.x, 1.1 * paper_law.loss)
    np.testing.assert_allclose(rescaled.conf_int()[1], paper_law.conf_int()[1], rtol=1e-9)
    shift = np.log10(1.1) / paper_law.params[1]
    assert rescaled.scale()[0] == pytest.approx(paper_law.scale()[0] + shift)


def test_statsmodels_is_the_face(paper_law):
    plain = sm.OLS(np.log(paper_law.loss), sm.add_constant(-np.log(paper_law.x))).fit()
    assert paper_law.params[1] == pytest.approx(plain.params[1], rel=1e-10)
    np.testing.assert_allclose(paper_law.results.conf_int()[1], plain.conf_int()[1], rtol=1e-9)
    assert "alpha_N" in str(paper_law.summary())
    assert "Date" not in str(paper_law.summary())
    assert paper_law.cov_params().shape == (2, 2)


@pytest.mark.parametrize(
    ("n_params", "loss", "status"),
    [
        ([1e4, 1e5], [5, 4], "too few points: 2"),
        ([1e4, 1e4, 1e5, 1e5], [5, 5.1, 4, 4.1], "too few distinct N: 2"),
        ([1e4, 1e5, 1e6, 1e7], [4, 4, 4, 4], "the loss is constant"),
        ([1e4, 1e5, 1e6, 1e7], [4, 4.2, 4.3, 4.5], "exponent not positive"),
        ([1e4, 1e5, 1e6, 1e7], [4, 4.5, 3.5, 3.9], "exponent not resolved"),
        ([1e4, 1e5, 1e6, 1e7], [4, np.nan, 3.5, 3.9], "1 of 4 points are not finite"),
        ([0, 1e5, 1e6, np.inf], [4, 4, 3.5, 3.9], "2 of 4 points are not finite"),
        ([], [], "too few points: 0"),
    ],
)
@pytest.mark.parametrize("fit", [fit_power_law, fit_logarithm])
@pytest.mark.filterwarnings("error")
def test_a_poor_fit_says_why_and_still_answers(fit, n_params, loss, status):
    law = fit(n_params, loss)
    assert law.status.startswith(status) and not law.ok
    assert law.predict([1e5, 1e6]).shape == (2,)
    assert law.prediction_band([1e5, 1e6])[0].shape == (2,)
    assert law.conf_int().shape == law.hc3_conf_int().shape == (3, 2)
    assert status in law.to_text({}) and law.to_json({})["status"] == law.status
    assert [row["status"] for row in law.to_parameters({})] == [law.status] * 3


def test_arrays_of_different_length_are_refused():
    with pytest.raises(UserError, match="equal length"):
        fit_power_law([1, 2, 3], [1, 2])
