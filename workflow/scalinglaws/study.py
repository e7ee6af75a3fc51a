"""A study: one validated configuration of the whole flow, and the runs it declares.

`config/config.yaml` is the default study; another study is an overlay of it, merged key by key,
with lists and plain values replaced. An overlay that `extends` a study lies on that one instead.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError, model_validator

from scalinglaws.conventions.settings import Conventions
from scalinglaws.errors import UserError
from scalinglaws.laws.names import SCRIPTS, SLUGS, law_scripts, own_laws
from scalinglaws.runspec import RunSpec
from scalinglaws.settings import (
    Budget,
    Corpora,
    Evaluation,
    Execution,
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
from scalinglaws.wording import one_line, shown
from scalinglaws.yaml_file import load_yaml

DEFAULT_CONFIG = Path("config/config.yaml")
TRACKED = (None, "kaplan2020")  # studies in the ledger: the default one and the paper's data
NAME = r"^[a-z0-9][a-z0-9_]*$"
MOST_RUNS = 100_000  # of an experiment: each is at least a file and a row
LARGEST_SIZE, LARGEST_COUNT = 2**31 - 1, 2**63 - 1  # what the columns of the run table hold


class Study(Strict):
    """Everything a study needs besides corpora.yaml and figures.yaml."""

    study: str = Field(pattern=NAME, description="name; results go to results/{study}")
    extends: str | None = Field(
        None, pattern=NAME, description="the study that this one overlays; null: the default one"
    )
    cheaper: str | None = Field(
        None,
        pattern=NAME,
        description="a study that answers the same questions for less: `scalinglaws runs --cost` "
        "prints it beside this one",
    )
    source: Literal["trained", "kaplan2020", "table", "published"] = Field(
        description="trained: the grid below; kaplan2020: the paper's own points; table: `table`; "
        "published: `published`"
    )
    table: RunTable | None = Field(None, description="a run table of your own (source: table)")
    published: str | None = Field(
        None, description="folder that `scalinglaws export` wrote (source: published)"
    )
    corpora: Corpora
    tokens: Tokens
    model: Model
    training: Training
    execution: Execution = Execution()
    checkpoint_seconds: float = Field(
        60, ge=0, description="least time between two checkpoints of a run"
    )
    evaluation: Evaluation
    experiments: Named[Experiment] = Field(description="named sweeps")
    laws: Named[Law] = Field(
        description="law, or a script of workflow/scripts/laws: the runs it is fitted to"
    )
    conventions: Conventions | None = Field(
        None, description="steps from Kaplan's way of counting and reading losses to Chinchilla's"
    )
    figures: tuple[str, ...] = Field(
        description="figures to draw, by the names of their scripts in workflow/scripts/figures"
    )
    tables: tuple[str, ...] = Field(description="tables to write")
    budget: Budget

    @model_validator(mode="after")
    def _a_table_or_none(self) -> Study:
        if (self.source == "table") != (self.table is not None):
            raise ValueError("give source: table and the section table together, or neither")
        if (self.source == "published") != (self.published is not None):
            raise ValueError("give source: published and its folder together, or neither")
        return self

    @property
    def declared_laws(self) -> dict[str, dict]:
        """The laws' entries; those of a table only say what differs from what its columns allow."""
        if self.table is not None:
            return {k: law.model_dump(exclude_unset=True) for k, law in self.table.laws.items()}
        return {name: law.model_dump(exclude_none=True) for name, law in self.laws.items()}

    @property
    def scored_tokens(self) -> dict[str, int]:
        """Corpus: tokens of a trained run's final loss on it."""
        main, other = self.evaluation.main_tokens, self.evaluation.other_tokens
        return {name: main if name == self.corpora.train else other for name in self.corpora.all}

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
        axes = (experiment.shapes, experiment.seeds, experiment.dataset_tokens)
        if (count := math.prod(map(len, (*axes, experiment.variants)))) > MOST_RUNS:
            raise UserError(f"experiments.{name}: {count} runs, allowed: at most {MOST_RUNS}")
        for i, variant in enumerate(experiment.variants):
            where = f"experiments.{name}" + (f".variants.{i}" if variant != Overrides() else "")
            sections = {}
            for key in ("model", "training", "evaluation"):
                section, values = getattr(self, key), getattr(self, key).model_dump()
                for overrides in (experiment, variant):
                    values = merge(values, getattr(overrides, key))
                sections[key] = _validated(type(section), values, f"{where}.{key}")
            for shape, seed, dataset_tokens in product(*axes):
                at = f"{where}, shape ({shape.n_layer}, {shape.d_model})"
                try:
                    spec = self._spec(shape, seed, dataset_tokens or 0, **sections)
                    _check_storable(spec)
                    yield spec
                except UserError as error:
                    raise UserError(f"{at}: {error}") from error
                except ArithmeticError as error:
                    raise UserError(f"{at}: numbers too large to compute with ({error})") from error

    def _spec(
        self,
        shape: Shape,
        seed: int,
        dataset_tokens: int,
        model: Model,
        training: Training,
        evaluation: Evaluation,
    ) -> RunSpec:
        for key in ("n_layer", "d_model", "d_ff", "n_heads"):
            if (getattr(shape, key) or 0) > LARGEST_SIZE:
                raise UserError(
                    f"{key}: given {getattr(shape, key)}, allowed: at most {LARGEST_SIZE}"
                )
        of_size = {"peak_learning_rate", "adafactor_above"}
        settings = training.model_dump(exclude={*of_size, "steps", "length"})
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
        large = training.adafactor_above is not None and spec.n_params > training.adafactor_above
        optimizer = "adafactor" if large else training.optimizer
        return replace(spec, peak_learning_rate=rate, optimizer=optimizer)


