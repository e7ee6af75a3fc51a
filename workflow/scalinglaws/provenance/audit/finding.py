"""One line of an audit: the file, what is wrong with it, and the mend."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """A fault, or a note that changes no number."""

    path: str
    what: str
    mend: str = ""
    fault: bool = True

    def __str__(self) -> str:
        mend = f"; {self.mend}" if self.mend else ""
        return f"{self.path}: {self.what}{mend}"


def note(path: str, what: str, mend: str = "") -> Finding:
    """A finding that is no fault."""
    return Finding(path, what, mend, fault=False)
