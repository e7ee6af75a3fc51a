"""The benchmark compares like with like: scipy is given our objective and its gradient."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from surface_tables import TRUTHS, grid, responses

from scalinglaws.laws.surfaces.additive import CHINCHILLA
from scalinglaws.laws.surfaces.losses import huber
from scalinglaws.laws.surfaces.multistart import fit_from_starts
from scalinglaws.laws.surfaces.solver import solve

SCRIPT = Path(__file__).resolve().parents[3] / "benchmarks" / "chinchilla_bootstrap.py"


@pytest.fixture(scope="module")
def benchmark():
    spec = importlib.util.spec_from_file_location("chinchilla_bootstrap", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_scipy_minimises_our_objective_with_our_gradient(benchmark):
    u, _ = grid()
    y = responses(CHINCHILLA, u, 0.01, seed=1)
    weights = np.random.default_rng(2).integers(0, 3, size=len(y)).astype(float)
    theta = TRUTHS[CHINCHILLA] + 0.01
    value, slope = benchmark.huber_sum(theta, u, y, weights, slope=True)
    assert value == pytest.approx(benchmark.huber_sum(theta, u, y, weights), rel=1e-14)
    ours = CHINCHILLA.sums(
        theta[None], CHINCHILLA.prepare(u), y, weights, benchmark.DELTA, np.ones(1)
    )
    assert value == pytest.approx(ours.objective[0], rel=1e-12)
    assert slope == pytest.approx(ours.gradient[0], rel=1e-9)


def test_both_ways_end_at_the_same_optimum(benchmark):
    x, loss = benchmark.simulate()
    u, y = np.log(x) - np.log(x).mean(axis=0), np.log(loss)
    counts = np.random.default_rng(3).multinomial(len(y), np.full(len(y), 1 / len(y)), size=4)
    start = fit_from_starts(CHINCHILLA, u, y, loss=huber(benchmark.DELTA)).theta
    ours = solve(CHINCHILLA, u, y, start, weights=counts, loss=huber(benchmark.DELTA))
    for gradient in ("numeric", "analytic"):
        found = benchmark.one_by_one(
            u, y, counts, start, "BFGS", gradient, benchmark.METHODS["BFGS"]
        )
        assert ours.objective == pytest.approx(found, rel=1e-8)
        assert (ours.objective < found * (1 + 1e-10)).all()
