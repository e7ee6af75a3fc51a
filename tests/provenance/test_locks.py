"""A stale lock of Snakemake is cleared only when its owner is dead."""

import subprocess
import sys

from scalinglaws.provenance.locks import clear_stale_locks


def lock(root):
    path = root / ".snakemake/locks/0.input.lock"
    path.parent.mkdir(parents=True)
    path.write_text("results")
    return path


def test_no_lock(tmp_path):
    assert clear_stale_locks(tmp_path) == "no lock"


def test_the_lock_of_a_dead_owner_is_cleared(tmp_path):
    path = lock(tmp_path)
    assert "cleared" in clear_stale_locks(tmp_path)
    assert not path.exists()


def test_the_lock_of_a_living_owner_stays(tmp_path):
    path = lock(tmp_path)
    program = tmp_path / "snakemake"
    program.write_text("import sys; print('up', flush=True); sys.stdin.read()")
    owner = subprocess.Popen(
        [sys.executable, str(program)],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert owner.stdout.readline() == "up\n"
        assert f"process {owner.pid}" in clear_stale_locks(tmp_path)
        assert path.exists()
    finally:
        owner.communicate("")
    assert "cleared" in clear_stale_locks(tmp_path)
