"""Draw Figure 18."""

from scalinglaws.door import door
from scalinglaws.figures.figure_18 import draw
from scalinglaws.figures.source import read_source

with door(snakemake):
    sheet = draw(read_source(snakemake, "batch_scan"))
    sheet.save(snakemake.output.pdf, snakemake.output.png, snakemake.output.csv)
