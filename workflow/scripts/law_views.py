"""Write what `dvc metrics` and `dvc plots` show of the laws."""

import json
from pathlib import Path

from scalinglaws.door import door
from scalinglaws.law_views import constants, points, write_constants, write_points
from scalinglaws.laws.parameters import PARAMETERS
from scalinglaws.metrics import read_table

with door(snakemake):
    rows = read_table(snakemake.input.parameters, PARAMETERS).to_pylist()
    write_constants(constants(rows), snakemake.output.constants)
    fits = [json.loads(Path(path).read_text()) for path in snakemake.input.fits]
    write_points(points(fits), snakemake.output.points)
