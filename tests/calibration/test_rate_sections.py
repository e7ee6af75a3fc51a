"""The sections on the peak rate: numbers with their laws, or the reason why there are none."""

import copy
import math

import numpy as np
import pytest
from simulated import law_of, study, vocabularies

from scalinglaws.calibration.constants import HEADER, NOT_SWEPT, constant_rows
from scalinglaws.calibration.page import page
from scalinglaws.calibration.rate_law import exponent, rate_band
from scalinglaws.calibration.rate_sections import rate_sections
from scalinglaws.calibration.results import RATE_SWEEPS, calibrate
from scalinglaws.calibration.words import number, percent

NO_LAW = {"status": "too few N with a minimum"}
RATE = "training.peak_learning_rate"


def text(found, config):
    return "\n".join(rate_sections(found, config))


def last_cells(found, config, key):
    """What was best, what is chosen and how they compare, of one constant."""
    rows = [dict(zip(HEADER, row, strict=True)) for row in constant_rows(found, config)]
    (row,) = (row for row in rows if f"`{key}`" in row["Constant"])
    return tuple(row[column] for column in HEADER[2:])


@pytest.fixture(scope="module")
def lost():
    """Every run of another batch or length than the default diverged."""
    tables, settings = study(diverged=lambda s: s.batch_tokens != 4096 or s.steps != 1000)
    return calibrate(tables, settings, NO_LAW, [])


def test_laws_and_slopes_are_given_with_their_intervals(found, config):
    said = text(found, config)
    assert f"p = {number(found.by_batch.slope)} [" in said
    assert f"p = {number(found.by_length.slope)} [" in said
    assert f"p = {number(exponent(found.law)[0])} [" in said
    assert "it is no single power of B" not in said and "No " not in said


def test_the_default_length_is_compared_where_it_is_another(found, config):
    longer = copy.deepcopy(config)
    longer["training"]["steps"] = 7_000
    assert "The default study's 7,000 steps would by that want" in text(found, longer)
    longer["training"]["steps"] = int(found.by_length.values[0])
    assert "The default study's" not in text(found, longer)


def test_sweeps_that_were_not_run_are_named(config):
    tables, settings = study(without=RATE_SWEEPS)
    found = calibrate(tables, settings, NO_LAW, [])
    said = text(found, config)
    for name in RATE_SWEEPS:
        assert f"No run carries the experiment `{name}`." in said
    best, _, verdict = last_cells(found, config, f"{RATE}.exponent")
    assert (best, verdict) == (f"no law: {NO_LAW['status']}", "")


def test_curves_that_diverged_give_no_slope_and_say_so(lost, config):
    said = text(lost, config)
    assert f"No law LR(N): {NO_LAW['status']}." in said
    batches, lengths = (len(lost.curves[name]) for name in ("batch_rate", "run_length"))
    assert f"No slope: 1 of {batches} has a minimum" in said and batches > 1
    assert f"No ratio: 1 of {lengths} has a minimum" in said and lengths > 1
    gone = [curve for curve in lost.curves["batch_rate"] if curve.best is None]
    assert gone and said.count("all diverged") >= len(gone)
    best, _, verdict = last_cells(lost, config, f"{RATE}.batch_exponent")
    assert best.startswith("no line: 1 of ") and verdict == ""
    whole = page(lost, config)
    assert "nan" not in whole and "None" not in whole


def test_batches_that_follow_no_power_law_are_remarked_upon(config):
    """The best rate of one batch is 1.6 times its law's, far beyond its error."""
    tables, settings = study(
        noise=1e-4,
        change=lambda s: -0.02 * np.log(s.peak_learning_rate) if s.batch_tokens == 2048 else 0.0,
    )
    found = calibrate(tables, settings, law_of(tables["runs"]), [])
    assert "Remark: the best rates lie further off that line" in text(found, config)


def test_a_constant_is_above_inside_or_below_its_interval(found, config):
    changed = copy.deepcopy(config)
    rate = changed["training"]["peak_learning_rate"]
    best, low, high = (float(x[0]) for x in rate_band(found.law, [rate["at_n_params"]]))
    for value, words in ((best, "inside"), (2 * high, "above"), (low / 2, "below")):
        rate["value"] = value
        verdict = last_cells(found, changed, f"{RATE}.value")[-1]
        assert verdict.startswith(f"{words} the interval; costs ")
    rate["exponent"] = exponent(found.law)[0]
    assert last_cells(found, changed, f"{RATE}.exponent")[-1] == "inside the interval"


def test_a_setting_that_diverged_is_no_choice_and_has_no_best(found, poor, config):
    changed = copy.deepcopy(config)
    changed["training"]["beta2"] = max(row["beta2"] for row in poor.curves["beta2"][0].diverged)
    assert "diverged" in last_cells(poor, changed, "training.beta2")[-1]
    small = min(row["n_params"] for curve in found.curves["beta1"] for row in curve.rows)
    tables, settings = study(diverged=lambda s: s.n_params == small)
    gone = calibrate(tables, settings, NO_LAW, [])
    best, _, verdict = last_cells(gone, config, "training.beta1")
    assert best.startswith(f"all diverged at N = {number(small)}; ")
    assert verdict.startswith("diverged; ")


def test_a_size_whose_vocabularies_all_diverged_has_no_best(found, config):
    size = found.vocabulary[0]["n_params"]
    tables, settings = study(diverged=lambda s: s.n_params == size)
    others = vocabularies(diverged=lambda s: s.n_params == size)
    gone = calibrate(tables, settings, NO_LAW, others)
    best, _, verdict = last_cells(gone, config, "tokens.n_vocab")
    assert best.startswith(f"all diverged at N = {number(size)}; 1,024 at N = ")
    assert verdict == "diverged; the best; the best"


def test_a_chosen_vocabulary_that_diverged_was_swept(found, config):
    others = vocabularies(diverged=lambda s: s.n_vocab == 512)
    gone = calibrate(*study(), NO_LAW, others)
    changed = copy.deepcopy(config)
    for n_vocab, said in ((512, "diverged"), (999, "not among those swept")):
        changed["tokens"]["n_vocab"] = n_vocab
        assert set(last_cells(gone, changed, "tokens.n_vocab")[-1].split("; ")) == {said}


def test_a_sweep_that_was_not_run_has_nothing_to_compare_with(poor, config):
    best, _, verdict = last_cells(poor, config, "training.warmup_steps")
    assert (best, verdict) == ("–", NOT_SWEPT)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (98_304, "98,304"),
        (0.012345, "0.0123"),
        (6.4e-5, "6.4e-5"),
        (1.234e12, "1.23e12"),
        (math.inf, "∞"),
        (-math.inf, "-∞"),
        (math.nan, "–"),
        (None, "–"),
    ],
)
def test_numbers_of_the_page(value, said):
    assert number(value) == said


def test_a_share_that_is_not_known_is_a_dash():
    assert [percent(1.234), percent(math.nan)] == ["1.23 %", "–"]
