"""Do the default 95 % intervals hold the truth 95 times in 100?

    python benchmarks/intervals.py [--replications 1000] [--runs 8 12 20 40] [--law L(N,D) ...]
                                  [--jobs 2] [--out benchmarks/results]

Simulates studies of every law, fits them with the package's own functions and counts. Writes
coverage.parquet (a row a law, number of runs, quantity and method) and coverage.md. With --law or
--runs the other cells that --out already holds stay as they are. Equal options give equal files,
whatever --jobs. 34 minutes on two cores that others used as well; without
"Chinchilla Huber" and "Chinchilla LAD" about half as long.
"""

import argparse
import os
import sys
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # many small problems, one a process
os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "workflow"))

import pyarrow as pa
import pyarrow.parquet as pq
from coverage_study.cells import MORE, RUNS, STUDIES, cells, simulate
from coverage_study.report import markdown
from coverage_study.summary import SCHEMA, summarise

RESULTS = Path(__file__).resolve().parent / "results"
CHUNK = 25  # replications handed to a process at once


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    wanted = cells(options.law, options.runs)
    start = time.monotonic()
    found = run(wanted, options.replications, options.jobs)
    path = options.out / "coverage.parquet"
    rows = merged({cell: summarise(*cell, found[cell]) for cell in wanted}, path)
    options.out.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), path)
    (options.out / "coverage.md").write_text(markdown(rows), encoding="utf-8")
    print(f"{options.out}/coverage.md after {(time.monotonic() - start) / 60:.1f} min")


def merged(found: dict[tuple[str, int], list[dict]], path: Path) -> list[dict]:
    """Rows of the cells ``found`` and of the other cells in the file at ``path``, if there is one.

    In the order in which a run of all cells gives them.
    """
    if path.is_file():
        kept: dict[tuple[str, int], list[dict]] = defaultdict(list)
        for row in pq.read_table(path).to_pylist():
            kept[row["law"], row["n_runs"]].append(row)
        found = {**kept, **found}
    return [row for cell in cells(list(STUDIES), list(RUNS)) for row in found.get(cell, [])]


def run(wanted: list[tuple[str, int]], replications: int, jobs: int) -> dict:
    """Outcomes of every replication of every cell, in the order of replications."""
    # The first chunk of every cell before the second of any: it tells what the rest will take.
    chunks = [
        (*cell, first, min(first + CHUNK, replications * MORE.get(cell[0], 1)))
        for first in range(0, replications * max(MORE.values()), CHUNK)
        for cell in wanted
        if first < replications * MORE.get(cell[0], 1)
    ]
    parts: dict[tuple, list] = {}
    seconds: dict[tuple[str, int], list[float]] = defaultdict(list)
    start = said = time.monotonic()
    with ProcessPoolExecutor(jobs) as pool:
        futures = {pool.submit(_timed, *chunk): chunk for chunk in chunks}
        for future in as_completed(futures):
            chunk = futures.pop(future)
            parts[chunk], took = future.result()
            seconds[chunk[:2]].append(took)
            now = time.monotonic()
            if now - said > 5.0 or not futures:
                said = now
                left = sum(_expected(seconds, chunk[:2]) for chunk in futures.values()) / jobs
                print(
                    f"{len(parts)} of {len(chunks)} chunks, {(now - start) / 60:.1f} min, "
                    f"about {left / 60:.1f} min left",
                    file=sys.stderr,
                    flush=True,
                )
    return {
        cell: [item for chunk in chunks if chunk[:2] == cell for item in parts[chunk]]
        for cell in wanted
    }


def _timed(*chunk) -> tuple[list, float]:
    start = time.monotonic()
    return simulate(*chunk), time.monotonic() - start


def _expected(seconds: dict, cell: tuple[str, int]) -> float:
    own = seconds.get(cell) or [s for other in seconds.values() for s in other]
    return sum(own) / len(own)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--replications", type=int, default=1000)
    parser.add_argument("--runs", type=int, nargs="+", choices=RUNS, default=list(RUNS))
    parser.add_argument("--law", nargs="+", choices=list(STUDIES), default=list(STUDIES))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, default=RESULTS)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
