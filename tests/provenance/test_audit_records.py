"""Snakemake's records, its marks of interrupted jobs, and its plan."""

import shutil
from dataclasses import replace

import pytest
from recorded import AGAIN, FIGURE, LAW, RUNS, TEXT

from scalinglaws.errors import UserError
from scalinglaws.provenance.audit.evidence import gather
from scalinglaws.provenance.audit.made_from import check_made_from
from scalinglaws.provenance.audit.run import summary
from scalinglaws.provenance.hashing import Hashes
from scalinglaws.provenance.records import FOLDER, record_name


def restored(path):
    return f"`rm {record_name(path)} && dvc checkout {record_name(path)}`"


def test_a_missing_record(recorded):
    recorded.remove(record_name(LAW))
    what = "nothing says what made it: its record is missing"
    assert recorded.audit() == ([f"{LAW}: {what}; `dvc checkout {record_name(LAW)}`"], [])


def test_a_missing_record_of_which_there_is_no_copy(recorded):
    """A date that is current would keep Snakemake from making the file, and its record, again."""
    recorded.remove(record_name(LAW))
    shutil.rmtree(recorded.root / ".dvc/cache")
    (fault,) = [line for line in recorded.audit()[0] if line.startswith(f"{LAW}: ")]
    assert fault.endswith(f"its record is missing; `rm {LAW}`, {AGAIN}")


def test_a_record_that_cannot_be_read(recorded):
    recorded.write(record_name(LAW), "{")
    what = f"no record of Snakemake: the record of {LAW} cannot be read"
    assert recorded.audit() == ([f"{record_name(LAW)}: {what}; {restored(LAW)}"], [])


def test_a_file_among_the_records(recorded):
    recorded.write(f"{FOLDER}/hello", "{}")
    what = "no record of Snakemake: its name is no record's"
    assert recorded.audit()[0] == [f"{FOLDER}/hello: {what}; `rm {FOLDER}/hello`"]


def test_no_records(recorded):
    shutil.rmtree(recorded.root / FOLDER)
    what = "no records here, so nothing says what made the results"
    assert recorded.audit() == ([f"{FOLDER}: {what}; `dvc checkout --force {FOLDER}`"], [])


def test_a_record_of_what_nobody_declares(recorded):
    path = "results/small/old.json"
    recorded.write_record(path, "fit", RUNS, None)
    name = record_name(path)
    what = f"a record of {path}, which no study declares"
    assert recorded.audit()[0] == [f"{name}: {what}; `rm {name}`"]


def test_records_of_other_studies_are_their_own_matter(recorded):
    recorded.write_record("results/mine/a.json", "fit", RUNS, None)
    recorded.write(record_name("results/mine/b.json"), "{")
    assert recorded.audit() == ([], [])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"params": ["{'steps': 61}"]}, "parameters"),
        ({"rule": "other", "shellcmd": "x"}, "rule, command"),
        ({"input": [], "log": ["l"]}, "inputs, log"),
        ({"code": "x"}, "rule's text"),
        ({"incomplete": True}, "completeness"),
    ],
)
def test_an_edited_record_accuses_no_other_file(recorded, changes, words):
    recorded.edit_record(LAW, **changes)
    what = f"its record is not the ledger's ({words}), its bytes are"
    assert recorded.audit() == ([f"{LAW}: {what}; {restored(LAW)}, or {AGAIN}"], [])


def test_without_the_recorded_records_the_folder_is_named(recorded):
    recorded.edit_record(LAW, code="x")
    shutil.rmtree(recorded.root / ".dvc/cache")
    what = "not the recorded records; which changed cannot be said without DVC's cache"
    assert recorded.audit()[0][0].startswith(f"{FOLDER}: {what}; `dvc fetch` and audit again")


def test_equal_bytes_made_again_are_a_note(recorded):
    recorded.edit_record(LAW, starttime=3000.0, endtime=3001.0)
    what = f"1 file made again with equal bytes ({LAW}); `scalinglaws record` takes the new times"
    assert recorded.audit() == ([], [f"{FOLDER}: {what}"])


def faults_of_records(recorded):
    return [str(finding) for finding in check_made_from(gather(recorded.root))]


def test_an_interrupted_job(recorded):
    recorded.edit_record(LAW, incomplete=True)
    assert faults_of_records(recorded) == [
        f"{LAW}: its job was interrupted; `snakemake` does it again"
    ]


def test_readers_that_read_other_bytes(recorded):
    sums = {path: f"sha256:{'0' * 64}" for path in RUNS}
    recorded.edit_record(LAW, input_checksums=sums)
    lines = [f"{p}: not what fit (1 job) read: a mixed state; `touch {p}`, {AGAIN}" for p in RUNS]
    assert faults_of_records(recorded) == lines
    recorded.edit_record(LAW, input_checksums={})
    assert faults_of_records(recorded) == [], "what was not taken accuses nobody"


