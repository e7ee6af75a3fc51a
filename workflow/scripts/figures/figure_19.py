"""Draw Figure 19."""

from scalinglaws.door import door
from scalinglaws.figures.figure_19 import draw
from scalinglaws.figures.source import read_source

with door(snakemake):
    sheet = draw(read_source(snakemake))
    sheet.save(snakemake.output.pdf, snakemake.output.png, snakemake.output.csv)
