"""`scalinglaws prune`: away with what is no longer declared."""

import argparse
from pathlib import Path

NAME = "prune"
HELP = "remove files of runs that are no longer declared, and idle checkpoints"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--study", help="the study to clear up (default: laptop)")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be removed")


def run(arguments: argparse.Namespace) -> None:
    from scalinglaws.provenance.prune import find_idle_checkpoints, find_orphans, remove
    from scalinglaws.study import load_study

    root = Path(".")
    paths = find_orphans(root, [load_study(arguments.study)]) + find_idle_checkpoints(root)
    for path in paths:
        print(f"{'would remove' if arguments.dry_run else 'removed'} {path}")
    if not arguments.dry_run:
        remove(root, paths)
