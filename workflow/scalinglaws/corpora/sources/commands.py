"""Run a package manager that is not ours: bounded in time, answered in one line.

It runs with the environment it finds, so a configured index or proxy is used without being named.
"""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from scalinglaws.corpora.archives import SourceError

SECONDS = 900


def require(tool: str, mend: str) -> None:
    """Raise SourceError if a program is not installed."""
    if shutil.which(tool) is None:
        raise SourceError(f"{tool} is not installed; {mend}")


def run(command: Sequence[str], folder: Path, error_prefix: str, which: int = -1) -> None:
    """Run in `folder`; on failure raise SourceError with one line that starts like an error.

    `which` of those lines tells most: the last one by default.

    Raises subprocess.TimeoutExpired after `SECONDS`.
    """
    done = subprocess.run(
        command,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        timeout=SECONDS,
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()] or ["it failed"]
        errors = [line for line in said if line.startswith(error_prefix)] or said
        raise SourceError(errors[min(which, len(errors) - 1)].removeprefix(error_prefix).strip())
