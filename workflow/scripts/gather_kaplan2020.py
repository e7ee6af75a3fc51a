"""Turn the digitised points of Kaplan et al. (2020) into the tables of metrics."""

from pathlib import Path

from scalinglaws.door import door
from scalinglaws.kaplan2020.gather import gather
from scalinglaws.metrics import SCHEMAS, write_table

with door(snakemake):
    tables = gather(Path(snakemake.input.points[0]).parent)
    for name, schema in SCHEMAS.items():
        write_table(tables[name], snakemake.output[name], schema)
