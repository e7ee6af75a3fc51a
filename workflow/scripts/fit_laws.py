"""Fit the laws of one source of runs."""

from scalinglaws.door import door
from scalinglaws.laws.fit import fit_laws
from scalinglaws.laws.read import read_measurements
from scalinglaws.laws.write import write_laws
from scalinglaws.run_tables.declared import declared_laws

with door(snakemake):
    measurements = read_measurements(snakemake.input)
    laws, reasons = declared_laws(measurements, snakemake.params.laws)
    write_laws(
        fit_laws(measurements, laws, reasons),
        snakemake.params.constants,
        snakemake.output.parameters,
        snakemake.output.texts,
        snakemake.output.fits,
    )
