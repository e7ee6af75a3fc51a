"""Claims on learning curves and the compute frontier, on curves of known truth."""

import numpy as np
import pytest
from simulated_claims import BATCH, STEPS, curves, evidence, ladder, loss_of, seeds

from scalinglaws.claims.claim import CONTRADICTED, HOLDS, NOT_RESOLVED, NOT_TRIED
from scalinglaws.claims.efficiency import inefficiency_of_convergence, sample_efficiency
from scalinglaws.claims.power_laws import BEND, power_law
from scalinglaws.claims.training_curves import training_curves

LAWS = {"L(N)": {"experiment": "model_size"}, "L(C)": {"experiment": "model_size"}}
ALPHA_S = 0.5


def study(loss, sd=0.001, laws=LAWS, more=(), steps=STEPS):
    """A ladder with curves ``loss`` (N, S), each run with a constant effect of its own."""
    rng = np.random.default_rng(5)
    rows = ladder(rng, 0.0)
    effect = {row["run_id"]: np.exp(sd * rng.normal()) for row in rows}
    points = curves(
        rows, lambda row, step: loss(row["n_params"], step) * effect[row["run_id"]], steps
    )
    return evidence(laws, runs=rows + list(more), curves=points)


def universal(n_params, step):
    """Eq. 5.6 with alpha_S of its own."""
    return loss_of(n_params) + (1e4 / step) ** ALPHA_S


def flattening(n_params, step):
    """Curves that stop to fall halfway, the earlier the larger the model."""
    return universal(n_params, min(step, 3e3 * (1e5 / n_params)))


@pytest.mark.parametrize(
    ("loss", "sd", "verdict"),
    [
        (universal, 0.001, HOLDS),
        (flattening, 0.001, CONTRADICTED),
        (universal, 0.05, NOT_RESOLVED),
    ],
)
def test_late_losses_are_predicted(loss, sd, verdict):
    claim = training_curves(study(loss, sd))
    assert claim.verdict == verdict
    if loss is universal and sd < 0.01:
        for error in claim.deciding:
            assert error.low < 0.0 < error.high


def test_too_few_curves_are_not_tried():
    rows = ladder(np.random.default_rng(0))[:3]
    found = evidence(LAWS, runs=rows, curves=curves(rows, lambda row, step: 4.0))
    assert training_curves(found).verdict == NOT_TRIED
    assert sample_efficiency(found).verdict == NOT_TRIED
    assert inefficiency_of_convergence(found).verdict == NOT_TRIED


def test_larger_models_need_fewer_tokens_or_more():
    def slower(n_params, step):
        return 2.0 + (1e4 * (n_params / 1e5) / step) ** ALPHA_S

    claim = sample_efficiency(study(universal))
    assert claim.verdict == HOLDS
    assert claim.deciding[0].high < 0
    claim = sample_efficiency(study(slower))
    assert claim.verdict == CONTRADICTED
    # Exactly as many more steps as parameters: L is a function of S / N.
    assert claim.deciding[0].estimate == pytest.approx(1.0, abs=0.1)


def test_the_best_run_at_a_compute_is_short_of_convergence():
    """At the optimum of Eq. 5.6 the loss is alpha_N / alpha_S above the converged one (B.5)."""
    claim = inefficiency_of_convergence(study(universal, sd=0.0005))
    assert claim.verdict == HOLDS
    share = next(q for q in claim.quantities if "alpha_N / alpha_S" in q.name)
    assert share.estimate == pytest.approx(100 * 0.076 / ALPHA_S, rel=0.05)
    excess = next(q for q in claim.quantities if "converged loss" in q.name)
    assert excess.estimate == pytest.approx(100 * 0.076 / ALPHA_S, rel=0.2)


def test_what_runs_reached_later_decides_only_where_it_suffices():
    """Short runs end near the frontier: how far they still are from convergence the fit says."""
    long, short = (
        inefficiency_of_convergence(study(universal, steps=steps))
        for steps in (STEPS, STEPS[STEPS < 600])
    )
    assert "reached later" in long.deciding[0].name
    assert "converged loss" in short.deciding[0].name
    least = next(q for q in short.quantities if "reached later" in q.name)
    assert least.low < 2.0 and least.allowed is None


def test_power_law_in_compute_by_seeds_and_by_deleted_runs():
    by_runs = power_law(study(universal), "C")
    by_seeds = power_law(study(universal, more=seeds(np.random.default_rng(6), 0.001)), "C")
    methods = [
        next(q for q in claim.quantities if q.name == BEND).method for claim in (by_runs, by_seeds)
    ]
    assert "jackknife" in methods[0] and "seeds" in methods[1]
    whole, drawn = (
        next(q for q in claim.quantities if q.name == BEND) for claim in (by_runs, by_seeds)
    )
    assert whole.estimate == drawn.estimate
    assert drawn.low < drawn.estimate < drawn.high
    assert drawn.high - drawn.low < whole.high - whole.low


def test_the_interval_by_seeds_is_the_same_every_time():
    more = seeds(np.random.default_rng(6), 0.001)
    first, second = (power_law(study(universal, more=more), "C") for _ in range(2))
    assert first == second


def test_tokens_are_counted_with_the_batch():
    """A model reaches the loss where it ends after all of its steps, at 4096 tokens each."""
    claim = sample_efficiency(study(universal, sd=0.0))
    assert f"{STEPS[-1] * BATCH:.3g} tokens" in claim.sentence
    assert all(quantity.n >= 4 for quantity in claim.quantities)
