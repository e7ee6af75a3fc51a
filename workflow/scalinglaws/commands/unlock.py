"""`scalinglaws unlock`: the lock of a dead Snakemake."""

import argparse
from pathlib import Path

NAME = "unlock"
HELP = "clear the lock that a killed snakemake left, if its owner is dead"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(arguments: argparse.Namespace) -> None:
    from scalinglaws.provenance.locks import clear_stale_locks

    print(clear_stale_locks(Path(".")))
