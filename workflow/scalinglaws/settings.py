"""The sections of a study's configuration, as pydantic models: every key, its range and meaning."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PositiveInt,
    model_validator,
)

from scalinglaws.architecture import architecture_names

Entry = TypeVar("Entry")


def _without_nulls(entries: Any) -> Any:
    if isinstance(entries, dict):
        return {name: entry for name, entry in entries.items() if entry is not None}
    return entries


# Named entries of which an overlay may remove one by giving null.
Named = Annotated[dict[str, Entry], BeforeValidator(_without_nulls)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Corpora(Strict):
    """Which texts are used, by their names in `config/corpora.yaml`."""

    train: str = Field(description="corpus that models are trained and mainly tested on")
    evaluate: tuple[str, ...] = Field((), description="further corpora, test split only")

    @property
    def all(self) -> tuple[str, ...]:
        """The training corpus first."""
        return (self.train, *(name for name in self.evaluate if name != self.train))


class Tokens(Strict):
    """The tokenizer and how much text is encoded."""

    vocabulary: Literal["bpe", "gpt2"] = Field(
        "bpe", description="bpe: learned from the training split; gpt2: the paper's 50257 entries"
    )
    n_vocab: int = Field(ge=257, le=65536, description="byte-level BPE entries; fits uint16")
    sample_bytes: PositiveInt = Field(description="text the BPE merges are learned from, in bytes")
    max_train_tokens: PositiveInt | None = Field(
        None, description="cut of the training split in tokens; null: all of it"
    )

    @model_validator(mode="after")
    def _gpt2_has_its_own_size(self) -> Tokens:
        if self.vocabulary == "gpt2" and self.n_vocab != 50257:
            raise ValueError("n_vocab must be 50257 with the vocabulary gpt2")
        return self


def _architecture(name: str) -> str:
    if name not in architecture_names():
        raise ValueError(", ".join(map(repr, architecture_names())))
    return name


class Model(Strict):
    """What all models of a study share; shapes belong to experiments."""

    architecture: Annotated[str, AfterValidator(_architecture)] = Field(
        "transformer",
        description="name of a file of workflow/scalinglaws/architectures",
        json_schema_extra={"enum": architecture_names()},
    )
    n_ctx: PositiveInt = Field(description="context length in tokens")
    d_head: PositiveInt = Field(description="width of an attention head, at most")
    d_ff_ratio: PositiveInt = Field(4, description="d_ff / d_model")
    init_std: float = Field(gt=0, description="standard deviation of the initial weights")
    dropout: float = Field(0.0, ge=0, lt=1, description="dropout probability")
    reuse: PositiveInt = Field(1, description="recurrent: passes through the stack of layers")


class PeakLearningRate(Strict):
    """factor x min(maximum, value x (N / at_n_params)^exponent x min(1, B / at)^batch_exponent)."""

    value: float = Field(gt=0, description="peak rate at the reference size and batch")
    at_n_params: float = Field(gt=0, description="reference size N, non-embedding parameters")
    exponent: float = Field(le=0, description="slope of ln rate on ln N")
    at_batch_tokens: float = Field(
        gt=0, description="reference batch B, tokens; larger ones get no larger rate"
    )
    batch_exponent: float = Field(ge=0, description="slope of ln rate on ln B")
    maximum: float = Field(gt=0, description="no rate of the law above this one")
    linear: tuple[float, float] | None = Field(
        None, description="a, b of Eq. D.1: the rate a + b ln N in place of the power of N"
    )
    factor: float = Field(1.0, gt=0, description="multiple of the law that an experiment tries")

    def at(self, n_params: int, batch_tokens: int) -> float:
        """The rate of a model of N parameters, to 4 digits so that run ids are stable."""
        n_params = max(n_params, 1)
        if self.linear:
            constant, slope = self.linear
            by_size = constant + slope * math.log(n_params)
        else:
            by_size = self.value * (n_params / self.at_n_params) ** self.exponent
        by_batch = min(1.0, batch_tokens / self.at_batch_tokens) ** self.batch_exponent
        return float(f"{self.factor * min(by_size * by_batch, self.maximum):.4g}")


class Training(Strict):
    """One run's procedure (Sec. 2.2; what the paper leaves open is decided here)."""

    batch_tokens: PositiveInt = Field(description="batch size B in tokens")
    steps: PositiveInt = Field(description="optimiser steps S of a whole run")
    length: float = Field(1.0, gt=0, description="share of `steps` that an experiment trains for")
    peak_learning_rate: PeakLearningRate
    schedule: Literal["constant", "cosine", "power"] = Field(description="after the warm-up")
    schedule_power: float = Field(
        1.0, gt=0, description="power: exponent of the share of steps left; 1 is linear"
    )
    warmup_steps: int = Field(ge=0, description="steps of linear warm-up")
    cooldown_fraction: float = Field(gt=0, le=1, description="constant: last share of the steps")
    final_learning_rate: float = Field(ge=0, le=1, description="last rate as a share of the peak")
    beta1: float = Field(ge=0, lt=1)
    beta2: float = Field(ge=0, lt=1)
    epsilon: float = Field(gt=0)
    weight_decay: float = Field(ge=0, description="decoupled, matrices only")
    gradient_clip: float = Field(gt=0, description="largest global norm of the gradient")
    early_stopping_patience: int = Field(
        0, ge=0, description="test losses without improvement that end the trunk; 0: never"
    )
    kernels: Literal["fused", "torch"] = Field(
        "torch", description="fused: C++, needs a compiler, several times faster; torch: without"
    )
    optimizer: Literal["adam", "adafactor"] = "adam"
    adafactor_above: float | None = Field(
        None, gt=0, description="models of more parameters N take adafactor; null: none by size"
    )
    precision: Literal["float32", "bfloat16"] = Field(
        "float32", description="of matrix products; parameters stay float32 (kernels: torch)"
    )


