"""Clean a raw file and write its splits.

input: raw      output: train, validation, test (Parquet), summary (JSON)
params: reader (name), shares (train, validation, test)
"""

from pathlib import Path

from scalinglaws.corpora.hashes import raw_facts
from scalinglaws.corpora.readers.registry import read_documents
from scalinglaws.corpora.split import SPLITS, split_documents, write_summary
from scalinglaws.door import door
from scalinglaws.progress import progress

with door(snakemake):
    raw = Path(snakemake.input.raw)
    documents = read_documents(raw, snakemake.params.reader)
    summary = split_documents(
        progress(documents, "clean", lambda document: len(document[1])),
        snakemake.params.shares,
        {split: snakemake.output[split] for split in SPLITS},
    )
    write_summary(summary | {"raw": raw_facts(raw)}, snakemake.output.summary)
