"""Fetch the raw file of a corpus.

input: files of a user's own folder, if that is the source      output: raw
params: identity (only to fetch again when the identity of the corpus changes)
The sources are read here, from config/corpora.yaml: mirrors decide nothing.
"""

from scalinglaws.corpora.catalogue import load_catalogue
from scalinglaws.corpora.fetch import fetch
from scalinglaws.door import door

with door(snakemake):
    corpus = load_catalogue("config/corpora.yaml")[snakemake.wildcards.corpus]
    fetch(corpus, snakemake.output.raw)
