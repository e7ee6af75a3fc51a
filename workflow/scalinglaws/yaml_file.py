"""A YAML file as a mapping, or one line about what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from scalinglaws.errors import UserError
from scalinglaws.wording import one_line

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where it is built
MOST_VALUES = 200_000  # of a document, aliases counted as often as they are used
# What YAML raises on dates and numbers that are none, and on nesting beyond reason.
BROKEN = (yaml.YAMLError, ValueError, ArithmeticError, LookupError, RecursionError)
BROKEN += (AttributeError, TypeError)


def load_yaml(path: Path) -> dict[str, Any]:
    """A YAML mapping.

    Raises:
        UserError: missing, unreadable, no mapping, or a document that unfolds without end; names
            file, line and mend.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), LOADER)
        size = _values(content, MOST_VALUES)
    except FileNotFoundError as error:
        raise UserError(f"{path}: no such file") from error
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror})") from error
    except BROKEN as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise UserError(f"{path}{line}: not valid YAML ({_problem(error)})") from error
    if not isinstance(content, dict):
        raise UserError(f"{path}: must be a mapping of keys to values")
    if size >= MOST_VALUES:
        raise UserError(
            f"{path}: more than {MOST_VALUES} values; do aliases (*) repeat each other?"
        )
    return content


def _problem(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8 text"
    if isinstance(error, RecursionError):
        return "nested too deeply, or an alias inside itself"
    return one_line(getattr(error, "problem", None) or error)


def _values(value: Any, limit: int) -> int:
    """Values inside a document, at most ``limit``: a few aliases can stand for millions."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    count = 1
    for one in inner:
        count += _values(one, limit - count)
        if count >= limit:
            return limit
    return count
