"""Studies, run-table sections and catalogues of corpora: valid ones with a few values replaced."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from choices import Choices
from hostile import Case, Reader

from scalinglaws.corpora.catalogue import check_use, load_catalogue, parse_corpus
from scalinglaws.errors import UserError
from scalinglaws.study import load_study, load_yaml, merge, validate

PEAK = {"value": 0.01, "at_n_params": 1e5, "exponent": -0.2, "at_batch_tokens": 4096}
PEAK |= {"batch_exponent": 0.5, "maximum": 0.03}
TRAINING = {"batch_tokens": 128, "steps": 20, "peak_learning_rate": PEAK, "schedule": "constant"}
TRAINING |= {"warmup_steps": 2, "cooldown_fraction": 0.2, "final_learning_rate": 0.0}
TRAINING |= {"beta1": 0.9, "beta2": 0.95, "epsilon": 1e-8, "weight_decay": 0, "gradient_clip": 1.0}
TRAINING |= {"length": 1.0, "early_stopping_patience": 0}
SWEEP = {"description": "a sweep", "shapes": [[2, 16], {"n_layer": 1, "d_model": 8}]}
SWEEP |= {"seeds": [0, 1], "dataset_tokens": [None, 4096], "training": {"steps": 40}}
SWEEP |= {"variants": [{}, {"model": {"dropout": 0.1}}]}
LAW = {"experiment": "sizes", "select": {"n_params": {"min": 1e3, "max": None}}, "budgets": [1e-9]}
STUDY: dict[str, Any] = {
    "study": "toy",
    "source": "trained",
    "corpora": {"train": "a", "evaluate": ["b"]},
    "tokens": {"vocabulary": "bpe", "n_vocab": 512, "sample_bytes": 1000},
    "model": {"n_ctx": 16, "d_head": 8, "d_ff_ratio": 4, "init_std": 0.02, "dropout": 0.0},
    "training": TRAINING,
    "checkpoint_seconds": 60,
    "evaluation": {"curve_tokens": 64, "tests_per_decade": 3, "main_tokens": 9, "other_tokens": 9},
    "experiments": {"sizes": SWEEP},
    "laws": {"L(N)": LAW},
    "figures": ["figure_01"],
    "tables": [],
    "budget": dict.fromkeys(
        ("core_seconds", "seconds_per_run", "seconds_per_token", "flops_per_second"), 1.0
    )
    | {"epochs_to_stop": 5},
}
TABLE = {"path": "runs.csv", "columns": {"N": "params"}, "units": {"C": "PF-days", "N": 1e6}}
TABLE |= {"constants": {"B": 512}, "where": {"kind": ["a", 1]}, "ranges": {"N": {"min": 1}}}
TABLE |= {"compute": "6ND", "loss_at": "best", "laws": {"L(N)": {"within": 3.0}}}
SOURCES = (
    {"kind": "url", "url": "https://example.org/a.zip", "member": "a.txt", "gzip": False},
    {"kind": "package", "package": "a==1", "format": "sdist", "members": ["*.txt"]},
    {"kind": "npm", "package": "@a/b@1.0", "members": ["*"], "exclude": ["x"]},
    {"kind": "debian", "packages": ["ab"], "members": ["*"]},
    {"kind": "installed", "package": "a==1"},
    {"kind": "folder", "path": "texts", "files": ["**/*"], "text_field": "text"},
    {"kind": "huggingface", "dataset": "a", "split": "train"},
)
CORPUS = {"title": "A", "description": "a", "version": "1", "licence": "none", "bytes": 10}
CORPUS |= {"sha256": "0" * 64, "reader": "jsonl"}
CORPUS |= {"shares": {"train": 0.8, "validation": 0.1, "test": 0.1}}
# What YAML can say and JSON cannot, and what its parsers are known to stumble over.
SNIPPETS = (
    *("a: 2024-13-45", "a: 0x", "? [1, 2]\n: 3", "? {a: 1}\n: 3", "a: !!python/name:os.system x"),
    *("a: &x [*x]", "&x a: *x", "a: !!int abc", "a: !!float abc", "a: 1e999", "a: 0o9", "<<: 3"),
    *(
        "a: !!binary '*'",
        "a: !!set {b}",
        "a: !!timestamp x",
        "a: &m {<<: *m}",
        "\t- a",
        "a: 1:99:99",
    ),
    *("- " * 3000 + "a", "[" * 3000, "{a: " * 500, "a: !!omap [b: 1]", "%YAML 9.9\n---\na: 1"),
    *(
        "a: 1\n---\nb: 2",
        "\ufeffa: 1",
        "a: \x85b",
        "a: '\ud7ff'",
        "a: !!bool maybe",
        "9" * 5000 + ": 1",
    ),
)
BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{one}: &{one} [{', '.join(['*' + before] * 10)}]\n"
    for before, one in zip("abcdefghi", "bcdefghij", strict=True)
)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (mapping or list, key or index) of a document, outer ones first."""
    keys = (
        value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )
    for key in list(keys):
        yield value, key
        yield from _places(value[key])


