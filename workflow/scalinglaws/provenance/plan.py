"""What Snakemake would do: the status of every product, from its summary."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO


@dataclass(frozen=True)
class Planned:
    """One product of the configured studies."""

    path: str
    rule: str
    log: str
    status: str  # ok, missing, params changed, updated input files, ...
    pending: bool  # its job would run


@dataclass(frozen=True)
class Plan:
    """Every product, or the line that says why there is no plan."""

    products: dict[str, Planned] = field(default_factory=dict)
    error: str | None = None

    def jobs(self) -> dict[str, int]:
        """Jobs that would run: {rule: count}, in the order of the flow."""
        pending = {(p.rule, p.log): None for p in self.products.values() if p.pending}
        return dict(Counter(rule for rule, _ in pending))


@contextmanager
def planning(root: Path) -> Iterator[Callable[[], Plan]]:
    """Snakemake in the background, for planning takes seconds; the function waits for its plan."""
    program = Path(sys.executable).with_name("snakemake")
    command = [str(program), "--summary", "--nolock"]
    # Files and not pipes, which would be full before anybody reads them.
    with (
        tempfile.TemporaryFile("w+") as out,
        tempfile.TemporaryFile("w+") as err,
        subprocess.Popen(command, cwd=root, stdout=out, stderr=err) as process,
    ):
        try:
            yield lambda: _finish(root, process, out, err)
        finally:
            process.kill()


def _finish(root: Path, process: subprocess.Popen, out: TextIO, err: TextIO) -> Plan:
    failed = process.wait()
    for file in (out, err):
        file.seek(0)
    if failed:
        return Plan(error=_reason(root, err.read()))
    products = {}
    for line in out:
        cells = line.rstrip("\n").split("\t")
        if len(cells) == 6 and cells[0] != "output_file":
            path, _, rule, log, status, todo = cells
            products[path] = Planned(path, rule, log, status, todo != "no update")
    return Plan(products)


def _reason(root: Path, output: str) -> str:
    """Snakemake's error on one line, without its greetings, places and tracebacks."""
    greetings = ("Using workflow", "Building DAG", "Assuming")
    lines = (line.strip() for line in output.splitlines())
    kept = [line for line in lines if line and not line.startswith(greetings)]
    if kept and kept[0].startswith("Traceback"):  # nothing before it: its end is the error
        kept = kept[-1:]
    told = " ".join(kept)
    told = re.split(r' Wildcards:| Traceback| File "', told.removeprefix("error: "))[0]
    return told.replace(f"{root.resolve()}/", "") or "it gave no reason"
