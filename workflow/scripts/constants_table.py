"""Write a table of constants: as printed, refitted to the paper's points, and of this study."""

from scalinglaws.door import door
from scalinglaws.laws.parameters import PARAMETERS
from scalinglaws.metrics import read_table
from scalinglaws.tables import constants_table, write_csv, write_latex, write_markdown

with door(snakemake):
    kaplan2020 = read_table(snakemake.input.kaplan2020, PARAMETERS)
    # The paper's own study is the refit itself: it has no column of its own.
    own = snakemake.input.study != snakemake.input.kaplan2020
    study = read_table(snakemake.input.study, PARAMETERS) if own else None
    table = snakemake.wildcards.table
    rows = constants_table(table, snakemake.params.constants, kaplan2020, study)
    write_csv(rows, snakemake.output.csv)
    write_markdown(table, rows, snakemake.output.md, own)
    write_latex(rows, snakemake.output.tex, own)
