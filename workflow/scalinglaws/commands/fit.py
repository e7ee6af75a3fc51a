"""`scalinglaws fit`: one law, on a run table of somebody's own."""

import argparse
from pathlib import Path

from scalinglaws.commands.options import (
    add_json_argument,
    add_table_arguments,
    table_options,
    write_json,
)
from scalinglaws.errors import UserError

NAME = "fit"
HELP = "fit one law to a run table of your own, with 95 %% intervals"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_table_arguments(parser)
    parser.add_argument("--law", required=True, help="e.g. 'L(N,D)'; a wrong name lists them all")
    parser.add_argument(
        "--within",
        type=float,
        metavar="FACTOR",
        help="IsoFLOP, LR(N): keep sizes within this factor of the best at each budget",
    )
    parser.add_argument(
        "--tolerance",
        type=float,
        metavar="SHARE",
        help="IsoFLOP: relative difference up to which computes are one budget (default: 0.02)",
    )
    parser.add_argument(
        "--minimum",
        choices=("parabola", "interpolated"),
        help="IsoFLOP, LR(N): how the best at each budget is found (default: parabola)",
    )
    add_json_argument(parser)


def run(arguments: argparse.Namespace) -> None:
    from scalinglaws.fit_table import fit_table
    from scalinglaws.yaml_file import load_yaml

    settings = {name: getattr(arguments, name) for name in ("within", "tolerance", "minimum")}
    law = fit_table(arguments.runs, arguments.law, settings=settings, **table_options(arguments))
    printed = Path("config/constants.yaml")
    constants = load_yaml(printed) if printed.exists() else {}
    if arguments.json != "-":
        print(law.to_text(constants))
    if arguments.json:
        write_json(law.to_json(constants), arguments.json)
    if not law.ok:
        raise UserError(f"{law.law}: {law.status}")
