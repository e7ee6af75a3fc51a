"""Train the tokenizer on the head of a training split.

input: text (Parquet)      output: tokenizer (JSON)      params: n_vocab, sample_bytes
"""

from scalinglaws.corpora.split import read_texts
from scalinglaws.door import door
from scalinglaws.tokens.bpe import save_tokenizer, train_bpe

with door(snakemake):
    tokenizer = train_bpe(
        read_texts(snakemake.input.text), snakemake.params.n_vocab, snakemake.params.sample_bytes
    )
    save_tokenizer(tokenizer, snakemake.output.tokenizer)
