"""`scalinglaws slice`: train a study in slices of minutes on a machine that is lent."""

import argparse
from pathlib import Path

NAME = "slice"
HELP = "train in slices on a borrowed machine: pack, work until the time is up, take back"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    steps = parser.add_subparsers(title="steps", dest="step", required=True, metavar="STEP")
    pack = steps.add_parser("pack", help="here: tokens, unfinished states and what is left to do")
    pack.add_argument("--study", help="the study to train (default: laptop)")
    pack.add_argument("archive", type=Path, metavar="ARCHIVE")
    work = steps.add_parser("work", help="there: unpack, train and score, pack what was made")
    work.add_argument("archive", type=Path, metavar="ARCHIVE")
    work.add_argument("made", type=Path, metavar="MADE", help="archive to write")
    work.add_argument("--seconds", type=float, required=True, help="until it stops and packs")
    work.add_argument("--at-once", type=int, default=1, help="runs at a time (default: 1)")
    for step in (pack, work):
        step.add_argument(
            "--limit-mib", type=float, default=60, help="largest archive, MiB (default: 60)"
        )
        step.add_argument(
            "--part-mib", type=float, default=15, help="largest file of it, MiB (default: 15)"
        )
    unpack = steps.add_parser("unpack", help="here: put what was made there into its place")
    unpack.add_argument("archive", type=Path, metavar="MADE")


def run(arguments: argparse.Namespace) -> None:
    {"pack": _pack, "work": _work, "unpack": _unpack}[arguments.step](arguments)


def _pack(arguments: argparse.Namespace) -> None:
    import json

    from scalinglaws.slices.archive import write_archive
    from scalinglaws.slices.plan import jobs_left, needed
    from scalinglaws.slices.work import PLAN
    from scalinglaws.study import load_study

    root, study = Path("."), load_study(arguments.study)
    jobs = jobs_left(study, root)
    files = needed(study, jobs, root)
    PLAN.parent.mkdir(exist_ok=True)
    PLAN.write_text(json.dumps({"study": study.study, "jobs": jobs}, indent=1), encoding="utf-8")
    limits = arguments.limit_mib, arguments.part_mib
    parts = write_archive(arguments.archive, [PLAN, *files], root, *limits)
    seconds = sum(job["seconds"] for job in jobs)
    print(f"{len(jobs)} runs are left, about {seconds:,.0f} s: {', '.join(map(str, parts))}")


def _work(arguments: argparse.Namespace) -> None:
    import json

    from scalinglaws.errors import UserError
    from scalinglaws.slices.archive import read_archive, write_archive
    from scalinglaws.slices.made import what_was_made
    from scalinglaws.slices.work import PLAN, work

    root = Path(".")
    read_archive(arguments.archive, root)
    plan = json.loads((root / PLAN).read_text(encoding="utf-8"))
    outcome = work(plan["jobs"], arguments.seconds, arguments.at_once, root)
    files, left_out = what_was_made(plan, root, arguments.limit_mib)
    write_archive(arguments.made, files, root, arguments.limit_mib, arguments.part_mib)
    for name, runs in vars(outcome).items():
        print(f"{name}: {len(runs)} {' '.join(runs)}".rstrip())
    for file in left_out:
        print(f"left behind, over the limit: {file}")
    if outcome.failed:
        raise UserError(f"{outcome.failed[0]} failed; logs/{plan['study']}/train says why")


def _unpack(arguments: argparse.Namespace) -> None:
    from scalinglaws.slices.archive import read_archive

    names = read_archive(arguments.archive, Path("."))
    scored = sum("/scores/" in name for name in names)
    states = sum(name.endswith(".pt") for name in names)
    print(f"{scored} runs are scored, {states} states are there to go on from")
