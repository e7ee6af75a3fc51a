"""Write the data card of a corpus.

input: summary (JSON), test (Parquet), training (Parquet: train split of the training corpus),
       tokens (one or more .json beside shards of this corpus, named after their split)
output: markdown, json
params: corpus (name), entry (its mapping in config/corpora.yaml), training_corpus (name)
"""

import json
from pathlib import Path

from scalinglaws.corpora.card import build_card, card_markdown
from scalinglaws.corpora.catalogue import parse_corpus
from scalinglaws.corpora.overlap import seen_share
from scalinglaws.corpora.texts import read_texts
from scalinglaws.door import door
from scalinglaws.progress import progress

with door(snakemake):
    shards = snakemake.input.get("tokens", [])
    shards = [shards] if isinstance(shards, str) else shards
    card = build_card(
        snakemake.params.corpus,
        parse_corpus(snakemake.params.entry, "config/corpora.yaml"),
        json.loads(Path(snakemake.input.summary).read_text()),
        {Path(path).stem: json.loads(Path(path).read_text()) for path in shards},
        snakemake.params.training_corpus,
        seen_share(
            read_texts(snakemake.input.test),
            progress(read_texts(snakemake.input.training), "overlap", len),
        ),
    )
    Path(snakemake.output.json).write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n")
    Path(snakemake.output.markdown).write_text(card_markdown(card))
