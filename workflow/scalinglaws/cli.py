"""The command line. Each command imports what it needs, so that `--help` answers at once."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scalinglaws.errors import UserError


def runs(arguments: argparse.Namespace) -> None:
    from scalinglaws.grid import check_budget, commands, grid_table
    from scalinglaws.study import load_study

    study = load_study(arguments.study)
    if arguments.commands:
        print("\n".join(commands(study)))
        return
    print(grid_table(study))
    check_budget(study)


def generate(arguments: argparse.Namespace) -> None:
    from scalinglaws.generated import check_generated, write_generated

    if arguments.check:
        check_generated(Path("."))
    else:
        for path in write_generated(Path(".")):
            print(f"wrote {path}")


def record(arguments: argparse.Namespace) -> None:
    from scalinglaws.provenance.record import record

    for line in record(Path(".")):
        print(line)


def prune(arguments: argparse.Namespace) -> None:
    from scalinglaws.provenance.prune import find_idle_checkpoints, find_orphans, remove
    from scalinglaws.study import load_study

    root = Path(".")
    paths = find_orphans(root, [load_study(arguments.study)]) + find_idle_checkpoints(root)
    for path in paths:
        print(f"{'would remove' if arguments.dry_run else 'removed'} {path}")
    if not arguments.dry_run:
        remove(root, paths)


def unlock(arguments: argparse.Namespace) -> None:
    from scalinglaws.provenance.locks import clear_stale_locks

    print(clear_stale_locks(Path(".")))


def parser() -> argparse.ArgumentParser:
    """All commands and their arguments."""
    top = argparse.ArgumentParser(
        prog="scalinglaws",
        description="Neural scaling laws: plan the runs of a study, keep its ledger.",
        epilog="The study itself is run by `snakemake`; commands work in the project's folder.",
    )
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")

    command = commands.add_parser(
        "runs", help="the grid of runs: N, tokens, FLOPs, estimated time; refuses over budget"
    )
    command.add_argument("--study", help="a study with a file config/STUDY.yaml (default: laptop)")
    command.add_argument(
        "--commands", action="store_true", help="print the training command of each run instead"
    )
    command.set_defaults(run=runs)

    command = commands.add_parser(
        "record", help="check that nothing is left to be done, then write the results to dvc.lock"
    )
    command.set_defaults(run=record)

    command = commands.add_parser(
        "prune", help="remove files of runs that are no longer declared, and idle checkpoints"
    )
    command.add_argument("--study", help="the study to clear up (default: laptop)")
    command.add_argument("--dry-run", action="store_true", help="only say what would be removed")
    command.set_defaults(run=prune)

    command = commands.add_parser(
        "unlock", help="clear the lock that a killed snakemake left, if its owner is dead"
    )
    command.set_defaults(run=unlock)

    command = commands.add_parser(
        "generate", help="write the configuration's JSON schema, dvc.yaml and .dvcignore anew"
    )
    command.add_argument("--check", action="store_true", help="only say whether they are in step")
    command.set_defaults(run=generate)
    return top


def main(argv: list[str] | None = None) -> None:
    """Run one command; a user error is one line and exit status 1."""
    arguments = parser().parse_args(argv)
    try:
        arguments.run(arguments)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
