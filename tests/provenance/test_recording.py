"""What `record` refuses, and what it does with a DVC of our own making."""

import shlex
import sys

import pytest
from recorded import FIGURE, LAW, RUNS

from scalinglaws.errors import UserError
from scalinglaws.provenance import record as module
from scalinglaws.provenance.hashing import hash_file

PAGE = "docs/page.md"


@pytest.fixture
def recorded(recorded, tmp_path, monkeypatch):
    """The project, with a `dvc` that writes its call down and does nothing."""
    monkeypatch.setattr(module, "check_frame", lambda root: None)
    monkeypatch.setattr(module, "write_pages", lambda root: [PAGE])
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin/python"))
    monkeypatch.delenv("DVC_STAGE", raising=False)
    recorded.calls = tmp_path / "calls.txt"
    install_dvc(recorded, "")
    return recorded


def install_dvc(recorded, commands):
    """A program in DVC's place that runs shell commands in the project."""
    program = recorded.root.parent / "bin/dvc"
    program.parent.mkdir(exist_ok=True)
    calls = shlex.quote(str(recorded.calls))
    program.write_text(f'#!/bin/sh\necho "$@" >> {calls}\n{commands}\n')
    program.chmod(0o755)


def refused(recorded):
    with pytest.raises(UserError) as error:
        module.record(recorded.root)
    return str(error.value)


def test_a_finished_state_is_committed(recorded):
    lines = module.record(recorded.root)
    assert recorded.calls.read_text() == "commit --force reproduce\n"
    assert lines == [
        f"wrote {PAGE}",
        "recorded 6 files in dvc.lock; commit dvc.lock to git to publish it",
    ]


def test_within_dvc_itself_it_only_checks(recorded, monkeypatch):
    monkeypatch.setenv("DVC_STAGE", "reproduce")
    assert module.record(recorded.root) == ["checked; `dvc repro` records it"]
    assert not recorded.calls.exists()


def test_an_unfinished_state_is_refused(recorded):
    recorded.planned("missing", LAW, FIGURE)
    assert refused(recorded) == (
        "not recorded: jobs are left to be done (fit: 1, figure: 1); run `snakemake` first"
    )
    assert not recorded.calls.exists()


def test_a_plan_that_fails_is_told(recorded):
    recorded.error = "no such rule"
    assert refused(recorded) == "not recorded: snakemake cannot plan: no such rule"


def test_a_running_snakemake_is_waited_for(recorded, monkeypatch):
    monkeypatch.setattr(module, "living_snakemake", lambda root: 17)
    assert refused(recorded).startswith("a snakemake (process 17) works here")


def test_a_mixed_state_is_refused(recorded):
    sums = {path: f"sha256:{'0' * 64}" for path in RUNS}
    recorded.edit_record(LAW, input_checksums=sums)
    message = refused(recorded)
    assert message.startswith(f"not recorded: {RUNS[0]}: not what fit (1 job) read: a mixed state;")
    assert message.endswith(" (1 reason more like it)")
    assert not recorded.calls.exists()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (FIGURE, "changed since it was recorded, and by no job"),
        ("results/small/old.json", "an orphan: no study declares it"),
    ],
)
def test_a_state_that_no_job_made_is_refused(recorded, path, words):
    recorded.write(path, "by hand")
    message = refused(recorded)
    assert message.startswith(f"not recorded: {path}: {words}; ")
    assert "more like it" not in message


def test_an_interrupted_job_is_refused(recorded):
    recorded.write(f".snakemake/incomplete/{'cmVzdWx0cy9zbWFsbC9sYXdzL2EuanNvbg=='}", "")
    assert refused(recorded).startswith(f"not recorded: {LAW}: its job was interrupted")


def test_a_dvc_that_fails_is_told(recorded):
    install_dvc(recorded, "echo out; echo the disk is full >&2; exit 3")
    assert refused(recorded) == "dvc commit failed: the disk is full"
    install_dvc(recorded, "echo out; exit 3")
    assert refused(recorded) == "dvc commit failed: out"


def test_a_file_that_changes_meanwhile_is_told(recorded):
    md5 = hash_file(recorded.root / FIGURE).md5
    install_dvc(recorded, f"sed -i s/{md5}/{'0' * 32}/ dvc.lock")
    message = refused(recorded)
    assert message == f"{FIGURE}: changed while it was recorded; run `scalinglaws record`"
