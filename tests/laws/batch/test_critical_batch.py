"""B_crit(L): known truth, the paper's scan, and sentences instead of numbers."""

import json
from dataclasses import replace

import numpy as np
import pyarrow.compute as pc
import pytest
from simulated_training import TRUTH, simulated

from scalinglaws.errors import UserError
from scalinglaws.laws.batch.critical_batch import critical_batch_law
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.undeclared import UNDECLARED
from scalinglaws.metrics import BATCH_SCAN, table_from_rows

DECLARED = {"experiment": "batch_size"}
BATCHES = [2**k for k in (12, 14, 16, 18, 20)]


@pytest.fixture(scope="module")
def fitted(paper):
    return critical_batch_law(paper, DECLARED)


def law_of_levels(levels, critical, reached=lambda level: BATCHES):
    """The law of one model size: exact steps at ``levels`` for B_crit = ``critical(level)``."""
    rows = [
        {
            "run_id": f"run {batch}",
            "n_params": 1000,
            "batch_tokens": batch,
            "loss": level,
            "step": 1000.0 * (1.0 + critical(level) / batch),
            "tokens": 1000.0 * (batch + critical(level)),
        }
        for level in levels
        for batch in reached(level)
    ]
    return critical_batch_law(Measurements(batch_scan=table_from_rows(rows, BATCH_SCAN)), DECLARED)


def test_exact_scans_give_back_the_law_they_were_made_of():
    law = critical_batch_law(simulated(0, run_sd=0.0, curve_sd=0.0), DECLARED)
    assert law.ok
    assert law.params == pytest.approx([TRUTH["alpha_B"], TRUTH["log10_B_star"]] * 3, rel=1e-6)


def test_the_larger_model_of_the_paper(fitted):
    """Fig. 10: its legend, 2.1e8 L^-4.8, is the 85M model alone."""
    alpha, _, _ = fitted["alpha_B (N=84934656)"]
    scale, _, _ = fitted["log10_B_star (N=84934656)"]
    assert -1.0 / alpha == pytest.approx(-4.81, abs=5e-3)
    assert 10**scale == pytest.approx(2.1e8, rel=0.01)
    assert -1.0 / fitted["alpha_B (N=3145728)"][0] == pytest.approx(-5.8, abs=0.05)


def test_the_sizes_are_ten_clusters_in_two_samples(fitted):
    assert fitted.ok and fitted.n_obs == 61 and fitted.n_runs == 10
    strata = list(fitted.replicates.strata)
    assert {s: strata.count(s) for s in strata} == {
        "batch scan N=3145728": 5,
        "batch scan N=84934656": 5,
    }
    # Far fewer degrees of freedom than levels: neighbouring levels are the same runs.
    assert fitted.replicates.df().max() < 9
    # A size's own constants do not move when a run of the other size is left out.
    own = fitted.replicates.pick("alpha_B (N=3145728)")
    other = [s == "batch scan N=84934656" for s in strata]
    assert own.redone[other] == pytest.approx(own.estimate[0], abs=0)


def test_the_printed_constants_lie_inside(fitted):
    for name, printed in (("alpha_B", 0.21), ("log10_B_star", np.log10(2.1e8))):
        _, low, high = fitted[name]
        assert low < printed < high


def test_points_and_residuals_are_of_all_runs_and_sizes(fitted):
    points = {name: np.array(column) for name, column in fitted.points.items()}
    assert points["B_crit"] == pytest.approx(points["E_min"] / points["S_min"], rel=1e-12)
    x, y = np.log(points["loss"]), np.log(points["B_crit"])
    residual = y - np.polyval(np.polyfit(x, y, 1), x)
    percent = 100.0 * np.sqrt(np.mean(np.expm1(residual) ** 2))
    assert fitted.checks["rms_residual_percent"] == pytest.approx(percent, rel=1e-9)