class Execution(Strict):
    """Where a run is trained: it has no part in the run's name, and repeats nothing."""

    device: Literal["cpu", "cuda"] = "cpu"
    processes: PositiveInt = Field(1, description="processes a run, by torchrun; one a device")
    micro_batch_tokens: PositiveInt | None = Field(
        None, description="tokens a process passes at a time, gradients summed; null: all its share"
    )
    sharded: bool = Field(
        False, description="split parameters over the processes (FSDP2): models beyond one device"
    )


class Evaluation(Strict):
    """How losses are measured."""

    curve_tokens: PositiveInt = Field(description="tokens of each test loss along training")
    tests_per_decade: PositiveInt = Field(
        description="test losses along training, per factor of 10 in steps"
    )
    main_tokens: PositiveInt = Field(description="tokens of the final loss, training corpus")
    other_tokens: PositiveInt = Field(description="tokens of the final loss, other corpora")
    noise_tokens: int = Field(
        0, ge=0, description="batch that measures the gradient noise scale at each test; 0: none"
    )
    track: bool = Field(
        False, description="keep the losses on all corpora by position at each test"
    )


class Shape(Strict):
    """A model's shape; a pair [n_layer, d_model] says the same with the study's ratios."""

    n_layer: int = Field(ge=0)
    d_model: PositiveInt
    d_ff: PositiveInt | None = Field(None, description="null: d_ff_ratio d_model")
    n_heads: PositiveInt | None = Field(None, description="null: as many as d_head asks for")


def _shape_of_pair(shape: Any) -> Any:
    if isinstance(shape, (list, tuple)) and len(shape) == 2:
        return {"n_layer": shape[0], "d_model": shape[1]}
    return shape


class Overrides(Strict):
    """Settings of an experiment that differ from the study's."""

    model: dict[str, Any] = Field({}, description="overrides of `model`")
    training: dict[str, Any] = Field({}, description="overrides of `training`")
    evaluation: dict[str, Any] = Field({}, description="overrides of `evaluation`")


class Experiment(Overrides):
    """A named sweep: shapes x seeds x dataset sizes x variants, with settings of its own."""

    description: str
    figures: tuple[str, ...] = Field((), description="figures of the paper that its runs serve")
    shapes: tuple[Annotated[Shape, BeforeValidator(_shape_of_pair)], ...] = Field(
        min_length=1, description="pairs [n_layer, d_model], or mappings with d_ff and n_heads"
    )
    seeds: tuple[int, ...] = Field((0,), min_length=1)
    dataset_tokens: tuple[PositiveInt | None, ...] = Field(
        (None,), min_length=1, description="D: the first so many training tokens; null: all"
    )
    variants: tuple[Overrides, ...] = Field(
        (Overrides(),), min_length=1, description="overrides one by one, on top of the experiment's"
    )


class Range(Strict):
    """A closed interval of a column of the run table."""

    min: float | None = None
    max: float | None = None


class Law(Strict):
    """Which runs a law is fitted to, and for laws of learning curves which points of them."""

    experiment: str = Field(description="rows of the run table that carry this experiment's name")
    select: Named[Range] = Field({}, description="column of the run table: allowed range")
    variables: Named[str] = Field(
        {}, description="laws of several variables: the column of the run table behind each"
    )
    points: Named[Range] = Field(
        {}, description="L(C), L(C_min): column of the table of curves: allowed range"
    )
    ends: bool = Field(
        False,
        description="L(C), L(C_min): the ends of runs of several lengths, in place of points along "
        "their curves",
    )
    along_curves: bool = Field(
        False, description="Chinchilla: fit the learning curves, D = tokens processed"
    )
    budgets: tuple[float, ...] | None = Field(
        None, description="IsoFLOP: computes in PF-days at which learning curves are read"
    )
    tolerance: float | None = Field(
        None, gt=0, description="IsoFLOP: relative difference up to which computes are one budget"
    )
    within: float | None = Field(
        None, gt=1, description="IsoFLOP, LR(N): keep x within this factor of the lowest loss's"
    )
    minimum: Literal["parabola", "interpolated"] | None = Field(
        None, description="IsoFLOP, LR(N): how a minimum is found"
    )
    threshold: float | None = Field(
        None, gt=0, description="overfitting: excess over the loss on all text that is too much"
    )
    compute_range: Range = Field(
        Range(), description="L(C), L(C_min): part of the envelope that is fitted, PF-days"
    )


class Budget(Strict):
    """What a study may cost, and the cost model that says so before anything is trained."""

    core_seconds: float = Field(gt=0, description="`scalinglaws runs` refuses above this estimate")
    seconds_per_run: float = Field(ge=0, description="start-up of a process")
    seconds_per_token: float = Field(ge=0, description="overhead of a training token")
    flops_per_second: float = Field(gt=0, description="float32 rate of one core in training")
    epochs_to_stop: float = Field(gt=0, description="passes over limited text until it stops early")
