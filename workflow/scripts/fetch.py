"""Fetch the raw file of a corpus.

output: raw      params: sha256 (only to fetch again when the identity of the corpus changes)
The sources are read here, from config/corpora.yaml: they are mirrors and decide nothing.
"""

from scalinglaws.corpora.catalogue import load_catalogue
from scalinglaws.corpora.fetch import fetch
from scalinglaws.door import door

with door(snakemake):
    corpus = load_catalogue("config/corpora.yaml")[snakemake.wildcards.corpus]
    fetch(corpus, snakemake.output.raw)