def test_a_level_counts_that_only_one_run_less_would_lose():
    """Three batches fit a level: without one of them it is gone, with all of them it is there."""

    def critical(level):
        return 1e7 * level**-3.0

    levels = [2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    law = law_of_levels(levels, critical, lambda level: BATCHES[2:] if level < 4 else BATCHES)
    assert law.ok and law.n_obs == len(law.results.resid) == 6
    for batches in (BATCHES[:3], BATCHES[2:]):
        few = law_of_levels(levels, critical, lambda level, batches=batches: batches)
        assert few.status.startswith(f"not identified: cannot be computed without run {batches[0]}")


def test_a_critical_batch_that_shrinks_as_the_loss_falls_is_no_such_law():
    law = law_of_levels([2.0, 3.0, 4.0, 5.0, 6.0], lambda level: 1e4 * level**2)
    assert law.status == "exponent not positive: B_crit does not grow as the loss falls"


def test_points_have_intervals_where_each_run_can_be_spared(fitted):
    low, high = np.array(fitted.points["B_crit_low"]), np.array(fitted.points["B_crit_high"])
    critical = np.array(fitted.points["B_crit"])
    spare = np.array(fitted.points["n_batches"]) > 3
    assert np.isfinite(low[spare]).mean() > 0.9 and np.isnan(low[~spare]).all()
    known = np.isfinite(low)
    assert np.all((low < critical) & (critical < high) | ~known)


def test_equal_input_gives_equal_bytes(paper, fitted):
    again = critical_batch_law(paper, DECLARED)
    constants = {
        "alpha_B": {"law": "B_crit(L)", "parameter": "alpha_B", "value": 0.21, "rounding": 0.005}
    }
    text = json.dumps(fitted.to_json(constants), allow_nan=False)
    assert text == json.dumps(again.to_json(constants), allow_nan=False)
    assert "inside" in fitted.to_text(constants)


def test_a_shared_error_moves_the_scale_and_not_the_exponent(paper, fitted):
    shifted = critical_batch_law(replace(paper, test_error=0.02), DECLARED)
    at = shifted.replicates.strata.index("test set")
    moved = shifted.replicates.redone[at] - shifted.params
    assert moved[0] == pytest.approx(0.0, abs=1e-12)
    assert moved[1] == pytest.approx(0.02 / shifted.params[0] / np.log(10.0))
    assert shifted.replicates.std_err()[1] > fitted.replicates.std_err()[1]


def test_a_study_without_a_scan_says_so():
    assert critical_batch_law(Measurements(), None).status == UNDECLARED
    law = critical_batch_law(Measurements(), DECLARED)
    assert not law.ok and "no batch-size scan" in law.status
    assert "no batch-size scan" in law.to_text({})


def test_too_few_levels(paper):
    few = paper.batch_scan.filter(pc.greater(paper.batch_scan["loss"], 9.0))
    one_size = few.filter(pc.equal(few["n_params"], 3_145_728))
    law = critical_batch_law(Measurements(batch_scan=one_size), DECLARED)
    assert "too few loss levels" in law.status


def test_two_batches_fit_no_level(paper):
    few = paper.batch_scan.filter(pc.less(paper.batch_scan["batch_tokens"], 20_000))
    law = critical_batch_law(Measurements(batch_scan=few), DECLARED)
    assert "too few loss levels" in law.status
    assert all("fewer than 3 batches" in reason for _, reason in law.excluded)


def test_pure_noise_is_not_resolved():
    found = simulated(3, run_sd=0.0)
    rng = np.random.default_rng(0)
    step = np.exp(rng.normal(5.0, 1.0, found.batch_scan.num_rows))
    scan = found.batch_scan.set_column(4, found.batch_scan.schema.field("step"), [step])
    assert not critical_batch_law(Measurements(batch_scan=scan), DECLARED).ok


def test_a_choice_that_would_be_ignored_is_refused(paper):
    with pytest.raises(UserError, match="select is not used"):
        critical_batch_law(paper, DECLARED | {"select": {"n_params": {"min": 1}}})


def test_intervals_cover_and_are_no_wider_than_leaving_out_makes_them():
    """60 scans: run effects of 0.5 % of the loss; the binomial's limits at 95 % are 54 and 60."""
    truth = np.array([TRUTH["alpha_B"], TRUTH["log10_B_star"]])
    laws = [critical_batch_law(simulated(seed), DECLARED) for seed in range(1, 61)]
    inside = [(law.conf_int()[:2, 0] <= truth) & (truth <= law.conf_int()[:2, 1]) for law in laws]
    assert np.all(np.sum(inside, axis=0) >= 54)
    spread = np.std([law.params[:2] for law in laws], axis=0)
    claimed = np.median([law.replicates.std_err()[:2] for law in laws], axis=0)
    assert np.all((claimed > spread) & (claimed < 2.2 * spread))
