"""`scalinglaws generate`: the files that are made from configuration, code and results."""

import argparse
from pathlib import Path

NAME = "generate"
HELP = "write the generated schema, ledger stages and docs pages anew"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="only say whether they are in step")


def run(arguments: argparse.Namespace) -> None:
    from scalinglaws.generated import check_generated, write_generated

    if arguments.check:
        check_generated(Path("."))
    else:
        for path in write_generated(Path(".")):
            print(f"wrote {path}")
