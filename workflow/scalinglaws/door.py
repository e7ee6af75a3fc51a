"""What every Snakemake script does at its entrance: log, and answer user errors in one line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from scalinglaws.errors import UserError


class _Tee:
    """A text stream that writes to several others, line by line."""

    def __init__(self, *streams: TextIO) -> None:
        self.streams = streams

    def write(self, text: str) -> int:
        for stream in self.streams:
            stream.write(text)
            stream.flush()
        return len(text)

    def flush(self) -> None:
        for stream in self.streams:
            stream.flush()

    def isatty(self) -> bool:
        return False


@contextmanager
def log_to(path: str | Path | None) -> Iterator[None]:
    """Send stderr to the terminal and to `path`; turn a `UserError` into one line and exit 1."""
    terminal, log = sys.stderr, None
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        log = open(path, "w", encoding="utf-8")  # noqa: SIM115 (closed below)
        sys.stderr = _Tee(terminal, log)
    try:
        yield
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    finally:
        sys.stderr = terminal
        if log:
            log.close()


def door(snakemake: Any) -> Any:
    """`log_to` the first log file of a Snakemake job."""
    return log_to(snakemake.log[0] if snakemake.log else None)
