"""How do planning and gathering grow with the number of runs?

    python benchmarks/growth.py [N_RUNS ...]        (default: 100 1000 10000)

A study of N small runs (seeds of one model) is planned from nothing with `snakemake -n`; one of its
runs is trained, the others are made of it: run and score files with their own names and specs, and
Snakemake's records. Gathering is then run for real, and `snakemake -n` once more, when nothing is
to be done. Seconds and peak memory go to benchmarks/results/growth.md, with the exponent of growth
between the two largest sizes.
"""

import dataclasses
import hashlib
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow.parquet as pq
import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests/workflow"), str(ROOT / "workflow")]

from clones import copy_checkout  # noqa: E402

from scalinglaws.markup import markdown_table  # noqa: E402
from scalinglaws.provenance.records import read_records, record_file  # noqa: E402
from scalinglaws.runspec import RunSpec  # noqa: E402
from scalinglaws.study import load_study, load_yaml  # noqa: E402

RESULT = ROOT / "benchmarks/results/growth.md"
TARGET = "results/growth/metrics/runs.parquet"
PLAN, GATHER, IDLE = "plan all of it", "gather", "nothing to be done"


def main() -> None:
    sizes = sorted(map(int, sys.argv[1:])) or [100, 1000, 10000]
    measured = {}
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / "base"
        copy_checkout(ROOT, base)
        declare(base, 1)
        snakemake(base, "--cores", "1", TARGET)
        for n_runs in sizes:
            measured[n_runs] = measure(base, Path(folder) / str(n_runs), n_runs)
            print(n_runs, measured[n_runs], flush=True)
    RESULT.write_text(page(measured), encoding="utf-8")
    print(f"wrote {RESULT}")


def declare(project: Path, n_runs: int) -> None:
    """config/growth.yaml: the micro study with N seeds of one model, and nothing else."""
    study = load_yaml(project / "config/micro.yaml")
    study["study"] = "growth"
    study["experiments"]["model_size"] = {"shapes": [[1, 16]], "seeds": list(range(n_runs))}
    study["figures"], study["tables"] = [], []
    study["budget"] = {"core_seconds": 1e9}
    (project / "config/growth.yaml").write_text(yaml.safe_dump(study), encoding="utf-8")


def snakemake(project: Path, *arguments: str) -> tuple[float, float]:
    """Run snakemake; gives seconds and the peak memory of its process, GiB."""
    command = [sys.executable, "-m", "snakemake", "--configfile", "config/growth.yaml"]
    start = time.perf_counter()
    child = subprocess.Popen(
        [*command, "--quiet", "all", *arguments], cwd=project, stdout=subprocess.PIPE, text=True
    )
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"snakemake {' '.join(arguments)} failed:\n{output}")
    return time.perf_counter() - start, usage.ru_maxrss / 2**20


def measure(base: Path, project: Path, n_runs: int) -> dict[str, tuple[float, float]]:
    """Each step: seconds and GiB."""
    shutil.copytree(base, project)
    declare(project, n_runs)
    planned = snakemake(project, "-n", TARGET)
    multiply(project)
    _, memory = snakemake(project, "--cores", "1", TARGET)
    records, _ = read_records(project)
    gathered = (records[TARGET].ended - records[TARGET].started, memory)
    idle = snakemake(project, "-n", TARGET)
    shutil.rmtree(project)
    return {PLAN: planned, GATHER: gathered, IDLE: idle}


def multiply(project: Path) -> None:
    """Run and score files and their records for every declared run, made from the trained one."""
    specs = [spec for spec, _ in load_study("growth", project).runs().values()]
    trained = next(s for s in specs if (project / run_path(s, "runs", "parquet")).exists())
    for spec in specs:
        if spec == trained:
            continue
        rewrite(project, trained, spec, "runs", {b"spec": json.dumps(dataclasses.asdict(spec))})
        rewrite(project, trained, spec, "scores", {})
        weights = [project / run_path(s, "runs", "safetensors") for s in (trained, spec)]
        shutil.copy(*weights)
        for kind, ending in (("runs", "parquet"), ("runs", "safetensors"), ("scores", "parquet")):
            copy_record(project, trained, spec, kind, ending)


def run_path(spec: RunSpec, kind: str, ending: str) -> str:
    return f"results/growth/{kind}/{spec.run_id}.{ending}"


def rewrite(project: Path, old: RunSpec, new: RunSpec, kind: str, metadata: dict) -> None:
    table = pq.read_table(project / run_path(old, kind, "parquet"))
    known = table.schema.metadata | {b"run_id": new.run_id.encode()} | metadata
    pq.write_table(table.replace_schema_metadata(known), project / run_path(new, kind, "parquet"))


def copy_record(project: Path, old: RunSpec, new: RunSpec, kind: str, ending: str) -> None:
    record = record_file(project, run_path(old, kind, ending)).read_text()
    record = record.replace(old.run_id, new.run_id)
    record = record.replace(f"'--seed', '{old.seed}'", f"'--seed', '{new.seed}'")
    content = json.loads(record)
    # The run that a score was made from is one that was made here.
    checked = content["input_checksums"]
    run = run_path(new, "runs", "parquet")
    if run in checked:
        digest = hashlib.sha256((project / run).read_bytes()).hexdigest()
        checked[run] = f"sha256:{digest}"
    record_file(project, run_path(new, kind, ending)).write_text(json.dumps(content))


def page(measured: dict[int, dict[str, tuple[float, float]]]) -> str:
    """The table, and the exponent between the two largest sizes."""
    sizes = list(measured)
    rows = [
        [step, *(cell(*measured[n][step]) for n in sizes), growth(measured, step)]
        for step in (PLAN, GATHER, IDLE)
    ]
    header = ["step", *(f"{n:,} runs" for n in sizes), "exponent"]
    lines = [
        "# Growth with the number of runs",
        "",
        "Generated by `python benchmarks/growth.py`; not edited by hand. Wall-clock seconds, and",
        "the peak memory of the Snakemake process; of gathering, the seconds of its job. The",
        "exponent is between the two largest sizes.",
        "",
        *markdown_table(header, rows),
    ]
    return "\n".join(lines) + "\n"


def cell(seconds: float, gib: float) -> str:
    return f"{seconds:.1f} s, {gib:.2f} GiB"


def growth(measured: dict[int, dict[str, tuple[float, float]]], step: str) -> str:
    if len(measured) < 2:
        return "-"
    small, large = sorted(measured)[-2:]
    ratio = measured[large][step][0] / measured[small][step][0]
    return f"{math.log(ratio) / math.log(large / small):.2f}"


if __name__ == "__main__":
    main()
