"""What differs between two states of the inputs: configuration keys, code and package pins."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

import yaml

from scalinglaws.provenance.dvclock import Loader
from scalinglaws.provenance.fingerprint import _WithoutDocstrings

ABSENT = "absent"


def changed_keys(before: Any, now: Any, at: str = "") -> Iterator[tuple[str, str, str]]:
    """(key, value before, value now) of two configurations; keys are joined by dots."""
    if isinstance(before, dict) and isinstance(now, dict):
        for key in [*before, *(key for key in now if key not in before)]:
            where = f"{at}.{key}" if at else str(key)
            yield from changed_keys(before.get(key, ABSENT), now.get(key, ABSENT), where)
    elif before != now:
        yield at, shown(before), shown(now)


def parse_configuration(content: bytes | None) -> Any:
    """The values of a YAML text; None where there is none or it cannot be read."""
    try:
        return yaml.load(content, Loader) if content else None
    except yaml.YAMLError:
        return None


def same_code(before: bytes | None, now: bytes | None) -> bool:
    """Whether two Python files differ in comments, docstrings and layout at most."""
    if before is None or now is None:
        return False
    try:
        trees = [_WithoutDocstrings().visit(ast.parse(text)) for text in (before, now)]
    except (SyntaxError, ValueError):
        return False
    return ast.dump(trees[0]) == ast.dump(trees[1])


def changed_pins(before: bytes | None, now: bytes | None) -> list[str]:
    """'torch 2.12.0 -> 2.13.0' for every package whose pin differs, by name."""
    old, new = pins(before or b""), pins(now or b"")
    return [
        f"{name} {old.get(name, ABSENT)} -> {new.get(name, ABSENT)}"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]


def shown(value: Any, width: int = 40) -> str:
    """A value on one line, cut to a width."""
    text = " ".join(str(value).split())
    return text if len(text) <= width else f"{text[: width - 3]}..."


def pins(content: bytes) -> dict[str, str]:
    """{package: version} of a lock, with or without markers and hashes; PEP 503's names."""
    lines = content.decode(errors="replace").splitlines()
    found = (re.fullmatch(r"([\w.-]+)\s*==\s*(\S+)(\s.*)?", line.strip()) for line in lines)
    return {re.sub(r"[-_.]+", "-", match[1]).lower(): match[2] for match in found if match}
