"""`scalinglaws crate`: a finished study as a folder to hand on."""

import argparse
from pathlib import Path

NAME = "crate"
HELP = "a finished study with its lineage as an RO-Crate, to hand on or to deposit"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new folder for the crate")
    parser.add_argument("--study", help="the study to write (default: laptop)")


def run(arguments: argparse.Namespace) -> None:
    from scalinglaws.provenance.crate import write_crate
    from scalinglaws.study import load_study

    root = Path(".")
    for line in write_crate(root, load_study(arguments.study, root), arguments.folder):
        print(line)
