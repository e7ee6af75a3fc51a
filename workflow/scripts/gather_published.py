"""Take the tables of metrics that a study trained elsewhere left in a folder."""

from pathlib import Path

from scalinglaws.door import door
from scalinglaws.metrics import SCHEMAS, write_table
from scalinglaws.published import read_published

with door(snakemake):
    tables = read_published(Path(snakemake.input.tables[0]).parent)
    for name, schema in SCHEMAS.items():
        write_table(tables[name], snakemake.output[name], schema)
