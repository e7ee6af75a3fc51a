"""Results with other bytes than the recorded ones, missing, swapped, or in nobody's list."""

import os
import shutil

import pytest
from recorded import AGAIN, FIGURE, LAW, RAW, RUNS, TEXT


def test_nothing_is_said_of_what_nobody_touched(recorded):
    assert recorded.audit() == ([], [])


def test_a_changed_file_that_git_has(recorded):
    recorded.append(FIGURE, "x")
    what = "changed since it was recorded, and by no job"
    assert recorded.audit()[0] == [f"{FIGURE}: {what}; `git checkout HEAD -- {FIGURE}`"]
    os.utime(recorded.root / FIGURE, (1000, 1000))
    what += "; its time does not show it"
    assert recorded.audit()[0] == [f"{FIGURE}: {what}; `git checkout HEAD -- {FIGURE}`"]


def test_a_changed_file_that_the_cache_has(recorded):
    """Named once, though its reader read other bytes too."""
    recorded.append(TEXT, "x")
    what = "changed since it was recorded, and by no job"
    assert recorded.audit()[0] == [f"{TEXT}: {what}; `rm {TEXT} && dvc checkout {TEXT}`"]


def test_an_emptied_file(recorded):
    recorded.write(FIGURE, "")
    what = "emptied since it was recorded"
    assert recorded.audit()[0] == [f"{FIGURE}: {what}; `git checkout HEAD -- {FIGURE}`"]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (RAW, f"{RAW}: not here; `dvc checkout {RAW}`"),
        (RUNS[0], f"{RUNS[0]}: missing; `dvc checkout {RUNS[0]}`"),
        (FIGURE, f"{FIGURE}: not here; `git checkout HEAD -- {FIGURE}`"),
    ],
)
def test_a_missing_file(recorded, path, line):
    recorded.remove(path)
    assert recorded.audit() == ([line], [])


def test_a_missing_folder(recorded):
    shutil.rmtree(recorded.root / "results/small/runs")
    mend = "`dvc checkout --force results/small/runs`"
    assert recorded.audit()[0] == [f"results/small/runs: not here (2 files); {mend}"]


def test_a_missing_folder_that_no_cache_has(recorded):
    shutil.rmtree(recorded.root / ".dvc/cache")
    for path in ("results/small/runs", "results/small/laws"):
        shutil.rmtree(recorded.root / path)
    assert recorded.audit()[0] == [
        "results/small/runs: not here (2 files); `dvc pull results/small/runs`, or `snakemake`",
        "results/small/laws: not here (1 file); `git checkout HEAD -- results/small/laws`",
    ]


def test_swapped_files(recorded):
    one, two = RUNS
    texts = recorded.read(one), recorded.read(two)
    recorded.write(one, texts[1])
    recorded.write(two, texts[0])
    assert recorded.audit()[0] == [
        f"{one}: holds the bytes of {two}: swapped; `rm {one} && dvc checkout {one}`",
        f"{two}: holds the bytes of {one}: swapped; `rm {two} && dvc checkout {two}`",
    ]


def test_without_the_recorded_state_the_folder_is_named(recorded):
    shutil.rmtree(recorded.root / ".dvc/cache")
    recorded.append(RUNS[1], "x")
    faults, _ = recorded.audit()
    assert faults[0].startswith("results/small/runs: not the recorded bytes of its 2 files; which")
    assert faults[1:] == [
        f"{RUNS[1]}: not what fit (1 job) read: a mixed state; `touch {RUNS[1]}`, {AGAIN}"
    ]


def test_a_damaged_cache_restores_nothing(recorded):
    for file in (recorded.root / ".dvc/cache").rglob("*"):
        if file.is_file() and file.suffix != ".dir":
            file.write_text("damaged")
    recorded.append(LAW, "x")
    assert recorded.audit()[0][0].endswith(f"; `git checkout HEAD -- {LAW}`")


def test_files_that_nobody_declares(recorded):
    recorded.write("results/small/old.json", "")
    recorded.write("results/small/laws/b.json", "")
    recorded.write("results/small/runs/.r9.partial", "")
    recorded.write("results/paper/old.json", "")
    orphan = "an orphan: no study declares it"
    assert recorded.audit()[0] == [
        f"results/paper/old.json: {orphan}; `scalinglaws prune --study paper` removes it",
        f"results/small/laws/b.json: {orphan}; `scalinglaws prune` removes it",
        f"results/small/old.json: {orphan}; `scalinglaws prune` removes it",
        "results/small/runs/.r9.partial: half-written by a killed job; "
        "`scalinglaws prune` removes it",
    ]


def test_a_report_is_no_orphan(recorded):
    recorded.write("results/small/report.html", "")
    assert recorded.audit() == ([], [])


def test_recorded_raw_text_that_the_catalogue_does_not_declare(recorded):
    recorded.write(RAW, "other tales")
    recorded.record_jobs()
    recorded.record_again()
    what = "not the text that config/corpora.yaml declares"
    assert recorded.audit()[0] == [f"{RAW}: {what}; `rm {RAW}`, {AGAIN}"]


def test_a_file_made_anew(recorded):
    recorded.write(LAW, "new")
    recorded.write_record(LAW, "fit", RUNS, None, starttime=2000.0, endtime=2001.0)
    assert recorded.audit()[0] == [f"{LAW}: made anew by fit since it was recorded; {AGAIN}"]
