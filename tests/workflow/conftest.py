"""The finished clone that the tests of this room share, and copies of it that a test may change."""

import pytest
from clones import Clone, finished_clone
from filelock import FileLock


@pytest.fixture(scope="session")
def finished(tmp_path_factory, worker_id) -> Clone:
    """A clone in which the micro study was run, recorded and committed. Do not change it.

    Of several workers the first makes it and the others wait; each has a copy of its own.
    """
    own = tmp_path_factory.mktemp("clone") / "clone"
    if worker_id == "master":  # no workers
        return finished_clone(own)
    shared = tmp_path_factory.getbasetemp().parent / "finished"
    with FileLock(f"{shared}.lock"):
        made = shared if shared.exists() else finished_clone(own).path.rename(shared)
    return Clone(made).copy(own)


@pytest.fixture
def clone(finished, tmp_path) -> Clone:
    """A copy of the finished clone that a test may change; file times are kept."""
    return finished.copy(tmp_path / "copy")
