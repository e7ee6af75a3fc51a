"""Which rows are one run, and in which order they follow along its training."""

from pathlib import Path

import numpy as np
import pandas as pd

from scalinglaws.errors import UserError

# What tells runs apart where no column names them.
DESIGN = ("N", "N_total", "D", "B", "lr", "n_layer", "d_model", "seed")


def name_runs(
    path: Path, rows: pd.DataFrame, names: np.ndarray | None, certain: bool, name_column: str
) -> tuple[np.ndarray, list[str]]:
    """Fill the columns ``run`` and ``order`` of ``rows`` in place; gives names by run, and notes.

    ``run`` numbers runs by their first row. ``names`` (n,) are the cells of the column
    ``name_column``, None where there is none. Rows of one name are a learning curve, ordered by
    step, tokens or C. ``certain`` says that the names are surely those of runs: then one that
    cannot be a curve is an error, else every row is a run.

    Raises:
        UserError: a run that stands in two rows without different steps, or has two sizes.
    """
    notes: list[str] = []
    numbered = np.char.add("row_", rows["row"].to_numpy().astype(str)).astype(object)
    if names is None and "step" in rows and rows["step"].nunique() > 1:
        design = [key for key in DESIGN if key in rows]
        if design and rows.duplicated(design).any():
            names = _names_by_design(rows, design)
            notes.append(
                f"no column names the runs: rows of equal {', '.join(design)} are one run's curve"
            )
            name_column = "of equal design"
    if names is None:
        rows["run"], run_names = np.arange(len(rows)), numbered
    else:
        rows["run"], run_names = pd.factorize(np.where(pd.isna(names), numbered, names))
    repeats = rows["run"].duplicated(keep=False)
    unclear = "step" not in rows and "S" in rows
    if unclear and (rows[repeats].groupby("run")["S"].nunique() > 1).any():
        rows["step"] = rows["S"]
        notes.append("steps differ within a run: they are the steps of its curve")
    order = next((key for key in ("step", "tokens", "C") if key in rows), None)
    rows["order"] = rows[order] if order else np.nan
    if not repeats.any():
        return run_names, notes
    fault = _fault(path, rows[repeats], run_names)
    if not fault and not certain and "step" not in rows:
        fault = "its rows may be runs of several lengths"
    if fault and certain:
        raise UserError(fault)
    if fault:
        rows["run"], run_names = np.arange(len(rows)), numbered
        notes.append(
            f"column {name_column!r} does not name single runs: every row is taken as a run"
        )
    return run_names, notes


def _fault(path: Path, repeated: pd.DataFrame, names: np.ndarray) -> str:
    """Why rows of one name are no curve; "" where they are. Rows in the order of the file."""
    twice = repeated[repeated.duplicated(["run", "order"]) | repeated["order"].isna()]
    if len(twice):
        run = twice["run"].iloc[0]
        first, second = repeated.loc[repeated["run"] == run, "row"].iloc[:2]
        return (
            f"{path}, row {second}: run {names[run]!r} stands in row {first} already; give each "
            "run one row, or the rows of a curve different steps"
        )
    for key in ("N", "N_total"):
        if key in repeated:
            sizes = repeated.groupby("run", sort=False)[key].nunique()
            if (sizes > 1).any():
                run = names[sizes.index[sizes > 1][0]]
                return f"{path}: run {run!r} has several {key}; name runs by --column run_id=NAME"
    return ""


def _names_by_design(rows: pd.DataFrame, design: list[str]) -> np.ndarray:
    varying = [key for key in design if rows[key].nunique() > 1] or design[:1]
    parts = [rows[key].map(lambda value, key=key: f"{key}={value:g}") for key in varying]
    return parts[0].str.cat(parts[1:], sep=",").to_numpy(dtype=object)
