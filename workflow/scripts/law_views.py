"""Write what `dvc metrics` and `dvc plots` show of the laws."""

import json
from pathlib import Path

from scalinglaws.door import door
from scalinglaws.law_views import constants, points, write_constants, write_points
from scalinglaws.laws.parameters import PARAMETERS
from scalinglaws.metrics import read_table

with door(snakemake):
    files = snakemake.input
    tables = [read_table(path, PARAMETERS) for path in (files.parameters, *files.own_parameters)]
    rows = [row for table in tables for row in table.to_pylist()]
    write_constants(constants(rows), snakemake.output.constants)
    fits = [json.loads(Path(path).read_text()) for path in (*files.fits, *files.own_fits)]
    write_points(points(fits), snakemake.output.points)
