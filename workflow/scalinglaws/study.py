"""A study: one validated configuration of the whole flow, and the runs it declares.

`config/config.yaml` is the default study; another study is an overlay of it, merged key by key,
with lists and plain values replaced.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PositiveInt,
    ValidationError,
    model_validator,
)

from scalinglaws.errors import UserError
from scalinglaws.runspec import RunSpec

DEFAULT_CONFIG = Path("config/config.yaml")
TRACKED = (None, "kaplan2020")  # studies in the ledger: the default one and the paper's data
NAME = r"^[a-z0-9][a-z0-9_]*$"

Entry = TypeVar("Entry")


def _without_nulls(entries: Any) -> Any:
    if isinstance(entries, dict):
        return {name: entry for name, entry in entries.items() if entry is not None}
    return entries


# Named entries of which an overlay may remove one by giving null.
Named = Annotated[dict[str, Entry], BeforeValidator(_without_nulls)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Corpora(_Strict):
    """Which texts are used, by their names in `config/corpora.yaml`."""

    train: str = Field(description="corpus that models are trained and mainly tested on")
    evaluate: tuple[str, ...] = Field((), description="further corpora, test split only")

    @property
    def all(self) -> tuple[str, ...]:
        """The training corpus first."""
        return (self.train, *(name for name in self.evaluate if name != self.train))


class Tokens(_Strict):
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


class Model(_Strict):
    """What all models of a study share; shapes belong to experiments."""

    architecture: Literal["transformer"] = "transformer"
    n_ctx: PositiveInt = Field(description="context length in tokens")
    d_head: PositiveInt = Field(description="width of an attention head, at most")
    d_ff_ratio: PositiveInt = Field(4, description="d_ff / d_model")
    init_std: float = Field(gt=0, description="standard deviation of the initial weights")
    dropout: float = Field(0.0, ge=0, lt=1, description="dropout probability")


class PeakLearningRate(_Strict):
    """Peak rate = value x (N / at_n_params)^exponent, one power law for all sizes."""

    value: float = Field(gt=0, description="peak rate at the reference size")
    at_n_params: float = Field(gt=0, description="reference size N, non-embedding parameters")
    exponent: float = Field(le=0, description="slope of ln rate on ln N")
    maximum: float = Field(gt=0, description="no rate above this one")

    def at(self, n_params: int) -> float:
        """The rate of a model of N parameters, to 4 digits so that run ids are stable."""
        rate = self.value * (max(n_params, 1) / self.at_n_params) ** self.exponent
        return float(f"{min(rate, self.maximum):.4g}")


class Training(_Strict):
    """One run's procedure (Sec. 2.2; what the paper leaves open is decided here)."""

    batch_tokens: PositiveInt = Field(description="batch size B in tokens")
    steps: PositiveInt = Field(description="optimiser steps S")
    peak_learning_rate: PeakLearningRate
    schedule: Literal["cosine", "constant"] = Field(description="after the warm-up")
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


class Evaluation(_Strict):
    """How losses are measured."""

    curve_tokens: PositiveInt = Field(description="tokens of each test loss along training")
    curve_points: int = Field(ge=2, description="test losses along training, log-spaced")
    main_tokens: PositiveInt = Field(description="tokens of the final loss, training corpus")
    other_tokens: PositiveInt = Field(description="tokens of the final loss, other corpora")


class Experiment(_Strict):
    """A named sweep: shapes x seeds x dataset sizes, with settings of its own where needed."""

    description: str
    shapes: tuple[tuple[int, PositiveInt], ...] = Field(
        min_length=1, description="pairs (n_layer, d_model)"
    )
    seeds: tuple[int, ...] = Field((0,), min_length=1)
    dataset_tokens: tuple[PositiveInt | None, ...] = Field(
        (None,), min_length=1, description="D: the first so many training tokens; null: all"
    )
    model: dict[str, Any] = Field({}, description="overrides of `model`")
    training: dict[str, Any] = Field({}, description="overrides of `training`")
    evaluation: dict[str, Any] = Field({}, description="overrides of `evaluation`")

    @model_validator(mode="after")
    def _layers(self) -> Experiment:
        if any(n_layer < 0 for n_layer, _ in self.shapes):
            raise ValueError("n_layer must be 0 or more")
        return self


