"""What share of its cores' time a study spends in steps and scores?

    snakemake --cores 2 --configfile config/smoke.yaml --quiet all    # from nothing, undisturbed
    python benchmarks/efficiency.py smoke

Steps, tests and scores are timed inside the jobs and stand beside their logs; the wall time is
that from the start of the study's first job to the end of its last one, tokens, laws and figures
among them, as Snakemake's records say. Where a study was not made in one go, --rules train evaluate
takes these two stages alone. Writes a row into benchmarks/results/efficiency.*; of a whole study
also the sentence of the README, benchmarks/results/time_STUDY.md.
"""

import argparse
import json
import os
import platform
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "workflow"))

from scalinglaws.provenance.records import FOLDER
from scalinglaws.study import load_study

RESULTS = Path(__file__).resolve().parent / "results"
RUN_RULES = ("train", "evaluate")
HEAD = """# How much of a study's time is training

Made by `benchmarks/efficiency.py`. Work: steps, tests along training and final scores. Share: work
over wall time times cores, where the wall time is that of the stages named, from the first start to
the last end, and jobs are those that train and score.

| study | stages | machine | cores | runs | work, core-s | jobs, core-s | wall, s | share |
|---|---|---|---|---|---|---|---|---|
"""


def sidecars(study, run_ids):
    """Times of the train and evaluate jobs of the declared runs."""
    return [
        json.loads(Path(f"logs/{study}/{rule}/{run_id}.json").read_text())
        for rule in RUN_RULES
        for run_id in run_ids
    ]


def wall_seconds(study, run_ids, rules):
    """From the first start to the last end among the records of a study's files."""
    records = [json.loads(path.read_text()) for path in Path(FOLDER).rglob("*") if path.is_file()]
    own = [r for r in records if f"/{study}/" in str(r.get("log")) and r.get("endtime")]
    own = [r for r in own if not rules or r["rule"] in rules]
    # Records of runs that left the grid stay until they are pruned.
    own = [r for r in own if r["rule"] not in RUN_RULES or Path(r["log"][0]).stem in run_ids]
    return max(r["endtime"] for r in own) - min(r["starttime"] for r in own)


def sentence(row):
    """How long the whole study took, for readers who have the same question."""
    return (
        f"Study {row['study']}, made from nothing: {row['runs']} runs trained and scored, laws, "
        f"figures and pages in {row['wall_seconds'] / 60:.0f} minutes on {row['cores']} cores.\n"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("study", help="a finished study of this folder")
    parser.add_argument("--cores", type=int, default=os.cpu_count(), help="given to snakemake")
    parser.add_argument("--rules", nargs="+", default=[], help="stages (default: all)")
    arguments = parser.parse_args()
    run_ids = load_study(arguments.study).runs()
    jobs = sidecars(arguments.study, run_ids)
    work, wall = (
        sum(job["work_seconds"] for job in jobs),
        wall_seconds(arguments.study, run_ids, arguments.rules),
    )
    row = {
        "study": arguments.study,
        "stages": ", ".join(arguments.rules) or "all",
        "machine": f"{platform.machine()}, {platform.system()}",
        "cores": arguments.cores,
        "runs": len(run_ids),
        "work_seconds": round(work, 1),
        "job_seconds": round(sum(job["seconds"] for job in jobs), 1),
        "wall_seconds": round(wall, 1),
        "share": round(work / (wall * arguments.cores), 4),
    }
    if not arguments.rules:
        (RESULTS / f"time_{row['study']}.md").write_text(sentence(row))
    path = RESULTS / "efficiency.parquet"
    rows = pq.read_table(path).to_pylist() if path.exists() else []
    rows = sorted([r for r in rows if r["study"] != row["study"]] + [row], key=lambda r: r["study"])
    pq.write_table(pa.Table.from_pylist(rows), path)
    lines = [
        f"| {r['study']} | {r['stages']} | {r['machine']} | {r['cores']} | {r['runs']} "
        f"| {r['work_seconds']:,.0f} | {r['job_seconds']:,.0f} | {r['wall_seconds']:,.0f} "
        f"| {r['share']:.2f} |"
        for r in rows
    ]
    text = HEAD + "\n".join(lines) + "\n"
    path.with_suffix(".md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
