"""Hostile documents of every reader, by hypothesis: an answer or a declared error, nothing else."""

import warnings

import pytest
from hostile import attempt, guard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from readers import READERS, load


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """A folder, and the guard that notes what is touched outside it."""
    folder = tmp_path_factory.mktemp("hostile")
    return folder, guard(folder)


@pytest.mark.parametrize("name", [name for name in READERS if name != "training"])
@settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.binary(min_size=8, max_size=300))
def test_every_document_is_read_or_refused(name, watched, data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outcome = attempt(load(name), data, *watched)
    assert not outcome.fault, f"{outcome.end}: {outcome.detail}"
