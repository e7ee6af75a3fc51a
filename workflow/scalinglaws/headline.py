"""The exponents of the table of constants, in brief, for the front page."""

from __future__ import annotations

import csv
from pathlib import Path

from scalinglaws.markup import markdown_table

HEADER = ("", "law", "printed", "refit of the paper's points", "this pipeline's own runs")


def exponents(constants: Path) -> list[str]:
    """Markdown lines: a row a pure number that has a law; 95 % intervals in brackets.

    Args:
        constants: a study's tables/constants.csv.

    A value without an interval is not shown: the full table says why there is none.
    """
    with constants.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["unit"] == "1" and row["law"]]
    return markdown_table(
        HEADER,
        [
            [
                row["constant"],
                row["law"],
                row["printed"],
                _interval(row, "refit"),
                _interval(row, "study"),
            ]
            for row in rows
            if row["printed"] and row["refit_low"]
        ],
    )


def _interval(row: dict[str, str], source: str) -> str:
    estimate, low, high = (row[f"{source}_{part}"] for part in ("estimate", "low", "high"))
    if not (estimate and low and high):
        return "–"
    return f"{float(estimate):.3g} [{float(low):.3g}, {float(high):.3g}]"