def test_files_of_one_job_that_were_read_otherwise_are_one_line(recorded):
    for path in RUNS:
        recorded.write_record(path, "train", [TEXT], None, log="one")
    recorded.edit_record(LAW, input_checksums={path: f"sha256:{'0' * 64}" for path in RUNS})
    what = "with 1 file beside it not what fit (1 job) read: a mixed state"
    assert faults_of_records(recorded) == [f"{RUNS[0]}: {what}; `touch {RUNS[0]}`, {AGAIN}"]


def test_one_job_with_two_readings(recorded):
    """Both runs read the same text; one read it otherwise, in a job of its own."""
    recorded.edit_record(RUNS[0], input_checksums={TEXT: f"sha256:{'0' * 64}"})
    what = "not what train (1 job) read: a mixed state"
    assert faults_of_records(recorded) == [f"{TEXT}: {what}; `touch {TEXT}`, {AGAIN}"]


def test_files_of_one_job_that_disagree(recorded):
    """Two outputs with one log are one job, and have one account of it."""
    for path in (*RUNS, FIGURE):
        recorded.write_record(path, "train", [TEXT], None, log="one")
    recorded.edit_record(RUNS[1], params=["{'steps': 61}"])
    what = "its record and those of the same job (train) disagree"
    assert faults_of_records(recorded) == [f"{RUNS[1]}: {what}; `rm {RUNS[1]}`, {AGAIN}"]


def test_a_source_that_a_job_read(recorded):
    recorded.write("own/notes.txt", "mine")
    recorded.write_record(LAW, "fit", (*RUNS, "own/notes.txt"), None)
    recorded.append("own/notes.txt", "more")
    [line] = faults_of_records(recorded)
    assert line.startswith("own/notes.txt: changed: fit (1 job) read other bytes of it; ")
    recorded.remove("own/notes.txt")
    [line] = faults_of_records(recorded)
    assert line.startswith("own/notes.txt: not here, and fit (1 job) read it; restore it")


def test_a_mark_of_an_interrupted_job(recorded):
    name = record_name(LAW).rpartition("/")[2]
    recorded.write(f".snakemake/incomplete/{name}", "")
    recorded.write(".snakemake/incomplete/hello", "")
    line = f"{LAW}: its job was interrupted; `snakemake` does it again"
    assert recorded.audit() == ([line], [])


def test_the_lock_of_a_killed_snakemake(recorded):
    recorded.write(".snakemake/locks/0.lock", "")
    what = "the lock of a snakemake that was killed; `scalinglaws unlock` clears it"
    assert recorded.audit() == ([], [f".snakemake/locks: {what}"])


def test_the_plan_has_the_last_word(recorded):
    recorded.planned("updated input files", LAW, FIGURE)
    left = "jobs are left to be done (fit: 1, figure: 1); run `snakemake`"
    assert recorded.audit()[0] == [f"Snakefile: {left}"]
    recorded.append(LAW, "x")
    assert [line.partition(":")[0] for line in recorded.audit()[0]] == [LAW], "explained by a fault"


def test_a_plan_that_fails(recorded):
    recorded.error = "no rule makes what is wanted"
    line = "Snakefile: snakemake cannot plan: no rule makes what is wanted; mend that first"
    assert recorded.audit()[0] == [line]
    recorded.error = f"Missing input files: {LAW}"
    recorded.append(LAW, "x")
    assert [line.partition(":")[0] for line in recorded.audit()[0]] == [LAW], "explained by a fault"


def test_a_run_under_way_is_not_audited(recorded, monkeypatch):
    monkeypatch.setattr("scalinglaws.provenance.audit.run.living_snakemake", lambda root: 17)
    with pytest.raises(UserError, match=r"a snakemake \(process 17\) works in this folder"):
        recorded.audit()


def test_the_summary_counts(recorded):
    evidence = gather(recorded.root)
    commit = recorded.git("rev-parse", "HEAD")[:10]
    assert summary([], evidence).endswith(
        f"6 records read: everything is as the ledger of commit {commit} says"
    )
    # Whole megabytes, of a million bytes each.
    sizes = {"a": Hashes("", "", 2_000_000), "b": Hashes("", "", 499_999)}
    text = summary([], replace(evidence, hashes=sizes))
    assert text.startswith("2 files (2 MB) hashed, 6 records read: ")
    recorded.append(LAW, "x")
    findings = list(check_made_from(gather(recorded.root)))
    assert summary(findings, evidence).endswith(f": 1 fault against the ledger of commit {commit}")
