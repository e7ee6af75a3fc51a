"""The command line: which commands there are, and how a user's error ends."""

import argparse
import os
import sys

from scalinglaws.commands import (
    audit,
    crate,
    export,
    fit,
    generate,
    inspect,
    lineage,
    plan,
    prune,
    record,
    runs,
    slices,
    unlock,
)
from scalinglaws.errors import UserError
from scalinglaws.failures import refusal

COMMANDS = (
    runs,
    inspect,
    fit,
    plan,
    slices,
    export,
    record,
    audit,
    lineage,
    crate,
    prune,
    unlock,
    generate,
)


def parser() -> argparse.ArgumentParser:
    """All commands and their arguments."""
    top = argparse.ArgumentParser(
        prog="scalinglaws",
        description="Neural scaling laws: plan runs, fit laws, keep the ledger of a study.",
        epilog="The study itself is run by `snakemake`; commands work in the project's folder.",
    )
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for module in COMMANDS:
        command = commands.add_parser(module.NAME, help=module.HELP)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return top


def main(argv: list[str] | None = None) -> None:
    """Run one command; a user error is one line and exit status 1."""
    arguments = parser().parse_args(argv)
    try:
        arguments.run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough (`| head`). Nothing may be flushed to it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    except (OSError, MemoryError) as error:
        if (line := refusal(error)) is None:
            raise
        print(f"error: {line}", file=sys.stderr)
        sys.exit(1)
