"""Laws that the configuration declares, of runs that are no table's."""

from types import SimpleNamespace

import pyarrow as pa

from scalinglaws.run_tables.declared import declared_laws


def test_the_laws_of_a_trained_study_are_those_that_it_declares():
    measured = SimpleNamespace(runs=pa.table({"source": ["trained", "trained"]}))
    laws = {"L(N)": {"experiment": "model_size"}}
    assert declared_laws(measured, laws) == (laws, {})
