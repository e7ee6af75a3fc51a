"""Write Table 1 or Table 4 of the paper."""

from scalinglaws.door import door
from scalinglaws.laws.parameters import PARAMETERS
from scalinglaws.metrics import RUNS, read_table
from scalinglaws.paper_tables import table_1, table_4, write_plain

with door(snakemake):
    if snakemake.wildcards.table == "table_1":
        found = table_1(read_table(snakemake.input.runs, RUNS).to_pylist())
    else:
        own = snakemake.input.study != snakemake.input.kaplan2020
        study = read_table(snakemake.input.study, PARAMETERS) if own else None
        kaplan2020 = read_table(snakemake.input.kaplan2020, PARAMETERS)
        found = table_4(snakemake.params.constants, kaplan2020, study)
    write_plain(found, snakemake.output.csv, snakemake.output.md, snakemake.output.tex)
