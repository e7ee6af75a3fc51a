"""`scalinglaws inspect`: what a run table holds, which laws it supports, what is suspicious."""

import argparse

from scalinglaws.commands.options import (
    add_json_argument,
    add_table_arguments,
    table_options,
    write_json,
)

NAME = "inspect"
HELP = "look at a run table of your own: what is there, which laws, what is suspicious"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_table_arguments(parser)
    add_json_argument(parser)


def run(arguments: argparse.Namespace) -> None:
    from scalinglaws.inspection.inspect import inspect
    from scalinglaws.inspection.page import page

    found = inspect(arguments.runs, **table_options(arguments))
    if arguments.json != "-":
        print(page(found))
    if arguments.json:
        write_json(found.to_json(), arguments.json)
