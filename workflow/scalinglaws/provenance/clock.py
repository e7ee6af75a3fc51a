"""File dates that lie ahead of the clock: it was set back after the files were made.

Snakemake refuses an output that is older than an input, and removes it. Dates decide nothing here,
contents do, so they may be changed.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from scalinglaws.counting import counted

FOLDERS = ("config", "data", "results", "workflow")  # of inputs and outputs of rules
TOLERANCE = 2.0  # seconds: clocks of file systems are coarse


def bring_back_dates(root: Path, now: float | None = None) -> str | None:
    """Date files of the future now; gives a line that says so, or None if there were none."""
    now = time.time() if now is None else now
    ahead = [
        path
        for folder in FOLDERS
        for path in (root / folder).rglob("*")
        if path.is_file() and path.stat().st_mtime > now + TOLERANCE
    ]
    for path in ahead:
        os.utime(path, (now, now))
    if ahead:
        were = "was" if len(ahead) == 1 else "were"
        files = counted(len(ahead), "file")
        return f"{files} {were} dated ahead of the clock, which was set back: dated now"
    return None
