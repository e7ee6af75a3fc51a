"""`scalinglaws unlock`: what keeps Snakemake from starting after a kill or a clock set back."""

import argparse
from pathlib import Path

NAME = "unlock"
HELP = "clear the lock of a snakemake that died, and dates of files ahead of the clock"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(arguments: argparse.Namespace) -> None:
    from scalinglaws.provenance.clock import bring_back_dates
    from scalinglaws.provenance.locks import clear_stale_locks, living_snakemake

    root = Path(".")
    print(clear_stale_locks(root))
    if not living_snakemake(root) and (line := bring_back_dates(root)):
        print(line)
