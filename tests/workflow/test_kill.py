"""kill -9 of Snakemake and of trainers: the next run ends with the bytes of an undisturbed one."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.workflow


def start(clone):
    """Snakemake in the background; its output goes to a file."""
    environment = os.environ | {"PYTHONPATH": str(clone.path / "workflow")}
    return subprocess.Popen(
        [str(Path(sys.executable).with_name("snakemake")), "--cores", "2"],
        cwd=clone.path,
        env=environment,
        stdout=open(clone.path / "killed.log", "a"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def wait_for(condition, what):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, f"waited too long for {what}"
        time.sleep(0.02)


def trainers(clone, since=0.0):
    """Processes that train in the clone and started after a moment."""
    found = []
    for process in psutil.process_iter():
        try:
            if "workflow/scripts/train.py" in process.cmdline()[1:2] and (
                Path(process.cwd()).resolve() == clone.path.resolve()
                and process.create_time() >= since
            ):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def finish(clone):
    """What `make` does: clear a stale lock, run again."""
    clone.scalinglaws("unlock")
    return clone.snakemake()


@pytest.fixture
def slow(clone):
    """The micro study with runs of a few seconds and a checkpoint every moment."""
    clone.edit("config/config.yaml", "steps: 60", "steps: 1500")
    clone.edit("config/config.yaml", "checkpoint_seconds: 60", "checkpoint_seconds: 0.2")
    return clone


def test_killed_at_several_moments(slow, tmp_path):
    undisturbed = type(slow)(tmp_path / "undisturbed")
    slow.run("cp", "--archive", str(slow.path), str(undisturbed.path))
    undisturbed.snakemake()
    checkpoints = slow.path / "scratch"

    # 1. Snakemake alone dies in the middle of training; its trainers live on.
    snakemake = start(slow)
    wait_for(lambda: any(checkpoints.glob("*.pt")), "a checkpoint")
    os.kill(snakemake.pid, signal.SIGKILL)
    snakemake.wait()
    assert trainers(slow), "a killed Snakemake leaves its trainers alive"

    # 2. Started again beside the old trainers, then a trainer dies with a checkpoint on disk.
    assert "cleared" in slow.scalinglaws("unlock").stdout
    restarted = time.time()
    snakemake = start(slow)
    wait_for(lambda: trainers(slow, restarted) and any(checkpoints.glob("*.pt")), "new trainers")
    for process in trainers(slow):
        process.kill()
    snakemake.wait(timeout=120)

    # 3. Everything dies at once, while a run is being written or just after.
    slow.scalinglaws("unlock")
    runs = slow.path / "results/micro/runs"
    done = len(list(runs.glob("*S1500*.parquet")))
    snakemake = start(slow)
    wait_for(lambda: len(list(runs.glob("*S1500*.parquet"))) > done, "another finished run")
    os.killpg(snakemake.pid, signal.SIGKILL)
    snakemake.wait()

    output = finish(slow)
    assert slow.planned() == {}
    assert "goes on from step" in output + (slow.path / "killed.log").read_text()
    wanted, got = undisturbed.bytes_of("results/**/*"), slow.bytes_of("results/**/*")
    assert [name for name in wanted if got.get(name) != wanted[name]] == []
    assert set(got) == set(wanted)
    assert not list(checkpoints.glob("*.pt")), "checkpoints of finished runs are removed"
