"""Gather the runs and scores of a trained study into the tables of metrics."""

import sys
from pathlib import Path

from scalinglaws.door import door
from scalinglaws.gather import diverged, gather, read_all_scores, read_runs
from scalinglaws.metrics import SCHEMAS, write_table

with door(snakemake):
    experiments, corpora = snakemake.params.experiments, snakemake.params.corpora
    runs = read_runs(map(Path, snakemake.input.runs), experiments)
    scores = read_all_scores(
        map(Path, snakemake.input.scores), [(r, c) for r in experiments for c in corpora]
    )
    for run_id in diverged(runs):
        print(f"{run_id} diverged: a row without losses, kept out of every fit", file=sys.stderr)
    for name, table in gather(runs, scores, experiments, corpora[0]).items():
        write_table(table, snakemake.output[name], SCHEMAS[name])
