"""One suspicious thing about a run table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """``kind`` is a word for programs, ``text`` a sentence with what to do about it."""

    kind: str
    text: str
