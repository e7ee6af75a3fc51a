"""Turn the digitised points of Kaplan et al. (2020) into the tables of metrics."""

import hashlib
import json
from pathlib import Path

from scalinglaws.door import door
from scalinglaws.kaplan2020.gather import gather
from scalinglaws.metrics import SCHEMAS, write_table

with door(snakemake):
    files = [Path(path) for path in snakemake.input.points]
    tables = gather(files[0].parent)
    for name, schema in SCHEMAS.items():
        write_table(tables[name], snakemake.output[name], schema)
    sources = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    Path(snakemake.output.sources).write_text(json.dumps(sources, indent=1) + "\n")
