"""All tables of the paper's points, gathered once."""

import pytest
from readings import DATA

from scalinglaws.kaplan2020.gather import gather


@pytest.fixture(scope="session")
def tables():
    return gather(DATA)


@pytest.fixture(scope="session")
def runs_of(tables):
    """Rows of RUNS of an experiment."""
    rows = tables["runs"].to_pylist()
    return lambda experiment: [row for row in rows if experiment in row["experiments"]]


@pytest.fixture(scope="session")
def rows_with(tables):
    """Rows of a table whose run has this name."""
    rows = {name: table.to_pylist() for name, table in tables.items()}
    return lambda name, run_id: [row for row in rows[name] if row["run_id"] == run_id]
