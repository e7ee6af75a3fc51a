"""`scalinglaws audit`: is every file still what was recorded, and made from what is here?"""

import argparse
import sys
from pathlib import Path

NAME = "audit"
HELP = "hash everything anew and hold it against the ledger; one line a fault, exit status 1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="faults alone, no notes and no sum")


def run(arguments: argparse.Namespace) -> None:
    from scalinglaws.provenance.audit.run import audit, summary

    findings, evidence = audit(Path("."))
    for finding in findings:
        if finding.fault:
            print(f"fault: {finding}")
        elif not arguments.quiet:
            print(f"note: {finding}")
    if not arguments.quiet:
        print(summary(findings, evidence))
    if any(finding.fault for finding in findings):
        sys.exit(1)
