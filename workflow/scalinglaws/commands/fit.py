"""`scalinglaws fit`: one law, on a run table of somebody's own."""

import argparse
from pathlib import Path

from scalinglaws.commands.options import add_table_arguments, limits, pair, units
from scalinglaws.errors import UserError

NAME = "fit"
HELP = "fit one law to a run table of your own, with 95 %% intervals"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_table_arguments(parser)
    parser.add_argument("--law", required=True, help="e.g. 'L(N,D)'; a wrong name lists them all")
    parser.add_argument(
        "--range",
        action="append",
        default=[],
        type=pair,
        metavar="KEY=LOW:HIGH",
        help="fit only these, e.g. N=1e6: or loss=:4; may be repeated",
    )
    parser.add_argument("--json", metavar="FILE", help="also write everything that is known")


def run(arguments: argparse.Namespace) -> None:
    import json

    from scalinglaws.atomic import atomic_write
    from scalinglaws.fit_table import fit_table
    from scalinglaws.study import load_yaml

    law = fit_table(
        arguments.runs,
        arguments.law,
        columns=dict(arguments.column),
        units=units(arguments.unit),
        ranges={key: limits(f"--range {key}", value) for key, value in arguments.range},
        skip_bad_rows=arguments.skip_bad_rows,
    )
    printed = Path("config/constants.yaml")
    constants = load_yaml(printed) if printed.exists() else {}
    print(law.to_text(constants))
    if arguments.json:
        with atomic_write(Path(arguments.json)) as partial:
            content = json.dumps(law.to_json(constants), indent=1, allow_nan=False)
            partial.write_text(content + "\n", encoding="utf-8")
    if not law.ok:
        raise UserError(f"{law.law}: {law.status}")
