"""The report: Snakemake's own, with a front page and results as HTML."""
