"""Draw the exponent of N_opt(C) after each step from Kaplan's conventions to Chinchilla's."""

from scalinglaws.door import door
from scalinglaws.figures.conventions import draw
from scalinglaws.figures.source import read_source

with door(snakemake):
    sheet = draw(read_source(snakemake))
    sheet.save(snakemake.output.pdf, snakemake.output.png, snakemake.output.csv)