def harm(choices: Choices, document: Any) -> None:
    """Replace, remove or add a few entries anywhere."""
    for _ in range(choices.below(4)):
        places = list(_places(document))
        if not places:
            return
        holder, key = choices.pick(places)
        action = choices.below(8)
        if action == 0 and isinstance(holder, dict):
            del holder[key]
        elif action == 1 and isinstance(holder, dict):
            added = choices.value(0) if choices.once_in(3) else choices.text()
            holder[None if isinstance(added, list | dict) else added] = choices.value()
        elif action == 2:
            holder[key] = [copy.deepcopy(holder[key])] * choices.pick([1, 2, 40])
        elif action in (3, 4):
            holder[key] = choices.number()
        elif action == 5:
            holder[key] = copy.deepcopy(choices.pick(places)[0])
        else:
            holder[key] = choices.value()


def _study(choices: Choices) -> dict:
    study = copy.deepcopy(STUDY)
    if choices.once_in(4):
        study |= {"source": "table", "table": copy.deepcopy(TABLE)}
    harm(choices, study)
    return study


def _catalogue(choices: Choices) -> dict:
    corpus = copy.deepcopy(CORPUS) | {"sources": [dict(choices.pick(SOURCES))]}
    catalogue = {"a": corpus, "b": copy.deepcopy(corpus)} if choices.once_in(3) else {"a": corpus}
    harm(choices, catalogue)
    return catalogue


def _text(choices: Choices, document: dict) -> tuple[bytes, bool]:
    """A document as YAML, now and then with what breaks parsers; and whether it is sound."""
    try:
        text = yaml.dump(document, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper))
    except (yaml.YAMLError, RecursionError, ValueError):
        text = "a: 1"
    if choices.once_in(6):
        text = (
            choices.pick([*SNIPPETS, BOMB]) if choices.once_in(2) else text + choices.pick(SNIPPETS)
        )
    content = choices.damaged(text.encode(choices.pick(["utf-8"] * 7 + ["utf-16"]), "replace"))
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        return content, isinstance(yaml.load(content, loader), dict)
    except Exception:  # whatever the parser raises, the document is none
        return content, False


def build(choices: Choices, folder: Path) -> Case:
    """A study or a catalogue, as a document that was parsed already or, of 8, one as a file."""
    kind = choices.below(16)
    if kind < 9:
        study = _study(choices)
        return Case(lambda: validate(study, "config/toy.yaml"), True)
    if kind < 11:
        overlay = _study(choices)
        return Case(lambda: validate(merge(STUDY, overlay), "config/toy.yaml"), True)
    if kind < 14:
        catalogue = _catalogue(choices)

        def check() -> None:
            known = {
                str(name): parse_corpus(one, f"corpora: {name}") for name, one in catalogue.items()
            }
            check_use(known, "a", ["a", "b"])
            [(corpus.identity, list(map(str, corpus.sources))) for corpus in known.values()]

        return Case(check, True)
    config = folder / "config"
    config.mkdir(exist_ok=True)
    if kind == 14:
        content, parsed = _text(choices, _catalogue(choices))
        (config / "corpora.yaml").write_bytes(content)
        return Case(lambda: load_catalogue(config / "corpora.yaml"), parsed)
    content, parsed = _text(choices, _study(choices))
    (config / "config.yaml").write_bytes(content)
    (config / "toy.yaml").write_bytes(content)
    name = choices.pick([None, "toy", "other", "../toy", "a/b", "\0", ""])
    if choices.once_in(3):
        (config / "config.yaml").write_text(yaml.safe_dump(STUDY))
        return Case(lambda: load_yaml(config / "toy.yaml") and load_study(name, folder), parsed)
    return Case(lambda: load_study(name, folder), parsed)


READER = Reader(build, (UserError,))