class Range(_Strict):
    """A closed interval of a column of the run table."""

    min: float | None = None
    max: float | None = None


class Law(_Strict):
    """Which runs a law is fitted to, and for laws of learning curves which points of them."""

    experiment: str = Field(description="rows of the run table that carry this experiment's name")
    select: Named[Range] = Field({}, description="column of the run table: allowed range")
    variables: dict[str, str] = Field(
        {}, description="laws of several variables: the column of the run table behind each"
    )
    points: Named[Range] = Field(
        {}, description="L(C), L(C_min): column of the table of curves: allowed range"
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


class Budget(_Strict):
    """What a study may cost, and the cost model that says so before anything is trained."""

    core_seconds: float = Field(gt=0, description="`scalinglaws runs` refuses above this estimate")
    seconds_per_run: float = Field(ge=0, description="start-up of a process")
    seconds_per_token: float = Field(ge=0, description="overhead of a training token")
    flops_per_second: float = Field(gt=0, description="float32 rate of one core in training")
    epochs_to_stop: float = Field(gt=0, description="passes over limited text until it stops early")


class Study(_Strict):
    """Everything a study needs besides corpora.yaml and figures.yaml."""

    study: str = Field(pattern=NAME, description="name; results go to results/{study}")
    source: Literal["trained", "kaplan2020"] = Field(
        description="trained: the grid below; kaplan2020: the paper's own points"
    )
    corpora: Corpora
    tokens: Tokens
    model: Model
    training: Training
    checkpoint_seconds: float = Field(
        60, ge=0, description="least time between two checkpoints of a run"
    )
    evaluation: Evaluation
    experiments: Named[Experiment] = Field(description="named sweeps")
    laws: Named[Law] = Field(description="law: the runs it is fitted to")
    figures: tuple[str, ...] = Field(description="figures to draw, by their names in figures.yaml")
    tables: tuple[str, ...] = Field(description="tables to write")
    budget: Budget

    def runs(self) -> dict[str, tuple[RunSpec, tuple[str, ...]]]:
        """run_id: (spec, names of the experiments it serves). Equal specs are one run.

        Raises:
            UserError: an experiment's overrides or shapes give no valid run.
        """
        found: dict[str, tuple[RunSpec, tuple[str, ...]]] = {}
        if self.source != "trained":
            return found
        for name, experiment in self.experiments.items():
            for spec in self._specs(name, experiment):
                _, serves = found.get(spec.run_id, (spec, ()))
                if name not in serves:
                    found[spec.run_id] = (spec, (*serves, name))
        return found

    def _specs(self, name: str, experiment: Experiment) -> Iterator[RunSpec]:
        sections = {}
        for key in ("model", "training", "evaluation"):
            section = getattr(self, key)
            values = merge(section.model_dump(), getattr(experiment, key))
            sections[key] = _validated(type(section), values, f"experiments.{name}.{key}")
        for (n_layer, d_model), seed, dataset_tokens in product(
            experiment.shapes, experiment.seeds, experiment.dataset_tokens
        ):
            try:
                yield self._spec(n_layer, d_model, seed, dataset_tokens or 0, **sections)
            except UserError as error:
                where = f"experiments.{name}, shape ({n_layer}, {d_model})"
                raise UserError(f"{where}: {error}") from error

    def _spec(
        self,
        n_layer: int,
        d_model: int,
        seed: int,
        dataset_tokens: int,
        model: Model,
        training: Training,
        evaluation: Evaluation,
    ) -> RunSpec:
        d_ff = model.d_ff_ratio * d_model
        n_params = 2 * d_model * n_layer * (2 * d_model + d_ff)
        settings = training.model_dump(exclude={"peak_learning_rate"})
        return RunSpec(
            **settings,
            architecture=model.architecture,
            n_layer=n_layer,
            d_model=d_model,
            n_heads=n_heads(d_model, model.d_head),
            d_ff=d_ff,
            n_ctx=model.n_ctx,
            n_vocab=self.tokens.n_vocab,
            init_std=model.init_std,
            dropout=model.dropout,
            corpus=self.corpora.train,
            dataset_tokens=dataset_tokens,
            peak_learning_rate=training.peak_learning_rate.at(n_params),
            test_tokens=evaluation.curve_tokens,
            test_points=evaluation.curve_points,
            seed=seed,
        )


def n_heads(d_model: int, d_head: int) -> int:
    """Fewest heads that divide d_model into heads no wider than d_head (even heads preferred)."""
    divisors = [n for n in range(1, d_model + 1) if d_model % n == 0 and d_model // n <= d_head]
    even = [n for n in divisors if (d_model // n) % 8 == 0]
    return (even or divisors)[0]


def merge(base: dict[str, Any], overlay: dict[str, Any]) -> dict[str, Any]:
    """Overlay on base, as Snakemake does it: mappings key by key, everything else replaced."""
    merged = dict(base)
    for key, value in overlay.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = merge(merged[key], value)
        else:
            merged[key] = value
    return merged


def load_yaml(path: Path) -> dict[str, Any]:
    """A YAML mapping.

    Raises:
        UserError: missing, unreadable, or no mapping; names file, line and mend.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UserError(f"{path}: no such file") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not UTF-8 text"
        raise UserError(f"{path}{line}: not valid YAML ({problem})") from error
    if not isinstance(content, dict):
        raise UserError(f"{path}: must be a mapping of keys to values")
    return content


def validate(config: dict[str, Any], origin: str) -> Study:
    """The study that a merged configuration describes.

    Raises:
        UserError: one line for each wrong key or value: key, what was given, what is allowed.
    """
    study = _validated(Study, config, origin)
    for law, fit in study.laws.items():
        if study.source == "trained" and fit.experiment not in study.experiments:
            raise UserError(
                f"{origin}: laws.{law}.experiment: given {fit.experiment!r}, "
                f"allowed: {', '.join(study.experiments)}"
            )
    study.runs()
    return study


def load_study(name: str | None = None, root: Path = Path(".")) -> Study:
    """The study `name` from config/{name}.yaml over config/config.yaml; None: the default.

    Raises:
        UserError: no such study, or a wrong configuration.
    """
    default = load_yaml(root / DEFAULT_CONFIG)
    if name in (None, default.get("study")):
        return validate(default, str(DEFAULT_CONFIG))
    overlay = DEFAULT_CONFIG.with_name(f"{name}.yaml")
    if not (root / overlay).exists():
        raise UserError(f"study {name!r}: neither configured nor found as {overlay}")
    config = merge(default, load_yaml(root / overlay))
    if config["study"] != name:
        raise UserError(f"{overlay}: study: given {config['study']!r}, allowed: {name!r}")
    return validate(config, str(overlay))


def _validated(model: type[_Strict], values: dict[str, Any], where: str) -> Any:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise UserError("\n".join(_explain(e, model, where) for e in error.errors())) from error


def _explain(error: Any, model: type[BaseModel], where: str) -> str:
    """One line for one pydantic error."""
    key = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        allowed = ", ".join(_fields_at(model, error["loc"][:-1]))
        return f"{where}: {key}: unknown key, allowed: {allowed}"
    if error["type"] == "missing":
        return f"{where}: {key}: missing"
    message = error["msg"].replace("Input should be ", "").removeprefix("Value error, ")
    return f"{where}: {key}: given {error['input']!r}, allowed: {message}"


def _fields_at(model: type[BaseModel], location: tuple[Any, ...]) -> list[str]:
    """Names of the fields of the model nested at `location`."""
    current: Any = model
    for part in location:
        field = getattr(current, "model_fields", {}).get(part)
        if field is None:
            continue  # an entry of a mapping or list: its model is already current
        inner = field.annotation
        for candidate in (inner, *getattr(inner, "__args__", ())):
            if isinstance(candidate, type) and issubclass(candidate, BaseModel):
                current = candidate
    return list(getattr(current, "model_fields", {}))
