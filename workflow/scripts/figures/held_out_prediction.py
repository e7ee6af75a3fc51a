"""Draw what laws predict of observations that they were not fitted to."""

from scalinglaws.door import door
from scalinglaws.figures.held_out_prediction import draw
from scalinglaws.figures.source import read_source

with door(snakemake):
    sheet = draw(read_source(snakemake))
    sheet.save(snakemake.output.pdf, snakemake.output.png, snakemake.output.csv)
