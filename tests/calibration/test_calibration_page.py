"""The page: what was chosen stands beside what was best, and what is missing is named."""

import copy
import math

import pytest
from simulated import ROOT, vocabularies

from scalinglaws.calibration.constants import HEADER, constant_rows
from scalinglaws.calibration.page import page
from scalinglaws.calibration.sweeps import SWEEPS
from scalinglaws.calibration.words import number
from scalinglaws.errors import UserError
from scalinglaws.study import load_study


def cells(found, config):
    rows = (dict(zip(HEADER, row, strict=True)) for row in constant_rows(found, config))
    return {row["Constant"].split("`")[1]: row for row in rows}


def test_every_sweep_has_its_section_and_every_table_its_columns(found, config):
    text = page(found, config)
    for line in ("Seed noise", "Peak rate by size", "Context", "Vocabulary", "The constants"):
        assert f"\n## {line}\n" in f"\n{text}"
    widths = [line.count("|") for line in text.splitlines() if line.startswith("|")]
    assert widths and all(width > 4 for width in widths)
    assert "nan" not in text and "None" not in text
    assert text == page(found, config)


def test_a_changed_constant_shows_in_the_table(found, config):
    changed = copy.deepcopy(config)
    changed["training"]["beta2"], changed["training"]["warmup_steps"] = 0.9, 7
    changed["training"]["peak_learning_rate"]["value"] = 0.5
    row = cells(found, changed)["training.beta2"]
    assert row["Chosen in config/config.yaml"] == "0.9"
    assert row["The choice against the best"].endswith("beyond seed noise")
    row = cells(found, changed)["training.warmup_steps"]
    assert row["The choice against the best"] == "not among those swept; not among those swept"
    row = cells(found, changed)["training.peak_learning_rate.value"]
    assert row["The choice against the best"].startswith("above the interval; costs")


def test_a_constant_that_is_gone_is_a_user_error(found, config):
    changed = copy.deepcopy(config)
    del changed["training"]["beta2"]
    with pytest.raises(UserError, match=r"config/config.yaml: training\.beta2: missing"):
        page(found, changed)


def test_missing_experiments_and_diverged_runs_are_named(poor, config):
    text = page(poor, config)
    for name in ("warmup", "vocabulary"):
        assert f"No run carries the experiment `{name}`." in text
    assert "No size has two runs of `seed_noise`" in text
    gone = [row["run_id"] for curve in poor.curves["beta2"] for row in curve.diverged]
    assert gone and f"`{gone[0]}`" in text.split("Diverged: ", 1)[1]
    assert "noise unknown" in text and "within seed noise" not in text.split("## The constants")[1]
    assert "the best rate is the largest stable one" in text
    assert "nan" not in text and "None" not in text


def test_equal_positions_compare_what_all_contexts_have(found):
    assert [row["n_ctx"] for row in found.context] == [64, 128, 256]
    assert {row["shared"] for row in found.context} == {64}
    shared = [row["shared_loss"] for row in found.context]
    assert shared == pytest.approx([shared[0]] * 3)
    assert len({row["loss"] for row in found.context}) == 3


def test_vocabularies_compare_after_equal_bytes_at_the_same_rates(found):
    assert len(found.vocabulary) == 9
    for row in found.vocabulary:
        assert row["million_bytes"] == pytest.approx(found.vocabulary[0]["million_bytes"], rel=0.01)
        assert (row["above_best_percent"] == 0.0) == (row["n_vocab"] == 1024)
        assert not math.isnan(row["compute_counted"])


def test_a_vocabulary_that_diverged_is_a_row_without_a_loss(found, config):
    from scalinglaws.calibration.vocabulary import compare_vocabularies

    others = vocabularies(diverged=lambda spec: spec.n_vocab == 512)
    rows = compare_vocabularies(others[1][0], others[1][1], others, found.noise)
    gone = [row for row in rows if row["n_vocab"] == 512]
    assert len(gone) == 3 and all(row["edge"] == "all diverged" for row in gone)
    assert all(math.isnan(row["nats_per_byte"]) and len(row["diverged"]) == 1 for row in gone)


def test_the_studies_hold_their_sweeps_and_nothing_of_the_default_study():
    sweeps = {sweep.experiment for sweep in SWEEPS}
    assert set(load_study("calibrate", ROOT).experiments) == sweeps | {"lstm_rate"}
    for name in ("calibrate_512", "calibrate_2048"):
        study = load_study(name, ROOT)
        assert set(study.experiments) == {"vocabulary"} and not study.laws


def test_the_other_vocabularies_are_trained_as_the_calibration_is():
    """A run of theirs and the calibration's at the same size and rate differ in three fields."""
    reference = [spec for spec, _ in load_study("calibrate", ROOT).runs().values()]
    for name in ("calibrate_512", "calibrate_2048"):
        for spec, _ in load_study(name, ROOT).runs().values():
            differences = [
                {k for k, v in spec.to_dict().items() if v != other.to_dict()[k]}
                for other in reference
            ]
            assert {"n_vocab", "steps"} in differences


def test_the_committed_page_shows_the_chosen_constants(config):
    """A constant that changed after the page was written is a drift that nobody sees."""
    text = (ROOT / "docs" / "calibration.md").read_text(encoding="utf-8")
    if "## The constants" not in text:
        pytest.skip("the calibration has no results in this clone")
    rows = [line.split(" | ") for line in text.split("## The constants")[1].splitlines()]
    shown = {row[0].split("`")[1]: row[3] for row in rows if len(row) == 5 and "`" in row[0]}
    rate = config["training"]["peak_learning_rate"]
    assert shown == {
        "training.peak_learning_rate.value": number(rate["value"]),
        "training.peak_learning_rate.exponent": number(rate["exponent"]),
        "training.peak_learning_rate.batch_exponent": number(rate["batch_exponent"]),
        **{
            f"training.{name}": number(config["training"][name])
            for name in ("warmup_steps", "beta1", "beta2")
        },
        **{f"model.{name}": number(config["model"][name]) for name in ("init_std", "n_ctx")},
        "tokens.n_vocab": number(config["tokens"]["n_vocab"]),
    }
