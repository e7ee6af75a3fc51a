"""Code, rules and packages that are not those of the results; and changes that touch none."""

import shutil

import pytest
from recorded import AGAIN, FIGURE, LAW, RUNS

TRAIN, MATHS = "workflow/scripts/train.py", "workflow/scalinglaws/maths.py"
TWO = f"2 results ({RUNS[0]}, {RUNS[1]})"
UNUSED = "since the ledger was written; no result depends on it"


@pytest.mark.parametrize("path", [TRAIN, MATHS])
def test_changed_code_with_results_that_wait_for_it(recorded, path):
    recorded.append(path, "print(3)\n")
    recorded.planned("params changed", *RUNS)
    mend = f"`git checkout HEAD -- {path}`, or {AGAIN}"
    assert recorded.audit() == ([f"{path}: its code is newer than {TWO}; {mend}"], [])


def test_two_of_many_results_are_named(recorded):
    recorded.write_record(FIGURE, "figure", [LAW], script="train")
    recorded.record_again()
    recorded.append(TRAIN, "print(3)\n")
    recorded.planned("params changed", FIGURE, *RUNS)
    what = f"its code is newer than 3 results ({FIGURE}, {RUNS[0]} and 1 more)"
    assert recorded.audit()[0] == [f"{TRAIN}: {what}; `git checkout HEAD -- {TRAIN}`, or {AGAIN}"]


def test_changed_code_whose_results_snakemake_finds_current(recorded):
    recorded.append(TRAIN, "print(3)\n")
    assert recorded.audit() == ([], [f"{TRAIN}: changed {UNUSED}"])


def test_two_causes_of_one_script(recorded):
    for path in (TRAIN, MATHS):
        recorded.append(path, "print(3)\n")
    recorded.planned("params changed", *RUNS)
    assert [line.partition(":")[0] for line in recorded.audit()[0]] == [MATHS, TRAIN]


def test_a_script_that_is_gone(recorded):
    recorded.remove(TRAIN)
    recorded.planned("params changed", *RUNS)
    line = f"{TRAIN}: not here, and it made {TWO}; `git checkout HEAD -- {TRAIN}`"
    assert recorded.audit()[0] == [line]


def test_a_script_that_is_no_python(recorded):
    recorded.append(TRAIN, "def f(:\n")
    recorded.planned("params changed", *RUNS)
    assert recorded.audit()[0][0].startswith(f"{TRAIN}: its code is newer than {TWO}")


def test_recorded_code_that_did_not_make_the_results(recorded):
    """The ledger was written after the edit: no dependency differs from it."""
    recorded.append(TRAIN, "print(3)\n")
    recorded.record_again()
    recorded.planned("params changed", *RUNS)
    what = f"its code, with what it imports, is not that of {TWO}"
    assert recorded.audit()[0] == [f"{TRAIN}: {what}; take the change back, or {AGAIN}"]


def test_a_reworded_module(recorded):
    recorded.write(MATHS, '"""Other words."""\n\ndef add(a, b):  # why\n    return a + b\n')
    assert recorded.audit() == ([], [f"{MATHS}: reworded or laid out anew; its code is the same"])


def test_code_that_made_nothing(recorded):
    recorded.append("Snakefile", "# words\n")
    recorded.remove("workflow/scripts/unused.py")
    recorded.write("workflow/scripts/another.py", "")
    assert recorded.audit() == (
        [],
        [
            f"Snakefile: changed {UNUSED}",
            f"workflow/scripts/another.py: new {UNUSED}",
            f"workflow/scripts/unused.py: gone {UNUSED}",
        ],
    )


def test_a_file_that_is_gone(recorded):
    recorded.remove("Snakefile")
    assert recorded.audit() == ([], [f"Snakefile: gone {UNUSED}"])


@pytest.mark.parametrize(("count", "lines"), [(5, 5), (6, 1)])
def test_many_changes_are_one_line(recorded, count, lines):
    for number in range(count):
        recorded.write(f"workflow/scripts/new{number}.py", "")
    faults, notes = recorded.audit()
    assert (faults, len(notes)) == ([], lines)
    if lines == 1:
        assert notes[0].startswith("workflow: 6 files differ from the recorded ones (workflow/")
        assert "new2.py and 3 more); no result's code or data" in notes[0]


def test_a_folder_whose_recorded_state_nobody_has(recorded):
    recorded.append("workflow/scripts/unused.py", "print(1)\n")
    shutil.rmtree(recorded.root / ".git")
    assert recorded.audit()[1] == [
        "workflow: not all as recorded, which files git cannot say; no result's code is among them"
    ]


def test_a_changed_command_is_looked_for_in_the_changed_rules(recorded):
    recorded.planned("rule implementation changed", LAW)
    what = "the command of rule fit is not the one that made its results"
    other = "or `snakemake --forcerun fit` and `scalinglaws record`"
    assert recorded.audit()[0] == [f"workflow/rules: {what}; take the change back, {other}"]
    recorded.append("Snakefile", "# words\n")
    assert recorded.audit()[0] == [f"workflow/rules: {what}; take the change back, {other}"]
    path = "workflow/rules/a.smk"
    recorded.append(path, "# words\n")
    line = f"{path}: {what}; `git checkout HEAD -- {path}`, {other}"
    assert recorded.audit()[0] == [line]
    recorded.write("workflow/rules/b.smk", "if small:\n    rule fit:\n        shell: 'fit'\n")
    assert recorded.audit()[0] == [line], "the first of two files that define it"


PINS = "requirements.lock"


@pytest.mark.parametrize(
    ("text", "fault", "note"),
    [
        ("numpy==2.0\nsnakemake==9.27.1\n", "numpy 1.0 -> 2.0", None),
        ("numpy==2.0\nsnakemake==9.27.1\npandas==3\n", "numpy 1.0 -> 2.0, pandas absent", None),
        ("snakemake==9.27.1\n", "numpy 1.0 -> absent", None),
        (
            "numpy==1.0\nsnakemake==9.27.1\npandas==3\n",
            None,
            "more packages than the results were made with: pandas absent -> 3",
        ),
        (
            "# words\nnumpy==1.0\nsnakemake==9.27.1\n",
            None,
            "reworded since the results were made; the pins are the same",
        ),
    ],
)
def test_other_packages(recorded, text, fault, note):
    recorded.write(PINS, text)
    faults, notes = recorded.audit()
    assert notes == ([f"{PINS}: {note}"] if note else [])
    made_with = f"{PINS}: the results were made with other packages: {fault}"
    assert [line[: len(made_with)] for line in faults] == ([made_with] if fault else [])


def test_packages_that_are_not_listed_any_more(recorded):
    recorded.remove(PINS)
    [line] = recorded.audit()[0]
    assert "numpy 1.0 -> absent, snakemake 9.27.1 -> absent; `git checkout HEAD" in line


def test_packages_that_were_committed_after_the_ledger(recorded):
    recorded.write(PINS, "numpy==2.0\nsnakemake==9.27.1\n")
    recorded.commit("other packages")
    [line] = recorded.audit()[0]
    assert line.startswith(f"{PINS}: the results were made with other packages: numpy 1.0 -> 2.0")
