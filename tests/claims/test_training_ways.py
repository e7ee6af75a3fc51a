"""Claims on LSTMs, reused layers and schedules, on runs of known truth."""

import numpy as np
import pytest
from simulated_claims import evidence, ladder, loss_of, run, seeds, size

from scalinglaws.claims.architectures import lstm, reuse
from scalinglaws.claims.claim import CONTRADICTED, HOLDS, NOT_RESOLVED, NOT_TRIED
from scalinglaws.claims.schedules import schedules

LAWS = {"L(N)": {"experiment": "model_size"}}


def positions(rows, rng, late, sd):
    """Losses by position that fall with it; of LSTMs they stop to fall by ``late`` of the loss."""
    found = []
    for row in rows:
        effect = np.exp(sd * rng.normal())
        for position in range(1, 129):
            fall = 1.0 + 0.5 / np.sqrt(position)
            above = late * np.log2(position) / 7 if row["architecture"] == "lstm" else 0.0
            loss = row["test_loss"] * fall * np.exp(above + sd * rng.normal()) * effect
            found.append(
                {"run_id": row["run_id"], "corpus": "own", "position": position, "loss": loss}
            )
    return found


@pytest.mark.parametrize(
    ("late", "sd", "verdict"),
    [(0.08, 0.003, HOLDS), (-0.08, 0.003, CONTRADICTED), (0.01, 0.1, NOT_RESOLVED)],
)
def test_lstm_by_position(late, sd, verdict):
    rng = np.random.default_rng(12)
    others = [
        run(f"lstm-{d}", "lstm", loss_of(size(d)), d, architecture="lstm") for d in (20, 40, 60, 80)
    ]
    rows = ladder(rng, 0.0) + others
    claim = lstm(evidence(LAWS, runs=rows, positions=positions(rows, rng, late, sd)))
    assert claim.verdict == verdict
    assert claim.quantities[0].low < 100 * np.expm1(late * 6.6 / 7) < claim.quantities[0].high
    names = [q.name for q in claim.quantities]
    assert any("positions 33 to 64, N" in name for name in names)
    assert any("positions 1, N" in name for name in names)


def test_depths_are_no_noise_and_kinds_have_slopes_of_their_own():
    """LSTMs that lose by depth, and more the larger they are: judged at the largest N of both."""
    rng = np.random.default_rng(12)
    per_layer, per_ln_n, middle = 0.05, 0.02, size(40)

    def loss(d, n):
        grown = per_ln_n * np.log(size(d, n) / middle)
        return loss_of(size(d, n)) * np.exp(per_layer * n + grown)

    others = [
        run(f"lstm-{d}-{n}", "lstm", loss(d, n), d, n, architecture="lstm")
        for n in (1, 2, 4)
        for d in (24, 32, 48)
    ]
    rows = ladder(rng, 0.0) + others
    claim = lstm(evidence(LAWS, runs=rows, positions=positions(rows, rng, 0.0, 0.001)))
    late = claim.deciding[0]
    truth = per_layer * np.mean([1, 2, 4]) + per_ln_n * np.log(size(48, 4) / middle)
    assert late.low < 100 * np.expm1(truth) < late.high
    assert late.high - late.low < 1.5


@pytest.mark.parametrize(
    ("better", "worse", "sd", "verdict"),
    [
        (0.03, 0.03, 0.002, HOLDS),
        (-0.03, 0.13, 0.002, CONTRADICTED),
        (0.03, 0.03, 0.1, NOT_RESOLVED),
    ],
)
def test_reused_layers(better, worse, sd, verdict):
    """A reuse of r multiplies the loss of as many unique parameters by r^-better at first."""
    rng = np.random.default_rng(13)
    others = [
        run(
            f"reuse-{d}-{times}",
            "recurrent",
            loss_of(size(d)) * np.exp(-better + sd * rng.normal()),
            d,
            architecture="recurrent",
            reuse=times,
        )
        for d in (32, 64, 96)
        for times in (2, 4)
    ]
    rows = ladder(rng, 0.001) + others
    claim = reuse(evidence(LAWS, runs=rows))
    assert claim.verdict == verdict
    unique, repeated = claim.deciding
    assert unique.low < 100 * np.expm1(-better) < unique.high
    expected = 100 * np.expm1(-better + 0.076 * np.log(np.sqrt(8)))
    assert repeated.low < expected < repeated.high


@pytest.mark.parametrize(
    ("scatter", "sd", "verdict"),
    [(0.0, 0.003, HOLDS), (0.03, 0.003, CONTRADICTED)],
)
def test_schedules_beside_seeds(scatter, sd, verdict):
    rng = np.random.default_rng(14)
    rows = seeds(rng, sd, count=5)
    for k in range(12):
        effect = 0.1 * rng.normal() if scatter else 0.0
        total = 10.0 * 1.2**k
        for seed in (0, 1):
            loss = 4.0 * total**-0.02 * np.exp(scatter * 10 * effect + sd * rng.normal())
            rows.append(
                run(
                    f"schedule-{k}-{seed}",
                    "schedule",
                    loss,
                    seed=seed,
                    schedule_power=1.0 + k,
                    learning_rate_sum=total,
                )
            )
    claim = schedules(evidence(runs=rows))
    assert claim.verdict == verdict
    slope = claim.quantities[1]
    assert slope.low < -0.02 < slope.high


def test_schedules_without_seeds_have_no_interval():
    rows = [
        run(
            f"schedule-{k}",
            "schedule",
            4.0 + 0.01 * k,
            schedule_power=1.0 + k,
            learning_rate_sum=10.0 + k,
        )
        for k in range(6)
    ]
    claim = schedules(evidence(runs=rows))
    assert claim.verdict == NOT_RESOLVED
    assert "two seeds of one schedule" in claim.resolved_by


def test_experiments_that_a_study_lacks_are_not_tried():
    rows = ladder(np.random.default_rng(0))
    found = evidence(LAWS, runs=rows)
    assert {claim(found).verdict for claim in (lstm, reuse, schedules)} == {NOT_TRIED}
