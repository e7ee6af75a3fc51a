"""The best rate by size: known truth, coverage, an edge of the grid, the paper's own rule."""

import numpy as np
import pytest

from scalinglaws.laws.curves.learning_rate import learning_rate

DECLARED = {"experiment": "all"}
SIZES = [1e4, 3e4, 1e5, 3e5, 1e6]
EXPONENT, AT_1E5 = -0.36, 7e-3


def rows(noise=0.0, seed=0, n_rates=5, factor=2.0, off=1.0, sizes=SIZES):
    """Rates ``factor`` apart about the best one (moved by ``off``); loss 3 % up at twice it."""
    rng = np.random.default_rng(seed)
    found = []
    for size in sizes:
        best = AT_1E5 * (size / 1e5) ** EXPONENT
        for k in range(n_rates):
            rate = best * off * factor ** (k - (n_rates - 1) / 2)
            loss = 5.0 * (size / 1e5) ** -0.076 * np.exp(0.06 * np.log(rate / best) ** 2)
            found.append(
                {
                    "run_id": f"{size:.0f}_{k}",
                    "n_params": round(size),
                    "peak_learning_rate": rate,
                    "test_loss": loss * np.exp(rng.normal(0, noise)),
                }
            )
    return found


def test_a_perfect_law_comes_back(make_runs):
    law = learning_rate(make_runs(rows()), DECLARED)
    assert law.ok and law.remarks == {}
    assert law["exponent"][0] == pytest.approx(EXPONENT, abs=1e-6)
    assert 10 ** law["log10_LR_ref"][0] == pytest.approx(AT_1E5, rel=1e-6)
    assert "rate at N = 1e+05: 0.007 [0.007, 0.007]" in law.to_text({})


def test_the_intervals_cover(make_runs):
    laws = [learning_rate(make_runs(rows(0.005, seed)), DECLARED) for seed in range(200)]
    assert sum(law.ok for law in laws) > 190
    for name, truth in (("exponent", EXPONENT), ("log10_LR_ref", np.log10(AT_1E5))):
        hits = [law[name][1] <= truth <= law[name][2] for law in laws if law.ok]
        assert 0.92 <= np.mean(hits) <= 0.98, name


@pytest.mark.parametrize(("off", "end"), [(0.2, "the largest"), (5.0, "the smallest")])
def test_a_best_rate_at_the_edge_is_no_minimum(make_runs, off, end):
    law = learning_rate(make_runs(rows(off=off)), DECLARED)
    assert law.status.startswith("too few N with a minimum: 0 of 5")
    assert f"no interior minimum: the best rate is {end} tried; try" in law.status


def test_diverged_runs_are_left_out_by_name(make_runs):
    table = rows(n_rates=7)
    for row in table[6::7]:
        row |= {"status": "diverged", "test_loss": None}
    law = learning_rate(make_runs(table), DECLARED)
    assert law.ok and [reason for _, reason in law.excluded] == ["diverged"] * 5
    assert law["exponent"][0] == pytest.approx(EXPONENT, abs=1e-6)


def test_rates_far_from_the_best_are_left_out_on_demand(make_runs):
    law = learning_rate(make_runs(rows(n_rates=9)), {**DECLARED, "within": 4.0})
    assert law.n_obs == 5 * 5 and "within a factor 4" in law.note


def test_rates_that_do_not_depend_on_size_are_not_resolved(make_runs):
    table = rows(0.003, 1)
    for row in table:
        row["peak_learning_rate"] *= (row["n_params"] / 1e5) ** -EXPONENT
    law = learning_rate(make_runs(table), DECLARED)
    assert law.status.startswith("exponent not resolved")
    assert abs(law["exponent"][0]) < 0.05
