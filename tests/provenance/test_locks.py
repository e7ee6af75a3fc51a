"""A stale lock of Snakemake is cleared only when its owner is dead."""

import subprocess
import sys
from contextlib import contextmanager
from types import SimpleNamespace

import psutil
import pytest

from scalinglaws.provenance.locks import clear_stale_locks, living_snakemake


def lock(root):
    path = root / ".snakemake/locks/0.input.lock"
    path.parent.mkdir(parents=True)
    path.write_text("results")
    return path


@contextmanager
def running(root, name, *arguments):
    """A Python program of this name that works in a folder until the block ends."""
    program = root / name
    program.write_text("import sys; print('up', flush=True); sys.stdin.read()")
    process = subprocess.Popen(
        [sys.executable, str(program), *arguments],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout.readline() == "up\n"
        yield process
    finally:
        process.communicate("")


def test_no_lock(tmp_path):
    assert clear_stale_locks(tmp_path) == "no lock"


def test_the_lock_of_a_dead_owner_is_cleared(tmp_path):
    path = lock(tmp_path)
    assert "cleared" in clear_stale_locks(tmp_path)
    assert not path.exists()


def test_the_lock_of_a_living_owner_stays(tmp_path):
    path = lock(tmp_path)
    with running(tmp_path, "snakemake") as owner:
        assert f"process {owner.pid}" in clear_stale_locks(tmp_path)
        assert path.exists()
    assert "cleared" in clear_stale_locks(tmp_path)


def test_a_program_that_is_only_told_of_snakemake_owns_no_lock(tmp_path):
    path = lock(tmp_path)
    with running(tmp_path, "search.py", "for", "snakemake"):
        assert "cleared" in clear_stale_locks(tmp_path)
    assert not path.exists()


@pytest.mark.parametrize(
    "error",
    [psutil.NoSuchProcess(1), psutil.AccessDenied(1), psutil.ZombieProcess(1), OSError("no")],
)
def test_a_process_that_cannot_be_looked_at_is_passed_over(tmp_path, monkeypatch, error):
    """It ended meanwhile, or is another user's: the owner may come after it."""

    def refuse():
        raise error

    closed = SimpleNamespace(cmdline=lambda: ["snakemake"], cwd=refuse)
    owner = SimpleNamespace(cmdline=lambda: ["snakemake"], cwd=lambda: str(tmp_path), pid=17)
    monkeypatch.setattr(psutil, "process_iter", lambda: [closed, owner])
    assert living_snakemake(tmp_path) == 17
    monkeypatch.setattr(psutil, "process_iter", lambda: [closed])
    assert living_snakemake(tmp_path) is None
