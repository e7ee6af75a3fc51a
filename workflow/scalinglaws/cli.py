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


def fit(arguments: argparse.Namespace) -> None:
    import json

    from scalinglaws.atomic import atomic_write
    from scalinglaws.fit_table import fit_table
    from scalinglaws.study import load_yaml

    law = fit_table(
        arguments.runs,
        arguments.law,
        columns=dict(arguments.column),
        units={key: _number(f"--unit {key}", value) for key, value in arguments.unit},
        ranges={key: _limits(f"--range {key}", value) for key, value in arguments.range},
        skip_bad_rows=arguments.skip_bad_rows,
    )
    printed = Path("config/constants.yaml")
    constants = load_yaml(printed) if printed.exists() else {}
    print(law.to_text(constants))
    if arguments.json:
        with atomic_write(Path(arguments.json)) as partial:
            content = json.dumps(law.to_json(constants), indent=1, allow_nan=False)
            partial.write_text(content + "\n", encoding="utf-8")
    if not law.ok:
        raise UserError(f"{law.law}: {law.status}")


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals and value):
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return key, value


def _number(option: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UserError(f"{option}: {text!r} is not a number") from None


def _limits(option: str, text: str) -> tuple[float | None, float | None]:
    low, colon, high = text.partition(":")
    if not colon:
        raise UserError(f"{option}: give LOW:HIGH, either may be empty")
    return tuple(_number(option, limit) if limit else None for limit in (low, high))


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
        description="Neural scaling laws: plan runs, fit laws, keep the ledger of a study.",
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
        "fit", help="fit one law to a run table of your own, with 95 % intervals"
    )
    command.add_argument("runs", help="Parquet or CSV: a row a run, or a row a logged step")
    command.add_argument("--law", required=True, help="e.g. 'L(N,D)'; a wrong name lists them all")
    command.add_argument(
        "--column",
        action="append",
        default=[],
        type=_pair,
        metavar="KEY=NAME",
        help="the table's name for run_id, N, D, C, B, step, loss ...; may be repeated",
    )
    command.add_argument(
        "--unit",
        action="append",
        default=[],
        type=_pair,
        metavar="KEY=FACTOR",
        help="what one unit of a column is worth, e.g. N=1e6 for millions; may be repeated",
    )
    command.add_argument(
        "--range",
        action="append",
        default=[],
        type=_pair,
        metavar="KEY=LOW:HIGH",
        help="fit only these, e.g. N=1e6: or loss=:4; may be repeated",
    )
    command.add_argument(
        "--skip-bad-rows", action="store_true", help="leave out rows that cannot be used"
    )
    command.add_argument("--json", metavar="FILE", help="also write everything that is known")
    command.set_defaults(run=fit)

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
