"""The C++ kernels as a shared library, built on first use and kept in scratch/kernels."""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from scalinglaws.errors import UserError

SOURCES = Path(__file__).with_name("cpp")
CACHE = Path(__file__).resolve().parents[3] / "scratch/kernels"
# No -ffast-math: it would assume that no number is NaN, and a diverged run must be seen as such.
FLAGS = ("-std=c++17", "-O3", "-march=native", "-fno-math-errno", "-fPIC", "-shared")
MEND = "set training.kernels: torch in the study's configuration"


def find_compiler() -> str | None:
    """The path of a C++ compiler: $CXX, or the first of c++, g++, clang++; None without one."""
    names = (os.environ.get("CXX", ""), "c++", "g++", "clang++")
    return next((path for name in names if name and (path := shutil.which(name))), None)


@cache
def library() -> ctypes.CDLL:
    """The compiled kernels. Processes that start together build them once.

    Raises:
        UserError: there is no compiler, or it does not compile the kernels.
    """
    compiler = find_compiler()
    if compiler is None:
        raise UserError(
            "kernels: fused needs a C++ compiler, and neither $CXX nor c++, g++ or clang++ is "
            f"found: install one (Debian: apt install g++), or {MEND}"
        )
    built = CACHE / f"{_key(compiler)}.so"
    if not built.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with open(CACHE / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not built.exists():
                _build(compiler, built)
    return ctypes.CDLL(str(built))


def _key(compiler: str) -> str:
    """What a build depends on: sources, flags, compiler and, by -march=native, the processor."""
    version = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=False)
    key = hashlib.sha256("\n".join([*FLAGS, version.stdout, _processor()]).encode())
    for source in sorted(SOURCES.iterdir()):
        key.update(source.name.encode() + source.read_bytes())
    return key.hexdigest()[:16]


def _processor() -> str:
    """The processor's features, as the system lists them."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    features = (line for line in lines if line.startswith(("flags", "Features")))
    return f"{platform.machine()} {next(features, '')}"


def _build(compiler: str, target: Path) -> None:
    print(f"building the fused kernels with {compiler} (once, some seconds)", file=sys.stderr)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        partial = Path(folder) / target.name
        command = [compiler, *FLAGS, str(SOURCES / "kernels.cpp"), "-o", str(partial)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            log = target.with_suffix(".log")
            log.write_text(" ".join(command) + "\n" + done.stderr)
            raise UserError(
                f"kernels: fused cannot be compiled by {compiler} (its words are in {log}): "
                f"mend the compiler, or {MEND}"
            )
        os.replace(partial, target)
