"""Encode one split to a shard of token ids.

input: text (Parquet), tokenizer (JSON)      output: shard (.bin), info (.json beside it)
params: max_tokens (null: the whole split)      threads: threads of the tokenizer
"""

import os

from scalinglaws.corpora.texts import read_texts
from scalinglaws.door import door
from scalinglaws.progress import progress
from scalinglaws.tokens.bpe import load_tokenizer
from scalinglaws.tokens.encode import write_shard

os.environ["RAYON_NUM_THREADS"] = str(snakemake.threads)  # read at the first batch

with door(snakemake):
    texts = progress(read_texts(snakemake.input.text), "tokenize", len)
    tokenizer = load_tokenizer(snakemake.input.tokenizer)
    write_shard(texts, tokenizer, snakemake.output.shard, snakemake.params.max_tokens)
