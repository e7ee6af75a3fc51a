"""Draw Figure 20."""

from scalinglaws.door import door
from scalinglaws.figures.figure_20 import draw
from scalinglaws.figures.source import read_source

with door(snakemake):
    sheet = draw(read_source(snakemake, "positions", "tracked"))
    sheet.save(snakemake.output.pdf, snakemake.output.png, snakemake.output.csv)
