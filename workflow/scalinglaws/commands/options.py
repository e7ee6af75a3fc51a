"""Options of the form KEY=VALUE, for commands that read a run table."""

import argparse
from pathlib import Path

from scalinglaws.errors import UserError


def add_table_arguments(
    parser: argparse.ArgumentParser, runs: str = "runs", counted: str = "--compute"
) -> None:
    """RUNS and what is to be said of it: `table_options` turns them into keywords.

    ``runs`` and ``counted`` are the names of two of them, for a command that needs others.
    """
    parser.add_argument(
        runs, help="Parquet, CSV or JSON lines: a row a run, or a row a logged step"
    )
    several = {"action": "append", "default": [], "type": pair}
    parser.add_argument(
        "--column",
        metavar="KEY=NAME",
        help="the table's name for run_id, N (without embeddings), N_total (with them), D, tokens, "
        "C, B, S, step, loss, lr ...; may be repeated, as the next four",
        **several,
    )
    parser.add_argument(
        "--unit",
        metavar="KEY=UNIT",
        help="what one unit of a column is worth: a factor, or a word: N=millions, C=PF-days, "
        "D=log10, loss=bits, loss=perplexity",
        **several,
    )
    parser.add_argument(
        "--constant",
        metavar="KEY=VALUE",
        help="a quantity that is the same in all rows, e.g. B=524288",
        **several,
    )
    parser.add_argument(
        "--where",
        metavar="NAME=VALUE",
        help="only rows whose column NAME is VALUE; the same NAME again: either value",
        **several,
    )
    parser.add_argument(
        "--range",
        metavar="KEY=LOW:HIGH",
        help="only rows in this range, in our units, e.g. N=1e6: or loss=:4 or step=3000:",
        **several,
    )
    parser.add_argument(
        counted,
        dest="compute",
        choices=("6ND", "2ND", "counted"),
        help="how C was counted: 6ND, 2ND (the forward pass alone), or with more than 6ND",
    )
    parser.add_argument(
        "--loss-at",
        choices=("last", "best"),
        default="last",
        help="the loss of a learning curve: of its last row or its smallest",
    )
    parser.add_argument(
        "--skip-bad-rows", action="store_true", help="leave out rows that cannot be used"
    )


def table_options(arguments: argparse.Namespace) -> dict:
    """The keywords of `user_table.read_user_table` that the arguments say."""
    where: dict[str, list[str]] = {}
    for name, value in arguments.where:
        where.setdefault(name, []).append(value)
    return {
        "columns": dict(arguments.column),
        "units": dict(arguments.unit),
        "constants": {k: number(f"--constant {k}", value) for k, value in arguments.constant},
        "where": where,
        "ranges": {key: limits(f"--range {key}", value) for key, value in arguments.range},
        "compute": arguments.compute,
        "loss_at": arguments.loss_at,
        "skip_bad_rows": arguments.skip_bad_rows,
    }


def add_json_argument(parser: argparse.ArgumentParser) -> None:
    """--json [FILE]: `write_json` writes to it."""
    parser.add_argument(
        "--json",
        nargs="?",
        const="-",
        metavar="FILE",
        help="also write everything that is known; without FILE print it instead of the text",
    )


def write_json(content: dict, target: str) -> None:
    """To the file ``target``, or to the terminal where it is "-"; no NaN and no infinity."""
    import json

    from scalinglaws.atomic import atomic_write

    text = json.dumps(content, indent=1, allow_nan=False)
    if target == "-":
        print(text)
        return
    with atomic_write(Path(target)) as partial:
        partial.write_text(text + "\n", encoding="utf-8")


def pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals and value):
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return key, value


def number(option: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UserError(f"{option}: {text!r} is not a number") from None


def limits(option: str, text: str) -> tuple[float | None, float | None]:
    """LOW:HIGH as two numbers, None where there is no limit."""
    low, colon, high = text.partition(":")
    if not colon:
        raise UserError(f"{option}: give LOW:HIGH, either may be empty")
    return tuple(number(option, limit) if limit else None for limit in (low, high))
