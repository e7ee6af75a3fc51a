"""`scalinglaws export`: the run tables of a trained study, to commit as a source of their own."""

import argparse
from pathlib import Path

NAME = "export"
HELP = "write a trained study's run tables to a folder, to commit as a source of runs"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--study", help="a study that was trained (default: laptop)")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="for example data/h200")
    parser.add_argument(
        "--hardware", required=True, help='what it was trained on, for example "one NVIDIA H200"'
    )


def run(arguments: argparse.Namespace) -> None:
    import json

    from scalinglaws.errors import UserError
    from scalinglaws.gather import gather, read_all_scores, read_runs
    from scalinglaws.provenance.history import git, resolve
    from scalinglaws.published import write_published
    from scalinglaws.study import load_study

    root, study = Path("."), load_study(arguments.study)
    if study.source != "trained":
        raise UserError(f"study {study.study} trains nothing; name one that does with --study")
    results = root / "results" / study.study
    experiments = {run_id: list(serves) for run_id, (_, serves) in study.runs().items()}
    corpora = study.corpora.all
    runs = read_runs([results / f"runs/{run_id}.parquet" for run_id in experiments], experiments)
    scores = read_all_scores(
        [results / f"scores/{run_id}.parquet" for run_id in experiments],
        [(run_id, corpus) for run_id in experiments for corpus in corpora],
    )
    times = [root / f"logs/{study.study}/train/{run_id}.json" for run_id in experiments]
    facts = [json.loads(path.read_text(encoding="utf-8")) for path in times if path.is_file()]
    machines = {key: sorted({str(f[key]) for f in facts}) for key in ("platform", "python")}
    about = {
        "study": study.study,
        "hardware": arguments.hardware,
        **machines,
        "training_seconds": round(sum(f["work_seconds"] for f in facts), 1),
        "commit": resolve(root, "HEAD"),
        "changed_since": bool(git(root, "status", "--porcelain", "--untracked-files=no")),
        "configuration": study.model_dump(mode="json"),
    }
    tables = gather(runs, scores, experiments, corpora[0])
    written = write_published(arguments.folder, tables, about)
    size = sum(path.stat().st_size for path in written) / 2**20
    print(f"{len(runs)} runs, {size:.2f} MiB: {arguments.folder}")
