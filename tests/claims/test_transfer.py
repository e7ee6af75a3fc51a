"""Claims on transfer: slopes, the path of a tracked run, and depth."""

import numpy as np
import pytest
from simulated_claims import evidence, ladder, loss_of, run, scores, size

from scalinglaws.claims.claim import CONTRADICTED, HOLDS, NOT_RESOLVED, NOT_TRIED
from scalinglaws.claims.transfer import depth_and_transfer, transfer

LAWS = {"L(N)": {"experiment": "model_size"}}


def other(slope, sd, seed=8):
    rng = np.random.default_rng(seed)
    return {"other": lambda row: 1.0 + slope * row["test_loss"] + sd * rng.normal()}


@pytest.mark.parametrize(
    ("slope", "sd", "verdict"),
    [(0.95, 0.01, HOLDS), (0.4, 0.01, CONTRADICTED), (0.8, 0.4, NOT_RESOLVED)],
)
def test_slope_of_other_loss_on_own(slope, sd, verdict):
    rows = ladder(np.random.default_rng(7))
    claim = transfer(evidence(LAWS, runs=rows, evaluations=scores(rows, other(slope, sd))))
    assert claim.verdict == verdict
    assert claim.deciding[0].low < slope < claim.deciding[0].high


def test_without_scores_transfer_was_not_tried():
    rows = ladder(np.random.default_rng(7))
    assert transfer(evidence(LAWS, runs=rows)).verdict == NOT_TRIED


@pytest.mark.parametrize(("off", "verdict"), [(0.0, HOLDS), (0.06, CONTRADICTED)])
def test_a_run_along_training_follows_the_line_of_finished_runs(off, verdict):
    """The tracked losses are of another part of the test text: 3 % higher, which must not count."""
    rows = ladder(np.random.default_rng(7))
    rows[-1]["experiments"].append("transfer")
    last = rows[-1]["test_loss"]
    tracked = []
    for step, times in ((100, 1.3), (300, 1.2), (1000, 1.1), (3000, 1.0)):
        own = times * last
        along = (1.0 + 0.95 * own) * np.exp(off * (own > last))
        for corpus, loss in (("own", own), ("other", along)):
            tracked += [
                {
                    "run_id": rows[-1]["run_id"],
                    "step": step,
                    "tokens": step * 4096,
                    "corpus": corpus,
                    "position": position,
                    "loss": float(1.03 * loss * (1.2 if position == 1 else 0.8)),
                }
                for position in (1, 2)
            ]
    points = scores(rows, other(0.95, 0.005))
    claim = transfer(evidence(LAWS, runs=rows, evaluations=points, tracked=tracked))
    path = next(q for q in claim.quantities if "along training" in q.name)
    assert path.verdict == verdict
    assert path.estimate == pytest.approx(100 * np.expm1(off), abs=0.7)


@pytest.mark.parametrize(
    ("exponent", "sd", "verdict"),
    [(0.0, 0.002, HOLDS), (0.03, 0.002, CONTRADICTED), (0.01, 0.03, NOT_RESOLVED)],
)
def test_depth_changes_transfer(exponent, sd, verdict):
    rng = np.random.default_rng(9)
    deep = [
        run(f"depth-{n}", "depth", loss_of(size(64)) * np.exp(0.01 * rng.normal()), 128, n)
        for n in (1, 2, 3, 4, 6, 8)
    ]
    rows = ladder(rng) + deep

    def loss(row):
        return (
            1.2 * row["test_loss"] ** 0.9 * row["n_layer"] ** exponent * np.exp(sd * rng.normal())
        )

    points = scores(rows, {"other": loss})
    claim = depth_and_transfer(evidence(LAWS, runs=rows, evaluations=points))
    assert claim.verdict == verdict
    truth = 100 * np.expm1(exponent * np.log(8))
    assert claim.deciding[0].low < truth < claim.deciding[0].high


def test_depth_without_scores_was_not_tried():
    assert depth_and_transfer(evidence()).verdict == NOT_TRIED
