"""Turn somebody's own run table into the tables of metrics."""

import sys

from scalinglaws.door import door
from scalinglaws.metrics import SCHEMAS, write_table
from scalinglaws.user_table import read_user_table

with door(snakemake):
    found, lines = read_user_table(snakemake.input.table, **snakemake.params.how)
    for line in lines:
        print(line, file=sys.stderr)
    for name, schema in SCHEMAS.items():
        # A table of runs says nothing of evaluations, noise scales and the like: empty.
        table = getattr(found, name, schema.empty_table())
        write_table(table, snakemake.output[name], schema)
