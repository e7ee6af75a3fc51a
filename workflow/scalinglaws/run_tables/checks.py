"""Whether the rows of a table can be used: columns there, units possible, no run counted twice."""

from pathlib import Path

import pandas as pd

from scalinglaws.errors import UserError
from scalinglaws.run_tables.faults import wrong_unit
from scalinglaws.run_tables.how import HowToRead
from scalinglaws.run_tables.mapping import Taken
from scalinglaws.run_tables.quantities import QUANTITIES
from scalinglaws.run_tables.units import Unit

SHOWN = 20  # names of columns in a message


def missing_column(
    path: Path, names: list[str], known: set[str], needed: tuple[str, ...], hints: list[str]
) -> str:
    """The sentence about a quantity without a column, and without a way to compute it."""
    sized = bool({"N", "N_total"} & known)
    ways = {
        "D": "C" in known and sized,
        "tokens": "B" in known and bool({"step", "S"} & known),
        "C": sized and bool({"D", "tokens"} & known or ("B" in known and {"step", "S"} & known)),
        "N": {"N_total", "n_vocab", "d_model"} <= known,
    }
    for keys in sorted(needed):
        choices = keys.split("|")
        if set(choices) & known or any(ways.get(key) for key in choices):
            continue
        key = choices[0]
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        shown = ", ".join(names[:SHOWN]) + more
        hint = next((h.split(": ", 1)[1] for h in hints if f"--column {key}=" in h), "")
        return f"{path}: no column for {key} (in {QUANTITIES[key].unit}); it has: {shown}; " + (
            hint or f"name one with --column {key}=NAME"
        )
    return ""


def check_units(
    path: Path,
    rows: pd.DataFrame,
    taken: dict[str, Taken],
    how: HowToRead,
    needed: tuple[str, ...],
    warnings: list[str],
) -> None:
    """A column in an impossible unit is an error, or unknown where nobody asked for it."""
    wanted = {key for keys in needed for key in keys.split("|")}
    for key in [key for key in QUANTITIES if key in rows]:
        own = taken.get(key, Taken(key, "the constant", Unit()))
        fault = wrong_unit(own, rows[key].to_numpy())
        if fault and (key in wanted or own.given or key in how.constants):
            if not how.inspecting:
                raise UserError(f"{path}: {fault}")
            warnings.append(f"{path}: {fault}")
        elif fault:
            warnings.append(f"{path}: {fault}; the column is not used")
            del rows[key]
            taken.pop(key)


def repeated_rows(path: Path, rows: pd.DataFrame) -> list[str]:
    """A line for rows that say the same: a run counted twice narrows every interval."""
    values = [key for key in QUANTITIES if key in rows]
    again = rows.duplicated(values) if "loss" in values else pd.Series(False, index=rows.index)
    if not again.any():
        return []
    first = rows.loc[~again].set_index(values)["row"]
    shown = rows.loc[again].head(5)
    named = [
        f"{row['row']:.0f} (as {first.loc[tuple(row[values])]:.0f})"
        if not row[values].isna().any()
        else f"{row['row']:.0f}"
        for _, row in shown.iterrows()
    ]
    count = int(again.sum())
    words = "row repeats" if count == 1 else "rows repeat"
    listed = ", ".join(named) + (" ..." if count > len(named) else "")
    return [f"{path}: {count} {words} another: {listed}; is one run counted twice?"]
