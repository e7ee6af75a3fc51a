"""Fit the laws of one source of runs."""

from scalinglaws.door import door
from scalinglaws.laws.fit import fit_laws, write_laws
from scalinglaws.metrics import RUNS, read_table

with door(snakemake):
    laws = fit_laws(read_table(snakemake.input.runs, RUNS), snakemake.params.laws)
    write_laws(
        laws,
        snakemake.params.constants,
        snakemake.output.parameters,
        snakemake.output.texts,
        snakemake.output.fits,
    )
