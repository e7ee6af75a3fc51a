"""What no study declares is found and removed; what a trainer holds is left alone."""

import fcntl

import pytest

from scalinglaws.products import products
from scalinglaws.provenance.prune import find_idle_checkpoints, find_orphans, remove
from scalinglaws.provenance.records import record_file
from scalinglaws.study import load_study


@pytest.fixture
def study(root):
    return load_study("micro", root)


def touch(root, name):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def test_only_undeclared_files_are_orphans(study, tmp_path):
    for name in products(study):
        touch(tmp_path, name)
    touch(tmp_path, "results/micro/report.html")
    assert find_orphans(tmp_path, [study]) == []
    orphans = ["results/micro/old/note.txt", "results/micro/runs/transformer-L9-old.parquet"]
    for name in orphans:
        touch(tmp_path, name)
        touch(tmp_path, record_file(tmp_path, name))
    assert find_orphans(tmp_path, [study]) == orphans
    remove(tmp_path, orphans)
    assert find_orphans(tmp_path, [study]) == []
    assert not any(record_file(tmp_path, name).exists() for name in orphans)
    assert all((tmp_path / name).exists() for name in products(study))


def test_checkpoints_in_use_stay(tmp_path):
    held, idle = ("transformer-L1-a", "transformer-L1-b")
    for name in (held, idle):
        for ending in (".pt", ".lock"):
            touch(tmp_path, f"scratch/{name}{ending}")
    touch(tmp_path, f"scratch/.{idle}.pt.77.partial")
    touch(tmp_path, "scratch/kernels/a.so")  # no checkpoint: a build that costs half a minute
    with open(tmp_path / f"scratch/{held}.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = find_idle_checkpoints(tmp_path)
    assert sorted(found) == [
        f"scratch/.{idle}.pt.77.partial",
        f"scratch/{idle}.lock",
        f"scratch/{idle}.pt",
    ]


def test_a_checkpoint_without_a_lock_is_nobodys(tmp_path):
    touch(tmp_path, "scratch/transformer-L1-a.pt")
    assert find_idle_checkpoints(tmp_path) == ["scratch/transformer-L1-a.pt"]
