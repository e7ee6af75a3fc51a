"""Three ways to an interval: runs deleted, runs moved by the residuals' s, whole runs resampled."""

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from scalinglaws.laws.replicates import JACKKNIFE, LEAST_SQUARES, SPREAD, Replicates

NAMES = ("level", "slope")


def line(n_runs, seed=0, sample="runs", shared=0.0):
    """Least squares of a straight line: statsmodels' results, and the same by moving each run."""
    rng = np.random.default_rng(seed)
    design = sm.add_constant(rng.normal(size=n_runs))
    y = design @ [1.0, 2.0] + rng.normal(size=n_runs)
    results = sm.OLS(y, design).fit()
    inverse, s = np.linalg.pinv(design), np.sqrt(results.scale)
    runs = [f"run{i}" for i in range(n_runs)]
    deleted, moved = {}, {}
    for i, run in enumerate(runs):
        rest = np.arange(n_runs) != i
        deleted[run] = np.linalg.lstsq(design[rest], y[rest], rcond=None)[0]
        moved[run] = inverse @ (y + s * (np.arange(n_runs) == i))
    found = Replicates.of(NAMES, results.params, deleted, sample)
    found = found.with_moved(moved, results.df_resid)
    return results, found.with_shared(np.add(results.params, [shared, 0.0])) if shared else found


def test_moving_each_run_of_a_straight_line_is_ordinary_least_squares():
    results, found = line(9)
    assert found.method == LEAST_SQUARES
    np.testing.assert_allclose(found.covariance(), results.cov_params())
    np.testing.assert_allclose(found.df(), 7.0)
    np.testing.assert_allclose(found.conf_int(), results.conf_int())


def test_the_region_is_the_f_test_of_least_squares():
    results, found = line(9)
    printed = np.array([1.3, 1.8])
    d = found.estimate - printed
    factor, df = found.region()
    ours = d @ np.linalg.inv(found.covariance()) @ d / factor
    theirs = results.f_test((np.eye(2), printed))
    assert ours == pytest.approx(float(theirs.fvalue))
    assert stats.f.sf(ours, 2, df) == pytest.approx(float(theirs.pvalue))


def test_the_region_of_the_jackknife_is_hotelling_and_needs_more_runs_than_parameters():
    _, found = line(9)
    assert found.deleted().region() == (pytest.approx(2 * 8 / 7), pytest.approx(7))
    rng = np.random.default_rng(0)
    redone = {f"run{i}": row for i, row in enumerate(rng.normal(size=(4, 5)))}
    assert np.isnan(Replicates.of("abcde", np.zeros(5), redone).region()).all()


def test_the_jackknife_stays_beside():
    _, found = line(9)
    assert found.deleted().method == JACKKNIFE
    assert not np.allclose(found.deleted().conf_int(), found.conf_int())
    assert found.deleted().df() == pytest.approx([8, 8])


def test_the_error_of_the_test_set_joins_in_and_leaves_again():
    results, found = line(9, shared=0.5)
    level = np.hypot(results.bse[0], 0.5)
    assert found.std_err() == pytest.approx([level, results.bse[1]])
    assert found.df()[0] > 7 and found.df()[1] == pytest.approx(7)
    np.testing.assert_allclose(found.without_shared().conf_int(), results.conf_int())


def test_moves_that_hang_together_have_degrees_of_freedom_of_their_own():
    found = line(9)[1].deleted()
    worth = found.with_freedom({"runs": 4.0}).with_shared(found.estimate)
    assert worth.df() == pytest.approx([4, 4]) and worth.without_shared().df() == pytest.approx(4)
    assert worth.deleted().df() == pytest.approx([4, 4]), "they are no deletions"
    assert np.allclose(worth.covariance(), found.covariance())
    assert found.with_freedom({"others": 4.0}).df() == pytest.approx([8, 8])
    both = Replicates.joined(worth, line(7, sample="scan")[1])
    assert both.df() == pytest.approx([4, 4, 6, 6])


def test_a_function_of_estimates_is_moved_with_them():
    results, found = line(12)
    double = found.map(["sum"], lambda row: row[0] + row[1])
    assert double.std_err()[0] == pytest.approx(results.t_test([1.0, 1.0]).sd.item())
    assert double.pick("sum").method == LEAST_SQUARES


def test_two_laws_of_one_sample_move_together_and_take_the_fewer_degrees_of_freedom():
    _, whole = line(9)
    both = Replicates.joined(whole, whole.map(["twice"], lambda row: 2.0 * row[1]))
    nothing = both.map(["nothing"], lambda row: row[2] - 2.0 * row[1])
    assert nothing.std_err()[0] == pytest.approx(0.0, abs=1e-12)
    assert both.method == LEAST_SQUARES and both.df() == pytest.approx([7, 7, 7])


def test_two_independent_laws_are_welch_of_their_residual_degrees_of_freedom():
    one, first = line(7, seed=1, sample="a")
    two, second = line(15, seed=2, sample="b")
    difference = Replicates.joined(first, second).map(["d"], lambda row: row[1] - row[3])
    v, w = one.bse[1] ** 2, two.bse[1] ** 2
    assert difference.std_err()[0] == pytest.approx(np.sqrt(v + w))
    assert difference.df()[0] == pytest.approx((v + w) ** 2 / (v**2 / 5 + w**2 / 13))


def test_joined_with_a_law_that_is_only_redone_all_are_the_jackknife():
    _, found = line(9)
    other = found.deleted().map(["other"], lambda row: row[1])
    both = Replicates.joined(found, other)
    assert both.method == JACKKNIFE
    np.testing.assert_allclose(both.conf_int()[:2], found.deleted().conf_int())
    assert Replicates.joined(found).method == LEAST_SQUARES


def resampled(far_off=0.0):
    _, found = line(9, shared=0.5)
    draws = found.estimate + np.array([0.3, 0.2]) * np.random.default_rng(0).normal(size=(4000, 2))
    draws[: int(4000 * far_off)] = 1e9
    draws[-3:] = np.nan  # resamples that could not be fitted
    return found.deleted().with_drawn(draws)


def test_resamples_give_the_standard_error_and_the_runs_the_degrees_of_freedom():
    found = resampled()
    assert found.method == SPREAD
    assert found.std_err() == pytest.approx([np.hypot(0.3, 0.5), 0.2], rel=0.05)
    assert found.df()[1] == pytest.approx(8)
    half = stats.t.ppf(0.975, 8) * found.std_err()[1]
    assert found.conf_int()[1] == pytest.approx(found.estimate[1] + np.array([-half, half]))


def test_far_off_resamples_hardly_widen_the_interval():
    assert resampled(0.05).std_err() == pytest.approx(resampled().std_err(), rel=0.15)


def test_resamples_keep_the_jackknife_s_correlations():
    found = resampled().without_shared()
    plain = found.deleted()

    def correlation(covariance):
        return covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])

    assert correlation(found.covariance()) == pytest.approx(correlation(plain.covariance()))


def test_a_function_of_estimates_is_resampled_with_them():
    found = resampled().map(["slope in percent"], lambda row: 100.0 * row[1])
    assert found.std_err()[0] == pytest.approx(20.0, rel=0.05)
    assert found.method == SPREAD


def test_estimates_that_jump_have_no_joint_region():
    found = replace(resampled(), smooth=False)
    for own in (found, found.deleted(), found.pick("slope"), Replicates.joined(found, line(9)[1])):
        assert np.isnan(own.region()).all()
    assert np.isfinite(Replicates.joined(line(9)[1].deleted(), line(7)[1]).region()).all()
