"""Draw the spread between seeds beside the residuals of the laws."""

from scalinglaws.door import door
from scalinglaws.figures.seed_noise import draw
from scalinglaws.figures.source import read_source

with door(snakemake):
    sheet = draw(read_source(snakemake))
    sheet.save(snakemake.output.pdf, snakemake.output.png, snakemake.output.csv)
