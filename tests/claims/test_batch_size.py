"""Claims on the critical batch size and the noise scale, on scans of known truth."""

import numpy as np
import pytest
from simulated_claims import evidence, run

from scalinglaws.claims.batch_size import critical_batch, noise_scale
from scalinglaws.claims.claim import CONTRADICTED, HOLDS, NOT_RESOLVED, NOT_TRIED

SIZES = (24_576, 393_216)
LEVELS = np.geomspace(5.5, 4.0, 12)


def critical(loss):
    return 10 ** (7.5 - np.log10(loss) / 0.21)


def scan(rng, factor=1.0, sd=0.01, batches=7):
    """Steps to each level, S_min (1 + B_crit / B); B_crit of the larger model times ``factor``."""
    rows, reached = [], []
    for n_params, times in zip(SIZES, (1.0, factor), strict=True):
        for batch in 2 ** np.arange(9, 9 + batches):
            run_id, effect = f"scan-{n_params}-{batch}", np.exp(sd * rng.normal())
            own = {"n_params": n_params, "batch_tokens": int(batch)}
            rows.append(run(run_id, "batch_size", 4.0, **own))
            steps = 50 * (6.0 - LEVELS) ** 2 * (1 + times * critical(LEVELS) / batch) * effect
            reached += [
                own | {"run_id": run_id, "loss": loss, "step": step, "tokens": step * batch}
                for loss, step in zip(LEVELS.tolist(), steps.tolist(), strict=True)
            ]
    return rows, reached


@pytest.mark.parametrize(
    ("factor", "sd", "verdict"),
    [(1.0, 0.01, HOLDS), (8.0, 0.01, CONTRADICTED), (1.0, 0.3, NOT_RESOLVED)],
)
def test_critical_batch_of_two_sizes(factor, sd, verdict):
    rows, reached = scan(np.random.default_rng(10), factor, sd)
    claim = critical_batch(evidence(runs=rows, batch_scan=reached))
    assert claim.verdict == verdict
    ratio = claim.quantities[0]
    assert ratio.low < factor < ratio.high
    if sd < 0.1:
        exponent = claim.quantities[1]
        assert exponent.low < 1 / 0.21 < exponent.high


def test_one_model_size_decides_nothing():
    rows, reached = scan(np.random.default_rng(10))
    one = [row for row in reached if row["n_params"] == SIZES[0]]
    claim = critical_batch(evidence(runs=rows, batch_scan=one))
    assert claim.verdict == NOT_RESOLVED
    assert "a second model size" in claim.resolved_by


@pytest.mark.parametrize(("factor", "verdict"), [(1.5, HOLDS), (20.0, CONTRADICTED)])
@pytest.mark.parametrize("runs", [1, 3])
def test_noise_scale_beside_the_critical_batch(factor, verdict, runs):
    rng = np.random.default_rng(11)
    rows, reached = scan(rng)
    measured = [
        {
            "run_id": rows[i]["run_id"],
            "step": 100 * k,
            "test_loss": float(loss),
            "noise_scale": float(factor * critical(loss) * np.exp(0.1 * rng.normal())),
        }
        for i in range(runs)
        for k, loss in enumerate((9.0, 5.2, 4.8, 4.4), start=1)
    ]
    claim = noise_scale(evidence(runs=rows, batch_scan=reached, noise_scale=measured))
    assert claim.verdict == verdict
    assert claim.deciding[0].estimate == pytest.approx(factor, rel=0.25)


def test_without_a_noise_scale_it_was_not_tried():
    rows, reached = scan(np.random.default_rng(11))
    assert noise_scale(evidence(runs=rows, batch_scan=reached)).verdict == NOT_TRIED
    assert critical_batch(evidence(runs=rows)).verdict == NOT_TRIED


def noise(rows, losses, runs=1):
    """Noise scales that are the critical batch size, of the first ``runs`` of the scan."""
    return [
        {"run_id": row["run_id"], "step": k, "test_loss": loss, "noise_scale": critical(loss)}
        for row in rows[:runs]
        for k, loss in enumerate(losses, start=1)
    ]


def test_sizes_without_a_shared_level_are_not_compared():
    """The larger model was only read at losses that the smaller one was not."""
    rows, reached = scan(np.random.default_rng(10))
    for row in reached:
        if row["n_params"] == SIZES[1]:
            row["loss"] *= 1.01
    claim = critical_batch(evidence(runs=rows, batch_scan=reached))
    assert claim.verdict == NOT_RESOLVED and np.isnan(claim.quantities[0].estimate)
    assert "no loss level gives a B_crit for both sizes" in claim.resolved_by


def test_two_batches_give_no_law_and_the_reason():
    rows, reached = scan(np.random.default_rng(10), batches=2)
    found = evidence(runs=rows, batch_scan=reached, noise_scale=noise(rows, (5.2, 4.8)))
    claim = critical_batch(found)
    assert claim.verdict == NOT_RESOLVED and len(claim.quantities) == 1
    claim = noise_scale(found)
    assert claim.verdict == NOT_RESOLVED
    assert claim.resolved_by.startswith("B_crit(L): too few loss levels reached by 3 batches")


def test_a_noise_scale_of_other_losses_decides_nothing():
    rows, reached = scan(np.random.default_rng(11))
    measured = noise(rows, (9.0, 8.0, 3.0), runs=3)
    claim = noise_scale(evidence(runs=rows, batch_scan=reached, noise_scale=measured))
    assert claim.verdict == NOT_RESOLVED
    assert claim.resolved_by == "the noise scale was measured at other losses than B_crit"
