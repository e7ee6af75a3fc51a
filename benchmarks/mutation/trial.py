"""Tests against one mutant: a fork of this process, which has imported other people's packages.

Importing them costs seconds, the tests of a mutant often less. The package itself is imported in
the fork alone, after the mutated text was written over the file, in a copy of the checkout.
"""

import contextlib
import importlib
import math
import os
import resource
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

PRELOADED = (
    *("numpy", "scipy.optimize", "scipy.stats", "scipy.special", "statsmodels.api", "pandas"),
    *("pyarrow.parquet", "pydantic", "yaml", "torch", "psutil", "pathspec", "rocrate.rocrate"),
    *("matplotlib.pyplot", "hypothesis"),
)
ASIDE = "original"  # folder of the file that is mutated
NO_TESTS = 5  # pytest's exit status
OPTIONS = ("-x", "-q", "-n0", "-p", "no:cacheprovider")
WAITING = 20  # a test may wait so many times longer than it may compute: others use the cores too
MEMORY = 8 << 30  # bytes: a mutated shape or power asks for anything


def preload() -> None:
    """Import what every fork needs and no mutant changes."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that a fork ends with this process
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    for name in PRELOADED:
        importlib.import_module(name)


def try_mutant(copy: Path, file: str, text: str, tests: list[str], limit: float) -> str:
    """'killed', 'survived' or 'timed out' of the tests with a file's text replaced."""
    path, aside = copy / file, copy.parent / ASIDE
    aside.mkdir(exist_ok=True)
    shutil.copy2(path, aside / file.replace("/", "@"))
    path.write_text(text, encoding="utf-8")
    # Python knows stale compiled code by the time of its source, in seconds, and its size.
    os.utime(path, (0, path.stat().st_ctime - 1000))
    status = in_fork(copy, lambda: pytest.main([*OPTIONS, f"--rootdir={copy}", *tests]), limit)
    restore(copy)
    if status == NO_TESTS:
        raise SystemExit(f"not one of these is a test: {' '.join(tests)}")
    if status in (None, -signal.SIGXCPU):
        return "timed out"
    return "killed" if status else "survived"


def restore(copy: Path) -> None:
    """Put back what a mutant replaced, also one that was tried when this program was killed."""
    for original in (copy.parent / ASIDE).glob("*"):
        shutil.move(original, copy / original.name.replace("@", "/"))


def in_fork(copy: Path, work: Callable[[], int], limit: float = math.inf) -> int | None:
    """The status that ``work`` ends with in a process of its own, None if it never does.

    It may compute for ``limit`` seconds; then it is ended by SIGXCPU.
    """
    child = os.fork()
    if child == 0:
        _work(copy, work, limit)
    until, status = time.monotonic() + WAITING * limit, None
    try:
        while status is None and time.monotonic() < until:
            time.sleep(0.02)
            ended, raw = os.waitpid(child, os.WNOHANG)
            status = os.waitstatus_to_exitcode(raw) if ended else None
    finally:
        with contextlib.suppress(ProcessLookupError):  # it, or what a test left running
            os.killpg(child, signal.SIGKILL)
    if status is None:
        os.waitpid(child, 0)
    return status


def _work(copy: Path, work: Callable[[], int], limit: float) -> None:
    """Do it quietly within the copy, and end this process."""
    status = 1
    try:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        if limit < math.inf:
            resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(limit), math.ceil(limit) + 5))
        output = os.open(copy.parent / "last_output.txt", os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        for descriptor in (1, 2):
            os.dup2(output, descriptor)
        os.chdir(copy)
        os.environ["PYTHONPATH"] = str(copy / "workflow")
        sys.path.insert(0, str(copy / "workflow"))
        if not Path(importlib.import_module("scalinglaws").__file__).is_relative_to(copy):
            status = NO_TESTS  # an installed package, which has no mutant
        else:
            status = int(work())
        sys.stdout.flush()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)
