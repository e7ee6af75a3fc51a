"""What laws are fitted to, read from the tables of metrics of one source of runs."""

from typing import Any

from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.shared_error import shared_error
from scalinglaws.metrics import SCHEMAS, read_table


def read_measurements(paths: Any) -> Measurements:
    """The measurements of a Snakemake job; ``paths`` maps the name of each table to its file."""
    tables = {name: read_table(paths[name], SCHEMAS[name]) for name in SCHEMAS}
    return Measurements.of(tables, shared_error(tables["runs"], tables["evaluations"]))
