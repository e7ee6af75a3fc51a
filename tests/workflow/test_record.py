"""The gate of the ledger: what is finished and whole is recorded, anything else is refused."""

import os
import subprocess
import sys

import pytest
from acts import STUDY, age, flip, runs

pytestmark = pytest.mark.workflow


def refused(clone):
    """The reason for which nothing is recorded; dvc.lock stays as it was."""
    before = (clone.path / "dvc.lock").read_bytes()
    done = clone.scalinglaws("record", check=False)
    assert done.returncode == 1, done.stdout
    assert (clone.path / "dvc.lock").read_bytes() == before
    return done.stdout


def test_a_result_changed_by_hand_is_refused(clone):
    flip(clone.path / f"{STUDY}/figures/figure_06.png")
    assert clone.planned() == {}, "Snakemake does not look at the bytes of a last result"
    assert f"not recorded: {STUDY}/figures/figure_06.png: changed" in refused(clone)


def test_a_mixed_state_is_refused_though_its_times_look_right(clone):
    score = sorted((clone.path / STUDY / "scores").glob("*"))[0]
    flip(score)
    age(score)
    assert clone.planned() == {}, "an older time hides the change from Snakemake"
    reason = refused(clone)
    assert (
        f"not recorded: {score.relative_to(clone.path).as_posix()}: not what gather (1 job) read"
        in reason
    )


def test_a_partial_run_is_refused_and_a_whole_one_recorded(clone):
    clone.edit("config/config.yaml", "main_tokens: ", "main_tokens: 512 # ")
    clone.snakemake(
        sorted((clone.path / STUDY / "scores").glob("*"))[0].relative_to(clone.path).as_posix()
    )
    assert "not recorded: jobs are left to be done (evaluate: 3" in refused(clone)
    clone.snakemake()
    assert "recorded" in clone.scalinglaws("record").stdout
    clone.commit("fewer tokens")
    assert "fault" not in clone.scalinglaws("audit").stdout


def test_dvc_repro_runs_and_records(clone):
    clone.edit("config/config.yaml", "main_tokens: ", "main_tokens: 512 # ")
    clone.run("dvc", "repro")
    clone.commit("fewer tokens")
    assert clone.planned() == {}
    assert "fault" not in clone.scalinglaws("audit").stdout
    assert "recorded" in clone.scalinglaws("record").stdout


def test_within_dvc_repro_it_only_checks(clone):
    call = [sys.executable, "-c", "from scalinglaws.cli import main; main()", "record"]
    environment = os.environ | {
        "DVC_STAGE": "reproduce",
        "PYTHONPATH": str(clone.path / "workflow"),
    }
    done = subprocess.run(call, cwd=clone.path, env=environment, capture_output=True, text=True)
    assert done.stdout == "checked; `dvc repro` records it\n", done.stderr
    runs(clone)[0].unlink()
    done = subprocess.run(call, cwd=clone.path, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "not recorded: jobs are left to be done" in done.stderr


@pytest.mark.parametrize("part", [0.0, 0.5])
def test_half_a_ledger_is_told_or_written_anew(clone, part):
    """What a kill leaves while dvc.lock is written: DVC writes it in place."""
    lock = clone.path / "dvc.lock"
    whole = lock.read_bytes()
    lock.write_bytes(whole[: int(part * len(whole))])
    done = clone.scalinglaws("record", check=False)
    if done.returncode:
        said = "error: dvc.lock: cannot be read; `git checkout HEAD -- dvc.lock` restores it"
        assert done.stdout.startswith(said)
        clone.run("git", "checkout", "HEAD", "--", "dvc.lock")
        clone.scalinglaws("record")
    assert lock.read_bytes() == whole
