"""Options of the form KEY=VALUE, for commands that read a run table."""

import argparse

from scalinglaws.errors import UserError


def add_table_arguments(parser: argparse.ArgumentParser) -> None:
    """RUNS, --column, --unit and --skip-bad-rows."""
    parser.add_argument("runs", help="Parquet or CSV: a row a run, or a row a logged step")
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        type=pair,
        metavar="KEY=NAME",
        help="the table's name for run_id, N, D, C, B, step, loss ...; may be repeated",
    )
    parser.add_argument(
        "--unit",
        action="append",
        default=[],
        type=pair,
        metavar="KEY=FACTOR",
        help="what one unit of a column is worth, e.g. N=1e6 for millions; may be repeated",
    )
    parser.add_argument(
        "--skip-bad-rows", action="store_true", help="leave out rows that cannot be used"
    )


def units(pairs: list[tuple[str, str]]) -> dict[str, float]:
    """The factors of --unit."""
    return {key: number(f"--unit {key}", value) for key, value in pairs}


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
    low, colon, high = text.partition(":")
    if not colon:
        raise UserError(f"{option}: give LOW:HIGH, either may be empty")
    return tuple(number(option, limit) if limit else None for limit in (low, high))
