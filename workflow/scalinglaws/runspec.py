"""A run spec: the whole truth about one training run.

Two runs with equal specs, equal tokens and equal code give equal bytes. The identity of a run is
readable and ends in a hash of its spec, so a changed value is another run and another file.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import math
import sys
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from scalinglaws.architecture import architecture_named
from scalinglaws.errors import UserError

NOISE_BATCHES = 16  # small batches that the large one of the noise scale is made of
# What initial weights, order of the data and dropout masks are drawn from.
DRAWN_FROM = (
    *("architecture", "n_layer", "d_model", "n_heads", "d_ff", "reuse", "n_ctx", "n_vocab"),
    *("corpus", "dataset_tokens", "batch_tokens", "seed"),
)
FINITE, BELOW_1 = sys.float_info.max, math.nextafter(1, 0)
# Smallest and largest value of each number.
RANGES: dict[str, tuple[float, float]] = {
    **dict.fromkeys(("d_model", "n_heads", "d_ff", "n_ctx", "n_vocab", "reuse"), (1, FINITE)),
    **dict.fromkeys(("batch_tokens", "steps", "test_tokens", "tests_per_decade"), (1, FINITE)),
    **dict.fromkeys(("n_layer", "warmup_steps", "dataset_tokens", "noise_tokens"), (0, FINITE)),
    **dict.fromkeys(("early_stopping_patience", "peak_learning_rate", "init_std"), (0, FINITE)),
    **dict.fromkeys(("epsilon", "weight_decay", "gradient_clip", "schedule_power"), (0, FINITE)),
    **dict.fromkeys(("cooldown_fraction", "final_learning_rate"), (0, 1)),
    **dict.fromkeys(("beta1", "beta2", "dropout"), (0, BELOW_1)),
}
CHOICES = {
    "schedule": ("constant", "cosine", "power"),
    "kernels": ("fused", "torch"),
    "optimizer": ("adam", "adafactor"),
    "precision": ("float32", "bfloat16"),
}
NO_COOLDOWN: dict[str, Any] = {"cooldown_fraction": 0.5, "final_learning_rate": 0.0}


def _about(text: str, **kwargs: Any) -> Any:
    return field(metadata={"about": text}, **kwargs)


@dataclass(frozen=True, kw_only=True)
class RunSpec:
    """Everything that decides a run's numbers, besides the tokens and the code.

    Fields with a default are neutral there (the feature is off) and left out of the hash, so that
    a new kind of experiment does not rename the runs that do not use it.
    """

    architecture: str = _about("name of a file of architectures/: transformer, recurrent, lstm")
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
    optimizer: str = _about("adam | adafactor (Sec. 2.2: above 1e9 parameters)", default="adam")
    precision: str = _about(
        "float32 | bfloat16 (matrix products; parameters stay float32)", default="float32"
    )

    def __post_init__(self) -> None:
        self._check_ranges()
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
        if self.early_stopping_patience and self.cooldown_fraction == 1:
            raise UserError(
                "run spec: cooldown_fraction is 1, must be below 1 with early stopping: "
                "the cool-down is a share of the steps that came before it"
            )
        if self.precision != "float32" and self.kernels == "fused":
            raise UserError(
                f"run spec: precision is {self.precision!r}, must be float32 with kernels fused; "
                "kernels torch computes in both"
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
        architecture_named(self.architecture).check(self)

    def _check_ranges(self) -> None:
        """Each number by itself; a comparison that a NaN fails is what refuses it."""
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                most = {FINITE: "finite", BELOW_1: "below 1"}.get(high, f"at most {high:g}")
                raise UserError(f"run spec: {name} is {value}, must be at least {low:g} and {most}")
        for name, allowed in CHOICES.items():
            if getattr(self, name) not in allowed:
                raise UserError(
                    f"run spec: {name} is {getattr(self, name)!r}, allowed: {', '.join(allowed)}"
                )

    @property
    def n_params(self) -> int:
        """N, parameters without embeddings, biases and layer norms (Eq. 2.1)."""
        return architecture_named(self.architecture).n_params(self)

    @property
    def tracked_corpora(self) -> tuple[str, ...]:
        """The corpora of `track_corpora`, in its order."""
        return tuple(filter(None, self.track_corpora.split(",")))

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
