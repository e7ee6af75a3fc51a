"""A study: one validated configuration of the whole flow, and the runs it declares.

`config/config.yaml` is the default study; another study is an overlay of it, merged key by key,
with lists and plain values replaced.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, Field, ValidationError, model_validator

from scalinglaws.conventions.settings import Conventions
from scalinglaws.errors import UserError
from scalinglaws.runspec import RunSpec
from scalinglaws.settings import (
    Budget,
    Corpora,
    Evaluation,
    Experiment,
    Law,
    Model,
    Named,
    Overrides,
    Shape,
    Strict,
    Tokens,
    Training,
)
from scalinglaws.table_settings import RunTable

DEFAULT_CONFIG = Path("config/config.yaml")
TRACKED = (None, "kaplan2020")  # studies in the ledger: the default one and the paper's data
NAME = r"^[a-z0-9][a-z0-9_]*$"


class Study(Strict):
    """Everything a study needs besides corpora.yaml and figures.yaml."""

    study: str = Field(pattern=NAME, description="name; results go to results/{study}")
    source: Literal["trained", "kaplan2020", "table"] = Field(
        description="trained: the grid below; kaplan2020: the paper's own points; table: `table`"
    )
    table: RunTable | None = Field(None, description="a run table of your own (source: table)")
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
    conventions: Conventions | None = Field(
        None, description="steps from Kaplan's way of counting and reading losses to Chinchilla's"
    )
    figures: tuple[str, ...] = Field(description="figures to draw, by their names in figures.yaml")
    tables: tuple[str, ...] = Field(description="tables to write")
    budget: Budget

    @model_validator(mode="after")
    def _a_table_or_none(self) -> Study:
        if (self.source == "table") != (self.table is not None):
            raise ValueError("give source: table and the section table together, or neither")
        return self

    @property
    def declared_laws(self) -> dict[str, dict]:
        """The laws' entries; those of a table only say what differs from what its columns allow."""
        if self.table is not None:
            return {k: law.model_dump(exclude_unset=True) for k, law in self.table.laws.items()}
        return {name: law.model_dump(exclude_none=True) for name, law in self.laws.items()}

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
        for i, variant in enumerate(experiment.variants):
            where = f"experiments.{name}" + (f".variants.{i}" if variant != Overrides() else "")
            sections = {}
            for key in ("model", "training", "evaluation"):
                section, values = getattr(self, key), getattr(self, key).model_dump()
                for overrides in (experiment, variant):
                    values = merge(values, getattr(overrides, key))
                sections[key] = _validated(type(section), values, f"{where}.{key}")
            for shape, seed, dataset_tokens in product(
                experiment.shapes, experiment.seeds, experiment.dataset_tokens
            ):
                try:
                    yield self._spec(shape, seed, dataset_tokens or 0, **sections)
                except UserError as error:
                    at = f"{where}, shape ({shape.n_layer}, {shape.d_model})"
                    raise UserError(f"{at}: {error}") from error

    def _spec(
        self,
        shape: Shape,
        seed: int,
        dataset_tokens: int,
        model: Model,
        training: Training,
        evaluation: Evaluation,
    ) -> RunSpec:
        settings = training.model_dump(exclude={"peak_learning_rate", "steps", "length"})
        spec = RunSpec(
            **settings,
            steps=round(training.length * training.steps),
            architecture=model.architecture,
            n_layer=shape.n_layer,
            d_model=shape.d_model,
            n_heads=shape.n_heads or n_heads(shape.d_model, model.d_head),
            d_ff=shape.d_ff or model.d_ff_ratio * shape.d_model,
            reuse=model.reuse,
            n_ctx=model.n_ctx,
            n_vocab=self.tokens.n_vocab,
            init_std=model.init_std,
            dropout=model.dropout,
            corpus=self.corpora.train,
            dataset_tokens=dataset_tokens,
            peak_learning_rate=0.0,  # it depends on N, which the spec knows
            test_tokens=evaluation.curve_tokens,
            tests_per_decade=evaluation.tests_per_decade,
            noise_tokens=evaluation.noise_tokens,
            track_corpora=",".join(self.corpora.all) if evaluation.track else "",
            seed=seed,
        )
        rate = training.peak_learning_rate.at(spec.n_params, spec.batch_tokens)
        return replace(spec, peak_learning_rate=rate)


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


def _validated(model: type[Strict], values: dict[str, Any], where: str) -> Any:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise UserError("\n".join(_explain(e, model, where) for e in error.errors())) from error


def _explain(error: Any, model: type[BaseModel], where: str) -> str:
    """One line for one pydantic error."""
    key = ".".join(str(part) for part in error["loc"])
    if not key:  # of the whole: what was given is the whole configuration
        return f"{where}: {error['msg'].removeprefix('Value error, ')}"
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
