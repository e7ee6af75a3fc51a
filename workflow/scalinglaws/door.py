"""What every Snakemake script does at its entrance: log, and answer foreseen errors in one line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from scalinglaws.errors import UserError
from scalinglaws.failures import refusal


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
    """Send stderr to the terminal and to `path`; some errors become one line and exit status 1.

    These are a `UserError`, and what the machine refuses: disk, permission, memory.
    """
    terminal, log = sys.stderr, None
    try:
        if path:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            log = open(path, "w", encoding="utf-8")  # noqa: SIM115 (closed below)
            sys.stderr = _Tee(terminal, log)
        yield
    except Exception as error:
        line = str(error) if isinstance(error, UserError) else refusal(error)
        if line is None:
            raise
        print(f"error: {line}", file=terminal)
        if log:
            with suppress(OSError):  # the log's disk may be the full one
                print(f"error: {line}", file=log)
        sys.exit(1)
    finally:
        sys.stderr = terminal
        if log:
            with suppress(OSError):
                log.close()


def door(snakemake: Any) -> Any:
    """`log_to` the first log file of a Snakemake job."""
    return log_to(snakemake.log[0] if snakemake.log else None)
