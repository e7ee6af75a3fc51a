"""`scalinglaws lineage FILE`: where does this number come from?"""

import argparse
from pathlib import Path

NAME = "lineage"
HELP = "from a figure, table, law or metric back to the raw text and the code"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", help="a path, or the bare name of a result such as figure_06")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="everything, for machines")
    form.add_argument("--mermaid", action="store_true", help="a flowchart for Markdown")
    form.add_argument("--why", metavar="COMMIT", help="what differs since a commit")
    parser.add_argument("--reverse", action="store_true", help="what depends on the file instead")
    parser.add_argument("--all", action="store_true", help="every job by itself")


def run(arguments: argparse.Namespace) -> None:
    from scalinglaws.provenance.lineage.show import show

    for line in show(
        Path("."),
        arguments.file,
        form="json" if arguments.json else "mermaid" if arguments.mermaid else "tree",
        why=arguments.why,
        reverse=arguments.reverse,
        everything=arguments.all,
    ):
        print(line)
