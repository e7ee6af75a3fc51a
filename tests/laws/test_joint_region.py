"""Joint regions hold the truth 95 times in 100, by simulation of their own distributions."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from scalinglaws.laws.joint_region import with_known
from scalinglaws.laws.replicates import Replicates

REPLICATIONS = 4000


def covered(statistic, size, df):
    """Share of ``statistic`` (R,) below Hotelling's 95 % point with ``df`` (R,)."""
    rest = df - size + 1.0
    return np.mean(statistic < size * df / rest * stats.f.ppf(0.95, size, rest))


@pytest.mark.parametrize(("size", "nu"), [(5, 7), (4, 7), (2, 5), (5, 11)])
@pytest.mark.parametrize("share", [0.1, 0.3, 1.0])  # of the known part over the estimated one
def test_a_known_part_of_the_covariance(size, nu, share):
    rng = np.random.default_rng(0)
    normal = rng.normal(size=(REPLICATIONS, nu, size))
    estimated = np.einsum("rki,rkj->rij", normal, normal) / nu
    step = np.eye(size)[0] * np.sqrt(share)
    known = np.outer(step, step)
    d = rng.normal(size=(REPLICATIONS, size)) + step * rng.normal(size=(REPLICATIONS, 1))
    inverse = np.linalg.inv(estimated + known)
    statistic = np.einsum("ri,rij,rj->r", d, inverse, d)
    df = np.array([with_known(own, known, nu) for own in estimated])
    assert np.all(df >= nu)
    assert 0.93 < covered(statistic, size, df) < 0.965
    unknown = covered(statistic, size, np.full(REPLICATIONS, float(nu)))
    assert unknown > covered(statistic, size, df)
    assert share < 0.3 or unknown > 0.96


def test_of_one_estimate_it_is_welch_and_satterthwaite():
    assert with_known(np.eye(1), 3.0 * np.eye(1), 7.0) == pytest.approx(7.0 * 4.0**2)
    assert with_known(np.eye(3), np.zeros((3, 3)), 7.0) == pytest.approx(7.0)
    assert with_known(np.zeros((2, 2)), np.zeros((2, 2)), 7.0) == 7.0


def test_replicates_use_it_where_runs_have_many_observations():
    rng = np.random.default_rng(0)
    redone = {f"run{i}": row for i, row in enumerate(rng.normal(size=(20, 3)))}
    runs = Replicates.of("abc", np.zeros(3), redone)
    assert runs.region() == (pytest.approx(3 * 19 / 17), pytest.approx(17))
    shared = runs.with_shared([1e3, 0.0, 0.0])
    assert shared.region()[1] > runs.region()[1] + 1.0
    assert replace(shared, alone=True).region()[1] == pytest.approx(17)
