"""Make the tokenizer of a study: learned from the head of its training split, or GPT-2's.

input: text (Parquet)      output: tokenizer (JSON)      params: vocabulary, n_vocab, sample_bytes
"""

from tempfile import TemporaryDirectory

from scalinglaws.corpora.texts import read_texts
from scalinglaws.door import door
from scalinglaws.tokens.bpe import save_tokenizer, train_bpe
from scalinglaws.tokens.gpt2 import gpt2_tokenizer
from scalinglaws.tokens.gpt2_files import fetch_gpt2

with door(snakemake):
    if snakemake.params.vocabulary == "gpt2":
        with TemporaryDirectory() as folder:
            fetch_gpt2(folder)
            tokenizer = gpt2_tokenizer(folder)
    else:
        tokenizer = train_bpe(
            read_texts(snakemake.input.text),
            snakemake.params.n_vocab,
            snakemake.params.sample_bytes,
        )
    save_tokenizer(tokenizer, snakemake.output.tokenizer)
