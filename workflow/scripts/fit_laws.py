"""Fit the laws of one source of runs."""

from scalinglaws.door import door
from scalinglaws.laws.fit import fit_laws, write_laws
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.shared_error import shared_error
from scalinglaws.metrics import SCHEMAS, read_table
from scalinglaws.run_tables.declared import declared_laws

with door(snakemake):
    tables = {name: read_table(snakemake.input[name], SCHEMAS[name]) for name in SCHEMAS}
    error = shared_error(tables["runs"], tables["evaluations"])
    measurements = Measurements.of(tables, error)
    laws, reasons = declared_laws(measurements, snakemake.params.laws)
    write_laws(
        fit_laws(measurements, laws, reasons),
        snakemake.params.constants,
        snakemake.output.parameters,
        snakemake.output.texts,
        snakemake.output.fits,
    )
