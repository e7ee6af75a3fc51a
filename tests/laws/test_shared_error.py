"""The error that all losses share: the median of the main test set's, and 0 where none is known."""

import pyarrow as pa
import pytest

from scalinglaws.laws.shared_error import shared_error

RUNS = pa.table({"run_id": ["a", "b", "c"], "corpus": ["wiki", "wiki", "web"]})


def scores(*rows):
    """(run, corpus, split, loss, standard error) as a table of evaluations."""
    names = ("run_id", "corpus", "split", "loss", "loss_std_err")
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows])


def test_it_is_the_median_over_runs_relative_to_their_loss():
    found = scores(
        ("a", "wiki", "test", 4.0, 0.04),
        ("b", "wiki", "test", 2.0, 0.04),
        ("c", "web", "test", 5.0, 0.20),
        ("c", "wiki", "test", 5.0, 1.0),
        ("a", "wiki", "train", 4.0, 1.0),
    )
    assert shared_error(RUNS, found) == pytest.approx(0.02)


def test_it_is_zero_where_nobody_measured_it():
    found = scores(("a", "wiki", "test", 4.0, None), ("b", "web", "test", 4.0, 0.1))
    assert shared_error(RUNS, found) == 0.0
