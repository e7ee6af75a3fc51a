"""Coverage-guided fuzzing of one reader; needs atheris, which is made for Linux alone.

    python tests/fuzz/fuzz.py tables --inputs 100000 --seconds 600

A table of what came out goes to benchmarks/results/fuzz.md. An input past the parser is a document
whose syntax is sound, so that it is the reader's own code that meets it.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import io
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "workflow")]

from readers import READERS, load  # noqa: E402 (the folders above must be known first)

from report import write_report  # noqa: E402

LONGEST = 512  # bytes of decisions


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reader", choices=READERS)
    parser.add_argument("--inputs", type=int, default=100_000, help="documents past the parser")
    parser.add_argument("--seconds", type=float, default=600.0, help="stop after so long")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=Path, help="keep the inputs that found something here")
    parser.add_argument("--part", choices=["fuzz", "replay"], help=argparse.SUPPRESS)
    parser.add_argument("--result", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> int:
    """Fuzz in one process, replay what it found under coverage in another, report."""
    given = _arguments()
    if given.part == "fuzz":
        return fuzz(given)
    if given.part == "replay":
        return replay(given)
    if importlib.util.find_spec("atheris") is None:
        print("atheris is not installed (Linux only): python -m pip install atheris")
        return 2
    with tempfile.TemporaryDirectory() as work:
        corpus = given.corpus or Path(work, "corpus")
        corpus.mkdir(parents=True, exist_ok=True)
        found: dict = {}
        for part in ("fuzz", "replay"):
            result = Path(work, f"{part}.json")
            command = [sys.executable, __file__, given.reader, "--part", part]
            command += ["--inputs", str(given.inputs), "--seconds", str(given.seconds)]
            command += ["--seed", str(given.seed)]
            command += ["--corpus", str(corpus.absolute()), "--result", str(result)]
            subprocess.run(command, cwd=work, check=True)
            found |= json.loads(result.read_text())
    print(write_report(ROOT / "benchmarks/results", given.reader, found))
    return 1 if found["faults"] else 0


def fuzz(given: argparse.Namespace) -> int:
    """Mutate until enough documents got past the parser; ends the process."""
    import atheris

    load(given.reader)
    forget(READERS[given.reader])  # so that these alone are imported again, and instrumented
    with contextlib.redirect_stderr(io.StringIO()), atheris.instrument_imports(["scalinglaws"]):
        reader = load(given.reader)
    from hostile import attempt, guard

    folder = memory_folder()
    watch, start = guard(folder), time.monotonic()
    ends: Counter[str] = Counter()
    faults: dict[str, dict] = {}
    slowest, past = (0.0, ""), 0

    def finish() -> None:
        found = {
            "executions": ends.total(),
            "past_parser": past,
            "accepted": ends["accepted"],
            "refused": ends["refused"],
            "seconds": round(time.monotonic() - start, 1),
            "slowest_seconds": round(slowest[0], 3),
            "slowest_input": slowest[1],
            "faults": faults,
        }
        given.result.write_text(json.dumps(found))
        sys.stdout.flush()
        os._exit(0)  # libFuzzer knows no other end that is not a crash

    def one(data: bytes) -> None:
        nonlocal slowest, past
        with contextlib.redirect_stderr(io.StringIO()):
            outcome = attempt(reader, data, folder, watch)
            if outcome.end.startswith("hang"):  # a busy machine can look like one: it must repeat
                outcome = attempt(reader, data, folder, watch)
        ends[outcome.end] += 1
        past += outcome.parsed
        slowest = max(slowest, (outcome.seconds, data.hex()))
        if outcome.fault:
            known = faults.setdefault(outcome.end, {"count": 0, "detail": outcome.detail})
            known["count"] += 1
            if len(data.hex()) < len(known.get("input", "0" * 9999)):
                known["input"] = data.hex()
        if past >= given.inputs or time.monotonic() - start > given.seconds:
            finish()

    for number, seed in enumerate((*reader.seeds, bytes(range(256)), bytes(LONGEST))):
        (given.corpus / f"seed-{number}").write_bytes(seed)
    # Its own timeout, which would interrupt a reader in the midst, is out of the way: ours counts.
    flags = [f"-seed={given.seed}", f"-max_len={LONGEST}", "-timeout=3600", "-verbosity=0"]
    flags += ["-rss_limit_mb=8192", "-reduce_inputs=0"]
    atheris.Setup([sys.argv[0], *flags, str(given.corpus)], one)
    atheris.Fuzz()
    return 0


def forget(reader: tuple[str, tuple[str, ...]]) -> None:
    """Forget that a reader's modules were imported."""
    document, packages = reader
    for name in list(sys.modules):
        if name == document or any(f"{name}.".startswith(f"{own}.") for own in packages):
            del sys.modules[name]


def memory_folder() -> Path:
    """A new folder in memory where there is one: a hundred thousand files are written."""
    memory = Path("/dev/shm")
    return Path(tempfile.mkdtemp(dir=memory if os.access(memory, os.W_OK) else None))


def replay(given: argparse.Namespace) -> int:
    """Lines of the reader that the kept inputs reach, by module."""
    import coverage

    names = READERS[given.reader][1]
    measure = coverage.Coverage(data_file=None, source_pkgs=list(names), config_file=False)
    measure.start()
    reader = load(given.reader)
    from hostile import attempt

    folder = memory_folder()
    with contextlib.redirect_stderr(io.StringIO()):
        for kept in sorted(given.corpus.iterdir()):
            attempt(reader, kept.read_bytes(), folder)
    measure.stop()
    lines = {}
    for file in sorted(measure.get_data().measured_files()):
        _, statements, _, missing, _ = measure.analysis2(file)
        if statements:
            own = Path(file).relative_to(ROOT / "workflow").with_suffix("")
            lines[".".join(own.parts)] = [len(statements) - len(missing), len(statements), missing]
    given.result.write_text(json.dumps({"lines": lines, "kept": len(list(given.corpus.iterdir()))}))
    return 0


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main())
