"""One suspicious thing about a run table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """``kind`` is a word for programs, ``text`` a sentence with what to do about it."""

    kind: str
    text: str


def some(items: list[str], shown: int = 4) -> str:
    """The first of ``items`` and how many more there are."""
    more = len(items) - shown
    return ", ".join(items[:shown]) + (f" and {more} more" if more > 0 else "")


def plural(count: int, noun: str) -> str:
    """3 rows, 1 row."""
    return f"{count} {noun}" + ("" if count == 1 else "s")
