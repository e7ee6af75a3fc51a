"""The delete-one-run jackknife: HC3 and CV3 in closed form, coverage of correlated curves."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from scalinglaws.laws.replicates import Replicates, jackknife_covariance


def line_without_each(design, response, groups):
    return np.array(
        [
            np.linalg.lstsq(design[groups != g], response[groups != g], rcond=None)[0]
            for g in np.unique(groups)
        ]
    )


def example(n_groups, size, seed=0):
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(n_groups), size)
    design = sm.add_constant(rng.normal(size=n_groups * size))
    response = design @ [1.0, 2.0] + rng.normal(size=n_groups)[groups]
    return design, response + rng.normal(size=len(groups)), groups


def test_one_point_a_run_is_hc3():
    design, response, groups = example(12, 1)
    results = sm.OLS(response, design).fit()
    ours = jackknife_covariance(results.params, line_without_each(design, response, groups))
    np.testing.assert_allclose(ours, 11 / 12 * results.get_robustcov_results("HC3").cov_params())


def test_several_points_a_run_is_the_cluster_jackknife_by_leverage():
    """CV3 in closed form: each run's residuals divided by I - H of its own block."""
    design, response, groups = example(9, 5)
    results = sm.OLS(response, design).fit()
    bread = np.linalg.inv(design.T @ design)
    scores = []
    for g in range(9):
        own = design[groups == g]
        inverse = np.linalg.inv(np.eye(5) - own @ bread @ own.T)
        scores.append(own.T @ inverse @ results.resid[groups == g])
    scores = np.array(scores)
    expected = 8 / 9 * bread @ (scores.T @ scores) @ bread
    ours = jackknife_covariance(results.params, line_without_each(design, response, groups))
    np.testing.assert_allclose(ours, expected)


def test_many_estimates_at_once():
    rng = np.random.default_rng(0)
    estimate, deleted = rng.normal(size=(4, 2)), rng.normal(size=(4, 7, 2))
    at_once = jackknife_covariance(estimate, deleted)
    for i in range(4):
        np.testing.assert_allclose(at_once[i], jackknife_covariance(estimate[i], deleted[i]))


def independent_samples(sizes, seed=1):
    """Means of independent samples and the same means without each observation."""
    rng = np.random.default_rng(seed)
    parts = []
    for k, size in enumerate(sizes):
        sample = rng.normal(size=size)
        without = {f"run{i}": [np.delete(sample, i).mean()] for i in range(size)}
        parts.append(Replicates.of([f"mean{k}"], [sample.mean()], without, f"sample{k}"))
        yield sample, parts[-1]


def test_the_jackknife_of_a_mean_is_its_standard_error():
    ((sample, mean),) = independent_samples([9])
    # (G-1)/G sum of squares about the mean, each divided by (G-1)^2: s / sqrt(G)
    assert mean.std_err()[0] == pytest.approx(sample.std(ddof=1) / 3.0)
    assert mean.df()[0] == pytest.approx(8)
    half = stats.t.ppf(0.975, 8) * mean.std_err()[0]
    assert mean.conf_int()[0] == pytest.approx([sample.mean() - half, sample.mean() + half])


def test_a_difference_of_independent_means_is_welch():
    (a, mean_a), (b, mean_b) = independent_samples([6, 11])
    both = Replicates.joined(mean_a, mean_b)
    difference = both.map(["difference"], lambda theta: theta[0] - theta[1])
    welch = stats.ttest_ind(a, b, equal_var=False)
    assert difference.std_err()[0] == pytest.approx(
        np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))
    )
    assert difference.df()[0] == pytest.approx(welch.df)
    np.testing.assert_allclose(
        difference.conf_int()[0], list(welch.confidence_interval(0.95)), rtol=1e-6
    )


def test_estimates_of_the_same_runs_are_deleted_together():
    ((_, mean),) = independent_samples([8])
    twice = Replicates.joined(mean, mean.map(["double"], lambda theta: 2.0 * theta))
    assert twice.n_runs == 8
    zero = twice.map(["zero"], lambda theta: theta[1] - 2.0 * theta[0])
    assert zero.std_err()[0] == pytest.approx(0.0, abs=1e-12)


def test_the_error_of_the_test_set_counts_in_full_and_costs_no_degree_of_freedom():
    ((_, mean),) = independent_samples([8])
    shared = mean.with_shared(mean.estimate + 5.0)
    assert shared.std_err()[0] == pytest.approx(np.hypot(mean.std_err()[0], 5.0))
    assert shared.df()[0] > 1e4
    assert shared.n_runs == 8


def test_too_few_runs_give_no_interval():
    ((_, mean),) = independent_samples([2])
    assert np.isnan(mean.conf_int()).all()


@pytest.fixture(scope="module")
def intervals():
    """400 studies of 8 learning curves of 20 points, each curve off by an amount of its own.

    ln L = a - 0.06 ln C with a shift and a tilt of the run and noise of the point. Gives the
    estimated slopes, their jackknife standard errors, and those of independent points.
    """
    rng = np.random.default_rng(2020)
    studies, runs, points = 400, 8, 20
    start = np.linspace(0.0, 4.0, runs)[:, None]
    u = start + np.linspace(-1.5, 1.5, points)
    shift = rng.normal(0, 0.01, (studies, runs, 1)) + rng.normal(0, 0.005, (studies, runs, 1)) * (
        u - start
    )
    y = -0.06 * u + shift + rng.normal(0, 0.002, (studies, runs, points))
    rows = np.stack([np.ones_like(u), u], axis=-1)
    inner = np.einsum("gpi,gpj->gij", rows, rows)
    outer = np.einsum("gpi,sgp->sgi", rows, y)
    whole = np.linalg.solve(inner.sum(0), outer.sum(1)[..., None])[..., 0]
    rest = outer.sum(1)[:, None] - outer
    deleted = np.linalg.solve((inner.sum(0) - inner)[None], rest[..., None])[..., 0]
    covariance = jackknife_covariance(whole, deleted)
    residual = y - np.einsum("gpi,si->sgp", rows, whole)
    naive = (residual**2).sum((1, 2)) / (runs * points - 2) * np.linalg.inv(inner.sum(0))[1, 1]
    return whole[:, 1], np.sqrt(covariance[:, 1, 1]), np.sqrt(naive), runs


def test_the_interval_covers_as_often_as_it_says(intervals):
    slope, std_err, _, runs = intervals
    half = stats.t.ppf(0.975, runs - 1) * std_err
    assert 0.92 <= np.mean(np.abs(slope + 0.06) <= half) <= 0.98


def test_points_taken_as_independent_cover_far_too_rarely(intervals):
    slope, _, naive, _ = intervals
    assert np.mean(np.abs(slope + 0.06) <= 1.96 * naive) < 0.7
