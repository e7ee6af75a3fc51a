"""Draw all constants: printed, refit, this study."""

from scalinglaws.door import door
from scalinglaws.figures.constants import draw
from scalinglaws.figures.source import read_source

with door(snakemake):
    sheet = draw(read_source(snakemake))
    sheet.save(snakemake.output.pdf, snakemake.output.png, snakemake.output.csv)
