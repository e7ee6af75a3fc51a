"""A run spec: the whole truth about one training run.

Two runs with equal specs, equal tokens and equal code give equal bytes. The identity of a run is
readable and ends in a hash of its spec, so a changed value is another run and another file.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from scalinglaws.errors import UserError

NOISE_BATCHES = 16  # small batches that the large one of the noise scale is made of
# What initial weights, order of the data and dropout masks are drawn from.
DRAWN_FROM = (
    *("architecture", "n_layer", "d_model", "n_heads", "d_ff", "reuse", "n_ctx", "n_vocab"),
    *("corpus", "dataset_tokens", "batch_tokens", "seed"),
)
NO_COOLDOWN: dict[str, Any] = {"cooldown_fraction": 0.5, "final_learning_rate": 0.0}


def _about(text: str, **kwargs: Any) -> Any:
    return field(metadata={"about": text}, **kwargs)


@dataclass(frozen=True, kw_only=True)
class RunSpec:
    """Everything that decides a run's numbers, besides the tokens and the code.

    Fields with a default are neutral there (the feature is off) and left out of the hash, so that
    a new kind of experiment does not rename the runs that do not use it.
    """

    architecture: str = _about("transformer | recurrent (layers used several times) | lstm")
    n_layer: int = _about("number of layers")
    d_model: int = _about("width of the residual stream, or of an LSTM's state")
    n_heads: int = _about("attention heads a layer")
    d_ff: int = _about("width of the feed-forward layer")
    n_ctx: int = _about("context length in tokens")
    n_vocab: int = _about("vocabulary size")
    init_std: float = _about("standard deviation of the initial weights")
    corpus: str = _about("training corpus")
    batch_tokens: int = _about("batch size B in tokens, a multiple of n_ctx")
    steps: int = _about("optimiser steps S")
    peak_learning_rate: float = _about("learning rate after warm-up")
    schedule: str = _about("constant | cosine | power")
    warmup_steps: int = _about("steps of linear warm-up")
    cooldown_fraction: float = _about("share of the steps in the final cool-down (constant)")
    final_learning_rate: float = _about("learning rate at the last step, as a share of the peak")
    beta1: float = _about("Adam: decay of the first moment")
    beta2: float = _about("Adam: decay of the second moment")
    epsilon: float = _about("Adam: added to the root of the second moment")
    weight_decay: float = _about("decoupled weight decay of the matrices")
    gradient_clip: float = _about("largest global norm of the gradient")
    test_tokens: int = _about("tokens of each test loss along training")
    tests_per_decade: int = _about("test losses along training, per factor of 10 in steps")
    kernels: str = _about("fused (C++, compiled on first use) | torch (plain PyTorch)")
    seed: int = _about("replicate number: other initial weights, another order of the data")
    dropout: float = _about("dropout probability", default=0.0)
    dataset_tokens: int = _about("D, the first so many training tokens; 0: all", default=0)
    early_stopping_patience: int = _about(
        "test losses without improvement that end the trunk; 0: train all steps", default=0
    )
    reuse: int = _about("recurrent: how many times the stack of layers is passed", default=1)
    schedule_power: float = _about("power: exponent of the share of steps left", default=1.0)
    noise_tokens: int = _about(
        "batch that the gradient noise scale is measured with at each test; 0: not measured",
        default=0,
    )
    track_corpora: str = _about(
        "corpora, with commas, whose losses by position are kept at each test", default=""
    )

    def __post_init__(self) -> None:
        for name in ("d_model", "n_ctx", "n_vocab", "batch_tokens", "steps", "test_tokens"):
            if getattr(self, name) < 1:
                raise UserError(f"run spec: {name} is {getattr(self, name)}, must be at least 1")
        if self.batch_tokens % self.n_ctx:
            raise UserError(
                f"run spec: batch_tokens is {self.batch_tokens}, "
                f"must be a multiple of n_ctx = {self.n_ctx}"
            )
        if self.n_layer and self.d_model % self.n_heads:
            raise UserError(
                f"run spec: n_heads is {self.n_heads}, must divide d_model = {self.d_model}"
            )
        if self.early_stopping_patience and self.schedule != "constant":
            raise UserError(
                f"run spec: schedule is {self.schedule!r}, must be constant with early stopping: "
                "another one has its end built in"
            )
        if self.reuse != 1 and self.architecture != "recurrent":
            raise UserError(
                f"run spec: reuse is {self.reuse}, must be 1 for the architecture "
                f"{self.architecture!r}: only recurrent uses its layers again"
            )
        if self.noise_tokens % (NOISE_BATCHES * self.n_ctx):
            raise UserError(
                f"run spec: noise_tokens is {self.noise_tokens}, must be a multiple of "
                f"{NOISE_BATCHES} n_ctx = {NOISE_BATCHES * self.n_ctx}"
            )
        if self.warmup_steps >= self.steps:
            raise UserError(
                f"run spec: warmup_steps is {self.warmup_steps}, "
                f"must be less than steps = {self.steps}"
            )

    @property
    def n_params(self) -> int:
        """N, parameters without embeddings, biases and layer norms (Eq. 2.1).

        Of a recurrent Transformer its layers count once, however often they are used. A layer of
        an LSTM has four gates, each with a matrix for its input and one for its state.
        """
        if self.architecture == "lstm":
            return 8 * self.n_layer * self.d_model**2
        return 2 * self.d_model * self.n_layer * (2 * self.d_model + self.d_ff)

    @property
    def tokens(self) -> int:
        """Tokens processed, B x S; with early stopping at most so many."""
        return self.batch_tokens * self.steps

    def to_dict(self) -> dict[str, Any]:
        """All fields, in order of declaration."""
        return dataclasses.asdict(self)

    def canonical(self) -> str:
        """The JSON text that is hashed: keys sorted, neutral values of optional fields left out."""
        kept = {
            f.name: getattr(self, f.name)
            for f in fields(self)
            if f.default is MISSING or getattr(self, f.name) != f.default
        }
        return json.dumps(kept, sort_keys=True, separators=(",", ":"))

    @property
    def run_id(self) -> str:
        """Readable name that ends in the first 8 hexadecimal digits of the spec's SHA-256."""
        digest = hashlib.sha256(self.canonical().encode()).hexdigest()[:8]
        data = f"-D{self.dataset_tokens}" if self.dataset_tokens else ""
        return (
            f"{self.architecture}-L{self.n_layer}-d{self.d_model}-N{self.n_params}{data}"
            f"-S{self.steps}-seed{self.seed}-{digest}"
        )

    def random_seed(self, purpose: str) -> int:
        """63-bit seed for one purpose ("weights", "batches"), from model, data, batch and `seed`.

        Rate, schedule and length have no part in it: runs that differ in them alone begin with the
        same weights and read the same batches, so that their difference is not noise.
        """
        drawn = {name: getattr(self, name) for name in DRAWN_FROM}
        text = json.dumps(drawn, sort_keys=True, separators=(",", ":"))
        digest = hashlib.sha256(f"{purpose}:{text}".encode()).digest()
        return int.from_bytes(digest[:8], "little") >> 1

    @property
    def trunk_id(self) -> str:
        """Equal for runs that are the same up to the shorter one's cool-down; else the run id.

        16 hexadecimal digits of the spec without what only the cool-down depends on.
        """
        if self.schedule != "constant" or self.early_stopping_patience:
            return self.run_id
        neutral = dataclasses.replace(self, steps=self.warmup_steps + 1, **NO_COOLDOWN)
        return hashlib.sha256(neutral.canonical().encode()).hexdigest()[:16]

    def to_flags(self) -> list[str]:
        """The command-line flags that give this spec back."""
        return [
            word
            for f in fields(self)
            if f.default is MISSING or getattr(self, f.name) != f.default
            for word in (f"--{f.name.replace('_', '-')}", str(getattr(self, f.name)))
        ]

    @staticmethod
    def add_flags(parser: argparse.ArgumentParser) -> None:
        """Declare one flag a field."""
        group = parser.add_argument_group("run spec")
        kinds = {"int": int, "float": float, "str": str}
        for f in fields(RunSpec):
            required = f.default is MISSING
            group.add_argument(
                f"--{f.name.replace('_', '-')}",
                type=kinds[str(f.type)],
                required=required,
                default=None if required else f.default,
                metavar=str(f.type).upper(),
                help=f.metadata["about"],
            )

    @classmethod
    def from_flags(cls, arguments: argparse.Namespace) -> RunSpec:
        """The spec that the parsed flags describe."""
        return cls(**{f.name: getattr(arguments, f.name) for f in fields(cls)})
