"""Clean a raw file and write its splits.

input: raw      output: train, validation, test (Parquet), summary (JSON)
params: reader (name), shares (train, validation, test)
"""

from scalinglaws.corpora.readers import read_documents
from scalinglaws.corpora.split import SPLITS, split_documents, write_summary
from scalinglaws.door import door
from scalinglaws.progress import progress

with door(snakemake):
    documents = read_documents(snakemake.input.raw, snakemake.params.reader)
    counts = split_documents(
        progress(documents, "clean", lambda document: len(document[1])),
        snakemake.params.shares,
        {split: snakemake.output[split] for split in SPLITS},
    )
    write_summary(counts, snakemake.output.summary)