def n_heads(d_model: int, d_head: int) -> int:
    """Fewest heads that divide d_model into heads no wider than d_head (even heads preferred)."""
    small = [n for n in range(1, math.isqrt(d_model) + 1) if d_model % n == 0]
    divisors = sorted(n for n in {*small, *(d_model // n for n in small)} if d_model // n <= d_head)
    even = [n for n in divisors if (d_model // n) % 8 == 0]
    return (even or divisors)[0]


def _check_storable(spec: RunSpec) -> None:
    """Raises UserError unless the run's numbers fit the columns of the run table."""
    for limit, names in (
        (LARGEST_SIZE, ("n_layer", "d_model", "d_ff", "n_heads", "reuse", "n_ctx")),
        (LARGEST_COUNT, ("n_params", "tokens", "dataset_tokens", "steps", "batch_tokens", "seed")),
    ):
        for name in names:
            if abs(getattr(spec, name)) > limit:
                raise UserError(f"{name}: gives {getattr(spec, name)}, allowed: at most {limit}")


def merge(base: dict[str, Any], overlay: dict[str, Any]) -> dict[str, Any]:
    """Overlay on base, as Snakemake does it: mappings key by key, everything else replaced."""
    merged = dict(base)
    for key, value in overlay.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = merge(merged[key], value)
        else:
            merged[key] = value
    return merged


def validate(config: dict[str, Any], origin: str, root: Path = Path(".")) -> Study:
    """The study that a merged configuration describes; ``root`` has the scripts of its own laws.

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
    for law in own_laws(study.declared_laws):
        if law not in law_scripts(root):
            raise UserError(
                f"{origin}: laws.{law}: unknown law, allowed: {', '.join(SLUGS)}, "
                f"or a script in {SCRIPTS} under a name of its own"
            )
    study.runs()
    return study


def load_study(name: str | None = None, root: Path = Path(".")) -> Study:
    """The study `name` from config/{name}.yaml over the study it extends; None: the default.

    Raises:
        UserError: no such study, or a wrong configuration.
    """
    default = load_yaml(root / DEFAULT_CONFIG)
    if name in (None, default.get("study")):
        return validate(default, str(DEFAULT_CONFIG), root)
    overlay = DEFAULT_CONFIG.with_name(f"{name}.yaml") if re.match(NAME, name) else None
    if overlay is None or not (root / overlay).exists():
        overlay = overlay or "a file: a name is made of a-z, 0-9 and _"
        raise UserError(f"study {name!r}: neither configured nor found as {overlay}")
    content = load_yaml(root / overlay)
    extended = extended_overlay(content.get("extends"), str(overlay), root)
    config = merge(merge(default, extended), content)
    if config.get("study") != name:
        given = shown(config.get("study"))
        raise UserError(f"{overlay}: study: given {given}, allowed: {name!r}")
    return validate(config, str(overlay), root)


def extended_overlay(name: str | None, origin: str, root: Path = Path(".")) -> dict[str, Any]:
    """The overlay config/{name}.yaml that the configuration at ``origin`` extends; None: nothing.

    Raises:
        UserError: there is no such overlay, or it extends another one itself.
    """
    if not name:
        return {}
    parent = DEFAULT_CONFIG.with_name(f"{name}.yaml")
    if not (root / parent).exists():
        raise UserError(f"{origin}: extends: {name!r}: there is no {parent}")
    extended = load_yaml(root / parent)
    if "extends" in extended:
        raise UserError(f"{origin}: extends: {parent} extends a study itself; give that one")
    return extended


def _validated(model: type[Strict], values: dict[str, Any], where: str) -> Any:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise UserError("\n".join(_explain(e, model, where) for e in error.errors())) from error


def _explain(error: Any, model: type[BaseModel], where: str) -> str:
    """One line for one pydantic error."""
    key = one_line(".".join(str(part) for part in error["loc"]))
    if not key:  # of the whole: what was given is the whole configuration
        return f"{where}: {one_line(error['msg'].removeprefix('Value error, '), longest=1000)}"
    if error["type"] == "extra_forbidden":
        allowed = ", ".join(_fields_at(model, error["loc"][:-1]))
        return f"{where}: {key}: unknown key, allowed: {allowed}"
    if error["type"] == "missing":
        return f"{where}: {key}: missing"
    message = error["msg"].replace("Input should be ", "").removeprefix("Value error, ")
    message = one_line(message, longest=1000)
    return f"{where}: {key}: given {shown(error['input'])}, allowed: {message}"


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
