"""Score a trained run on the test split of every corpus of its study."""

from pathlib import Path

from scalinglaws.door import door
from scalinglaws.models.build import build_model
from scalinglaws.sidecar import Sidecar
from scalinglaws.tokens.bpe import load_tokenizer, token_byte_lengths
from scalinglaws.tokens.shards import open_shard
from scalinglaws.training.devices import started
from scalinglaws.training.evaluation import test_windows, token_losses
from scalinglaws.training.process import prepare_process
from scalinglaws.training.runfile import read_run
from scalinglaws.training.score import score, write_scores
from scalinglaws.training.weights import load_weights

with door(snakemake), started(snakemake.resources.device, None, False) as devices:
    spec, status, _ = read_run(Path(snakemake.input.run))
    sidecar = Sidecar(spec.run_id)
    scores = dict.fromkeys(snakemake.params.n_tokens)
    if status == "finished":
        prepare_process()
        model = build_model(spec)
        load_weights(Path(snakemake.input.weights), model)
        model.to(devices.device)
        byte_lengths = token_byte_lengths(load_tokenizer(Path(snakemake.input.tokenizer)))
        for corpus, shard in zip(scores, snakemake.input.shards, strict=True):
            n_tokens = snakemake.params.n_tokens[corpus]
            windows = test_windows(open_shard(Path(shard)), spec.n_ctx, n_tokens)
            with sidecar.work.running():
                losses = token_losses(model, windows, devices, spec.precision)
            scores[corpus] = score(losses, windows[:, 1:], byte_lengths)
    write_scores(Path(snakemake.output.scores), spec.run_id, scores)
    sidecar.write(Path(snakemake.log.times))
