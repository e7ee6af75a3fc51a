"""The sides of benchmarks/training.py: each trains the same model on the same batches its own way.

Run as a process of its own, a side reads lines "number of steps" and answers each with a line of
JSON: the losses before these steps, CPU seconds and page faults.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "workflow"))

from scalinglaws.models.build import build_model
from scalinglaws.runspec import RunSpec
from scalinglaws.training.batches import Batches
from scalinglaws.training.process import prepare_process
from scalinglaws.training.trainer import Trainer

RATE, N_CTX, SEQUENCES = 1e-3, 128, 32


def spec_of(shape, n_vocab, kernels):
    """One thread, float32, batches of 32 x 128 tokens, tied output, exact GELU, no dropout."""
    n_layer, d_model, n_heads = shape
    return RunSpec(
        architecture="transformer", n_layer=n_layer, d_model=d_model, n_heads=n_heads,
        d_ff=4 * d_model, n_ctx=N_CTX, n_vocab=n_vocab, init_std=0.06, corpus="made",
        batch_tokens=SEQUENCES * N_CTX, steps=100_000, peak_learning_rate=RATE,
        schedule="constant", warmup_steps=0, cooldown_fraction=0.2, final_learning_rate=0.0,
        beta1=0.9, beta2=0.95, epsilon=1e-8, weight_decay=0.1, gradient_clip=1.0,
        test_tokens=N_CTX, tests_per_decade=2, kernels=kernels, seed=0,
    )  # fmt: skip


def shared(shape, n_vocab):
    """What no side may have otherwise: initial weights and order of the windows."""
    spec = spec_of(shape, n_vocab, "torch")
    return spec, build_model(spec).state_dict()


def ours(kernels):
    """This repository's training step."""

    def start(shape, n_vocab, data, _):
        prepare_process()
        shard = np.memmap(data, dtype=np.uint16, mode="r")
        trainer = Trainer(spec_of(shape, n_vocab, kernels), shard, shard)
        spec, weights = shared(shape, n_vocab)
        trainer.model.load_state_dict(weights)
        trainer.batches = Batches(shard, spec)
        return lambda: trainer.advance(RATE)

    return start


def nanogpt(shape, n_vocab, data, folder):
    """nanoGPT's model.py, and the loop of its train.py as it is on a CPU."""
    sys.path.insert(0, folder)
    from model import GPT, GPTConfig

    torch.set_num_threads(1)
    n_layer, d_model, n_heads = shape
    model = GPT(
        GPTConfig(
            block_size=N_CTX,
            vocab_size=n_vocab,
            n_layer=n_layer,
            n_head=n_heads,
            n_embd=d_model,
            dropout=0.0,
            bias=True,
        )
    )
    spec, weights = shared(shape, n_vocab)
    model.load_state_dict(as_gpt2(weights, transposed=False), strict=False)
    optimizer = model.configure_optimizers(0.1, RATE, (0.9, 0.95), "cpu")
    return plain_loop(lambda x, y: model(x, y)[1], model, optimizer, spec, data)


def transformers(shape, n_vocab, data, folder):
    """The GPT-2 model of `transformers` with a plain loop."""
    sys.path.append(folder)
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.set_num_threads(1)
    n_layer, d_model, n_heads = shape
    model = GPT2LMHeadModel(
        GPT2Config(
            vocab_size=n_vocab,
            n_positions=N_CTX,
            n_embd=d_model,
            n_layer=n_layer,
            n_head=n_heads,
            activation_function="gelu",
            resid_pdrop=0.0,
            embd_pdrop=0.0,
            attn_pdrop=0.0,
            use_cache=False,
            bos_token_id=0,
            eos_token_id=0,
        )
    )
    spec, weights = shared(shape, n_vocab)
    model.load_state_dict(as_gpt2(weights, transposed=True), strict=False)
    groups = [
        [p for p in model.parameters() if (p.dim() >= 2) == matrix] for matrix in (True, False)
    ]
    optimizer = torch.optim.AdamW(
        [{"params": groups[0], "weight_decay": 0.1}, {"params": groups[1], "weight_decay": 0.0}],
        lr=RATE,
        betas=(0.9, 0.95),
    )

    def loss_of(x, y):
        logits = model(x).logits
        return torch.nn.functional.cross_entropy(logits.flatten(0, 1), y.flatten())

    return plain_loop(loss_of, model, optimizer, spec, data)


def plain_loop(loss_of, model, optimizer, spec, data):
    """A step as in nanoGPT's train.py; the windows are those of our batches."""
    order = Batches(np.memmap(data, dtype=np.uint16, mode="r"), spec)
    done = [0]
    model.train()

    def step():
        shard = np.memmap(data, dtype=np.uint16, mode="r")
        ix = order.starts(done[0])
        x = torch.stack([torch.from_numpy(shard[i : i + N_CTX].astype(np.int64)) for i in ix])
        y = torch.stack(
            [torch.from_numpy(shard[i + 1 : i + 1 + N_CTX].astype(np.int64)) for i in ix]
        )
        loss = loss_of(x, y)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        done[0] += 1
        return loss.item()

    return step


def as_gpt2(weights, transposed):
    """Our weights under the names of GPT-2; its Conv1D keeps matrices the other way round."""
    layer_names = {
        "attention_norm": "ln_1", "attention.qkv": "attn.c_attn",
        "attention.project": "attn.c_proj", "feed_forward_norm": "ln_2", "expand": "mlp.c_fc",
        "contract": "mlp.c_proj",
    }  # fmt: skip
    outer_names = {"embedding": "wte", "positions": "wpe", "final_norm": "ln_f"}
    renamed = {"lm_head.weight": weights["embedding.weight"]}
    for name, value in weights.items():
        module, kind = name.rsplit(".", 1)
        if module.startswith("blocks."):
            _, number, module = module.split(".", 2)
            new = f"transformer.h.{number}.{layer_names[module]}.{kind}"
            value = value.T.contiguous() if transposed and value.dim() == 2 else value
        else:
            new = f"transformer.{outer_names[module]}.{kind}"
        renamed[new] = value
    return renamed


def products(_shape, _n_vocab, _data, _folder):
    """No model: float32 products of 512 x 512 matrices, 10 a step."""
    torch.set_num_threads(1)
    a, b = torch.randn(512, 512), torch.randn(512, 512)

    def step():
        for _ in range(10):
            a @ b
        return 0.0

    return step


SIDES = {
    "fused": ours("fused"),
    "torch": ours("torch"),
    "nanoGPT": nanogpt,
    "transformers": transformers,
    "products": products,
}


def main():
    name, shape, n_vocab, data, folder = sys.argv[1:6]
    step = SIDES[name](json.loads(shape), int(n_vocab), data, folder)
    print("ready", flush=True)
    for line in sys.stdin:
        faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        began = time.process_time()
        losses = [step() for _ in range(int(line))]
        seconds = time.process_time() - began
        faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - faults
        print(json.dumps({"losses": losses, "seconds": seconds, "faults": faults}), flush=True)


if __name__ == "__main__":
    assert os.environ.get("OMP_NUM_THREADS") == "1", "started by benchmarks/training.py"
    main()
