"""Write the page and the figure of the calibration from its metrics and its law of the rate.

input: metrics of the calibration and of the other vocabularies, LR_N.json, config/config.yaml
output: page (.md), sweeps (.csv), figure (.pdf, .png, .csv)    params: settings
"""

import csv
import json
from pathlib import Path

from scalinglaws.calibration.figure import draw
from scalinglaws.calibration.page import page
from scalinglaws.calibration.results import calibrate
from scalinglaws.calibration.sweeps import tidy
from scalinglaws.door import door
from scalinglaws.metrics import SCHEMAS, read_table
from scalinglaws.study import load_yaml

with door(snakemake):
    files = snakemake.input
    tables = {n: read_table(files[n], SCHEMAS[n]) for n in ("runs", "evaluations", "positions")}
    vocabularies = [
        (read_table(runs, SCHEMAS["runs"]), read_table(scores, SCHEMAS["evaluations"]))
        for runs, scores in zip(files.other_runs, files.other_evaluations, strict=True)
    ]
    law = json.loads(Path(files.law).read_text(encoding="utf-8"))
    config = load_yaml(Path(files.config))
    found = calibrate(tables, snakemake.params.settings, law, vocabularies)
    Path(snakemake.output.page).write_text(page(found, config), encoding="utf-8")
    rows = [row for curves in found.curves.values() for row in tidy(curves)]
    with Path(snakemake.output.sweeps).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    draw(found, config).save(snakemake.output.pdf, snakemake.output.png, snakemake.output.csv)
