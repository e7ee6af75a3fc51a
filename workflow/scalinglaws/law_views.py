"""The constants and points of all laws in two small files, for comparison between versions.

`dvc metrics diff` and `dvc plots diff` read them; tables and figures are for reading.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

COLUMNS = ("law", "x_name", "x", "y_name", "y")
DERIVED = "derived"
CURVES = ("L(T)",)  # fitted to whole learning curves: see metrics/curves.parquet
# What a law is of, if not of the loss, and the variable that it depends on (None: the first).
NOT_LOSS = {
    "B_crit": "loss",
    "B_opt": None,
    "D_opt": None,
    "N_opt": None,
    "S_opt": None,
    "S_stop": "bound",
}


def constants(parameters: Iterable[dict[str, Any]]) -> dict[str, dict[str, float | str]]:
    """{law: {"status": ok or why not to trust it, constant: estimate}} of the laws with a fit.

    `parameters` are rows of laws/parameters.parquet. Left out are what is part of a fit and no
    constant of a law (the loss at the centre of the points, fits of one model size alone), and
    what follows from the other constants.
    """
    found: dict[str, dict[str, float | str]] = {}
    for row in parameters:
        name = row["parameter"]
        part = name.endswith("_at_centre") or "(N=" in name or row["law"] == DERIVED
        if row["estimate"] is not None and not part:
            status = row["status"].partition(":")[0]
            found.setdefault(row["law"], {"status": status})[name] = row["estimate"]
    return found


def points(fits: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """A row for each point that a law was fitted to; `fits` are the contents of laws/*.json.

    A loss is against the law's last variable: D of L(N,D), the steps of L(N,S_min). A point
    without that variable, a run on unlimited text, has no place on such an axis.
    """
    rows = []
    for fit in fits:
        if not fit["points"] or fit["law"] in CURVES:
            continue
        x, y = _axes(list(fit["points"]))
        x_name = fit["variable"] if x == "x" else x
        rows += [
            {"law": fit["law"], "x_name": x_name, "x": a, "y_name": y, "y": b}
            for a, b in zip(fit["points"][x], fit["points"][y], strict=True)
            if a is not None
        ]
    return rows


def _axes(columns: list[str]) -> tuple[str, str]:
    """The columns of a law's points that are its variable and its value."""
    for y in columns:
        if y in NOT_LOSS:
            return NOT_LOSS[y] or columns[0], y
    return columns[columns.index("loss") - 1], "loss"


def write_constants(found: dict[str, dict[str, float | str]], path: str | Path) -> None:
    """JSON, a constant a line."""
    Path(path).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def write_points(rows: list[dict[str, Any]], path: str | Path) -> None:
    """CSV, a point a line."""
    with Path(path).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
