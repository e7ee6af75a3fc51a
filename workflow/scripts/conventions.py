"""Turn Kaplan's N_opt(C) into Chinchilla's, one convention at a time, on the runs of one study."""

from pathlib import Path

from scalinglaws.conventions.analysis import analyse
from scalinglaws.conventions.simulated import simulations
from scalinglaws.conventions.table import CONVENTIONS, page
from scalinglaws.door import door
from scalinglaws.laws.measurements import Measurements
from scalinglaws.metrics import CURVES, RUNS, read_table, table_from_rows, write_table

with door(snakemake):
    study, declared = snakemake.wildcards.study, snakemake.params.declared
    measured = Measurements(
        runs=read_table(snakemake.input.runs, RUNS),
        curves=read_table(snakemake.input.curves, CURVES),
    )
    rows = analyse(measured, declared, study) if declared else []
    rows += simulations(declared or {}, snakemake.params.published)
    Path(snakemake.output.page).write_text(page(study, rows), encoding="utf-8")
    write_table(table_from_rows(rows, CONVENTIONS), snakemake.output.table, CONVENTIONS)
