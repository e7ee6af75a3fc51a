"""Fit the laws of one source of runs."""

from scalinglaws.door import door
from scalinglaws.laws.fit import fit_laws, write_laws
from scalinglaws.metrics import CURVES, RUNS, read_table

with door(snakemake):
    runs = read_table(snakemake.input.runs, RUNS)
    curves = read_table(snakemake.input.curves, CURVES)
    laws = fit_laws(runs, curves, snakemake.params.laws)
    write_laws(
        laws,
        snakemake.params.constants,
        snakemake.output.parameters,
        snakemake.output.texts,
        snakemake.output.fits,
    )
