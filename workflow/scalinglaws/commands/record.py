"""`scalinglaws record`: a finished study to dvc.lock."""

import argparse
from pathlib import Path

NAME = "record"
HELP = "check that nothing is left to be done, then write the results to dvc.lock"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(arguments: argparse.Namespace) -> None:
    from scalinglaws.provenance.record import record

    for line in record(Path(".")):
        print(line)
