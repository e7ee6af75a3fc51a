"""Score a trained run on the test split of one corpus."""

from pathlib import Path

from scalinglaws.door import door
from scalinglaws.models.build import build_model
from scalinglaws.tokens.bpe import load_tokenizer, token_byte_lengths
from scalinglaws.tokens.shards import open_shard
from scalinglaws.training.determinism import set_determinism
from scalinglaws.training.evaluation import test_windows, token_losses
from scalinglaws.training.runfile import read_run
from scalinglaws.training.score import score, write_score
from scalinglaws.training.weights import load_weights

with door(snakemake):
    spec, status, _ = read_run(Path(snakemake.input.run))
    result = None
    if status == "finished":
        set_determinism()
        model = build_model(spec)
        load_weights(Path(snakemake.input.weights), model)
        shard = open_shard(Path(snakemake.input.shard))
        windows = test_windows(shard, spec.n_ctx, snakemake.params.n_tokens)
        byte_lengths = token_byte_lengths(load_tokenizer(Path(snakemake.input.tokenizer)))
        result = score(token_losses(model, windows), windows[:, 1:], byte_lengths)
    write_score(Path(snakemake.output.score), spec.run_id, snakemake.wildcards.corpus, result)
