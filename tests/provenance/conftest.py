"""Fixtures of the ledger's tests."""

import pytest
from recorded import Project, recorded_project


@pytest.fixture
def recorded(tmp_path, monkeypatch) -> Project:
    """A small recorded project that the audit finds nothing wrong with."""
    return recorded_project(tmp_path / "project", monkeypatch)
