"""The finished clone that the tests of this room share, and copies of it that a test may change."""

import pytest
from clones import Clone, finished_clone


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> Clone:
    """A clone in which the micro study was run, recorded and committed. Do not change it."""
    return finished_clone(tmp_path_factory.mktemp("clone"))


@pytest.fixture
def clone(finished, tmp_path) -> Clone:
    """A copy of the finished clone that a test may change; file times are kept."""
    copy = tmp_path / "copy"
    finished.run("cp", "--archive", str(finished.path), str(copy))
    return Clone(copy)
