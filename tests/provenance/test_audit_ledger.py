"""dvc.lock itself, and the files that say what it covers."""

import pytest
from recorded import AGAIN, FIGURE, LAW

from scalinglaws.provenance.hashing import hash_file

LOCK = "dvc.lock"
CHECKOUT = f"`git checkout HEAD -- {LOCK}`"


def falsify(recorded, path):
    """Another hash of a file in the lock."""
    md5 = hash_file(recorded.root / path).md5
    recorded.write(LOCK, recorded.read(LOCK).replace(md5, "0" * 32))


def test_a_lock_that_is_gone(recorded):
    recorded.remove(LOCK)
    what = "not here: nothing says what the results were"
    assert recorded.audit() == ([f"{LOCK}: {what}; {CHECKOUT}"], [])


def test_a_lock_that_was_never_written(recorded):
    recorded.git("rm", "--quiet", LOCK)
    recorded.git("commit", "--quiet", "--amend", "--message", "no ledger")
    assert recorded.audit()[0][0].endswith("; `scalinglaws record` writes it")


def test_a_lock_that_was_never_committed(recorded):
    recorded.git("rm", "--quiet", "--cached", LOCK)
    recorded.git("commit", "--quiet", "--amend", "--message", "no ledger")
    assert recorded.audit()[0] == [f"{LOCK}: not committed; `git add {LOCK}` and commit it"]


def test_half_a_lock(recorded):
    recorded.write(LOCK, "stages: [")
    assert recorded.audit() == ([f"{LOCK}: cannot be read; {CHECKOUT}"], [])


def test_an_edited_lock_accuses_no_file(recorded):
    falsify(recorded, FIGURE)
    what = f"edited: its entries for {FIGURE} are not the committed ones, the files are"
    assert recorded.audit() == ([f"{LOCK}: {what}; {CHECKOUT}"], [])


def test_an_edited_parameter(recorded):
    recorded.write(LOCK, recorded.read(LOCK).replace("steps: 60", "steps: 61"))
    what = "edited: its entries for config/config.yaml are not the committed ones, the files are"
    assert recorded.audit() == ([f"{LOCK}: {what}; {CHECKOUT}"], [])


def test_an_edited_and_committed_lock(recorded):
    before = recorded.git("rev-parse", "HEAD")[:10]
    falsify(recorded, FIGURE)
    recorded.commit("falsified")
    what = f"its entries for {FIGURE} are not what is there, those of {before} are"
    mend = f"`git checkout {before} -- {LOCK}`, or restore the files"
    assert recorded.audit() == ([f"{LOCK}: {what}; {mend}"], [])


def test_a_changed_file_beside_two_ledgers(recorded):
    """The lock before the last one knows other bytes too: the file is at fault, not the lock."""
    recorded.write("requirements.lock", "numpy==1.0\nsnakemake==9.27.1\n# words\n")
    recorded.record_again()
    recorded.append(LAW, "x")
    [line] = recorded.audit()[0]
    assert line.startswith(f"{LAW}: changed since it was recorded, and by no job")


def test_a_new_lock_that_is_not_committed(recorded):
    recorded.write(FIGURE, "new")
    recorded.write_record(FIGURE, "figure", [LAW], None, starttime=2000.0, endtime=2001.0)
    recorded.write_lock()
    mend = f"commit it if `record` wrote it, else {CHECKOUT}"
    assert recorded.audit() == ([f"{LOCK}: not committed; {mend}"], [])


def test_a_lock_that_lacks_an_output(recorded):
    text = recorded.read("dvc.yaml")
    line = f"      - {FIGURE}: {{persist: true, cache: false}}\n"
    recorded.write("dvc.yaml", text.replace(line, ""))
    recorded.record_again()
    recorded.write("dvc.yaml", text)
    [line] = recorded.audit()[0]
    assert line == f"{LOCK}: has no entry for {FIGURE}; `scalinglaws record` writes it"


@pytest.mark.parametrize("name", ["dvc.yaml", ".dvcignore"])
def test_what_the_ledger_covers_is_generated(recorded, name):
    text = recorded.read(name)
    recorded.append(name, "x: 1\n")
    what = "not what code and configuration give; `scalinglaws generate` writes it anew"
    assert recorded.audit() == ([f"{name}: {what}"], [])
    recorded.write(name, f"{text}# words\n")
    faults, notes = recorded.audit()
    laid_out = "dvc.yaml: laid out otherwise than generated; `scalinglaws generate`"
    expected = ([], [laid_out]) if name == "dvc.yaml" else ([f"{name}: {what}"], [])
    assert (faults, notes) == expected
    recorded.remove(name)
    assert recorded.audit()[0] == [f"{name}: not here; `scalinglaws generate` writes it"]


def test_an_earlier_ledger_that_is_none(recorded):
    recorded.write(LOCK, "stages: [")
    recorded.commit("half")
    recorded.record_again()
    recorded.append(LAW, "x")
    assert [line.partition(":")[0] for line in recorded.audit()[0]] == [LAW]
    assert AGAIN not in recorded.audit()[0][0]
