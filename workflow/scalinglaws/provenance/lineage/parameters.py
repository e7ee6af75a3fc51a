"""Parameters for a reader: where in the configuration a value stands, or the value, cut short."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from scalinglaws.provenance.differences import shown
from scalinglaws.provenance.dvclock import Loader

FILES = ("config.yaml", "constants.yaml", "figures.yaml", "corpora.yaml")


def places(root: Path) -> dict[str, str]:
    """{repr of a mapping or list of the configuration as it is now: 'file: key'}."""
    found: dict[str, str] = {}
    for name in FILES:
        path = root / "config" / name
        try:
            content = yaml.load(path.read_bytes(), Loader)
        except (OSError, yaml.YAMLError):
            continue  # lineage tells what was; a configuration that is broken now is no matter
        for key, value in _nested(content):
            found.setdefault(repr(value), f"config/{name}{f': {key}' if key else ''}")
    return found


def worded(params: tuple[str, ...], known: dict[str, str], width: int | None) -> list[str]:
    """Each parameter as its place in the configuration, or as text (None: uncut)."""
    return [known.get(value) or _text(value, width) for value in params if value != "None"]


def _text(value: str, width: int | None) -> str:
    try:
        read = ast.literal_eval(value)
    except (ValueError, SyntaxError):
        read = value
    flags = isinstance(read, list) and read and str(read[0]).startswith("--")
    text = " ".join(map(str, read)) if flags else str(read)
    return shown(text, width) if width else text


def _nested(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, (dict, list)) and value:
        yield at, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _nested(inner, f"{at}.{key}" if at else str(key))
