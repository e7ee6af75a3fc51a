"""Changed settings with what they make stale, and settings that matter to no result."""

import shutil

import pytest
from recorded import AGAIN, FIGURE, RUNS

from scalinglaws.provenance.records import record_name

CONFIG, FIGURES = "config/config.yaml", "config/figures.yaml"
CHANGED = "study: small\ntraining:\n  steps: 70\n"
STEPS = f"{CONFIG}: training.steps: 60 -> 70 since the results were made"
TWO = f"2 results would be made anew ({RUNS[0]}, {RUNS[1]})"


def test_a_changed_key_with_what_it_makes_stale(recorded):
    recorded.write(CONFIG, CHANGED)
    recorded.planned("params changed", *RUNS)
    mend = f"`git checkout HEAD -- {CONFIG}`, or {AGAIN}"
    assert recorded.audit() == ([f"{STEPS}: {TWO}; {mend}"], [])


def test_a_committed_change_is_not_taken_back_by_git(recorded):
    recorded.write(CONFIG, CHANGED)
    recorded.commit("more steps")
    recorded.planned("params changed", *RUNS)
    assert recorded.audit()[0] == [f"{STEPS}: {TWO}; set the old values, or {AGAIN}"]


def test_a_changed_key_that_nothing_depends_on(recorded):
    recorded.write(CONFIG, CHANGED)
    assert recorded.audit() == ([], [f"{STEPS}; no result depends on it"])


def test_words_of_a_configuration(recorded):
    recorded.append(CONFIG, "# words\n")
    recorded.write(FIGURES, "figure:\n  title: A figure\n")
    note = f"{FIGURES}: laid out or commented anew; its values are the same"
    assert recorded.audit() == ([], [note])


def test_a_key_of_another_file(recorded):
    recorded.write(FIGURES, "figure: {title: Another}\n")
    recorded.planned("params changed", FIGURE)
    what = "figure.title: A figure -> Another since the results were made"
    effect = f"1 result would be made anew ({FIGURE})"
    mend = f"`git checkout HEAD -- {FIGURES}`, or {AGAIN}"
    assert recorded.audit()[0] == [f"{FIGURES}: {what}: {effect}; {mend}"]


def test_without_git_the_keys_cannot_be_named(recorded):
    recorded.write(FIGURES, "figure: {title: Another}\n")
    shutil.rmtree(recorded.root / ".git")
    [note] = [line for line in recorded.audit()[1] if line.startswith(FIGURES)]
    assert "changed, in keys that cannot be named without git, since" in note


@pytest.mark.parametrize(
    ("status", "what"),
    [
        ("params changed", "made with other parameters than the configured ones"),
        ("set of input files changed", "made from other files than the configured ones"),
    ],
)
def test_stale_results_without_a_changed_key(recorded, status, what):
    recorded.planned(status, *RUNS)
    line = f"{RUNS[0]}: {what} (and 1 more of train); {AGAIN}"
    assert recorded.audit() == ([line], [])


def test_results_of_changed_code_are_not_the_configurations_fault(recorded):
    recorded.append("workflow/scripts/train.py", "print(3)\n")
    recorded.write(CONFIG, CHANGED)
    recorded.planned("params changed", *RUNS)
    faults, notes = recorded.audit()
    assert [line.partition(":")[0] for line in faults] == ["workflow/scripts/train.py"]
    assert notes == [f"{STEPS}; no result depends on it"]


def test_a_lost_result_is_not_a_new_one(recorded):
    recorded.remove(RUNS[1])
    recorded.planned("missing", RUNS[1])
    assert recorded.audit()[0] == [f"{RUNS[1]}: missing; `dvc checkout {RUNS[1]}`"]


def test_a_result_that_was_never_made(recorded):
    for path in (RUNS[1], record_name(RUNS[1])):
        recorded.remove(path)
    recorded.record_again()
    recorded.planned("missing", RUNS[1])
    assert recorded.audit()[0] == [f"{RUNS[1]}: declared but not made; {AGAIN}"]
    shutil.rmtree(recorded.root / ".dvc/cache")
    assert not [line for line in recorded.audit()[0] if "declared but not made" in line], (
        "nothing lists the folder here: it may have been made"
    )


def test_results_that_left_the_configuration(recorded):
    recorded.declared.remove(FIGURE)
    recorded.declared.remove(RUNS[1])
    old = "recorded, but no study declares it any more; `scalinglaws prune`"
    assert recorded.audit()[0] == [f"{FIGURE}: {old}", f"{RUNS[1]}: {old}"]
    recorded.write(CONFIG, CHANGED)
    [line] = recorded.audit()[0]
    assert line.startswith(f"{STEPS}: 2 results are no longer declared; ")
