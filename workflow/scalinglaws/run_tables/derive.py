"""Quantities that follow from others, each announced: no convention is smuggled in."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

CONVENTIONS = ("6ND", "2ND", "counted")


def derive(
    path: Path, rows: pd.DataFrame, compute: str | None, needed: Iterable[str]
) -> tuple[list[str], list[str]]:
    """Fill columns of ``rows`` (a column a key, in our units) in place; gives notes and warnings.

    ``compute`` says how C was counted: 6ND or None (as it stands), 2ND (forward only: three times
    that is spent), counted (attention and embeddings too: kept beside 6 N D as C_counted).
    ``needed`` are the alternatives that laws ask for: D is computed out of C only where asked for.
    """
    notes, warnings = [], []
    if "C" in rows and compute == "2ND":
        rows["C"] *= 3.0
        notes.append("C counts the forward pass alone, 2 N D: taken three times")
    if "C" in rows and compute == "counted":
        rows["C_counted"] = rows["C"]
        del rows["C"]
        notes.append("C counts more than 6 N D: kept as it is beside 6 N D")
    _sizes(rows, notes)
    size = next((key for key in ("N", "N_total") if key in rows), None)
    asked = {key for keys in needed for key in keys.split("|")}
    if size and "C" in rows and "D" in asked and not {"D", "tokens"} & set(rows):
        rows["D"] = rows["C"] / (6.0 * rows[size])
        warnings.append(f"{path}: no column for D; computed from C = 6 N D")
    elif size and "C" in rows and asked <= {"loss"} and not _tells_text(set(rows)):
        rows["tokens"] = rows["C"] / (6.0 * rows[size])
        warnings.append(f"{path}: no column for D or tokens; computed from C = 6 N D")

    def told(key: str, line: str) -> None:
        if key in asked or asked <= {"loss"}:  # where nothing particular is asked for, all is told
            notes.append(line)

    steps = next((key for key in ("step", "S") if key in rows), None)
    if "tokens" not in rows and steps and "B" in rows:
        rows["tokens"] = rows[steps] * rows["B"]
        told("tokens", f"tokens are computed as B x {steps}")
    if "step" not in rows and "S" not in rows and {"tokens", "B"} <= set(rows):
        rows["S"] = rows["tokens"] / rows["B"]
        told("step", "steps are computed as tokens / B")
    if "C" not in rows and size:
        seen = next((key for key in ("tokens", "D") if key in rows), None)
        if seen:
            rows["C"] = 6.0 * rows[size] * rows[seen]
            told("C", f"C is computed as 6 {size} {seen}")
        elif "C_counted" in rows:
            rows["C"] = rows["C_counted"]
            notes.append("6 N D is not known; C is taken as counted")
    return notes, warnings


def _tells_text(keys: set[str]) -> bool:
    return bool({"D", "tokens"} & keys) or ("B" in keys and bool({"step", "S"} & keys))


def _sizes(rows: pd.DataFrame, notes: list[str]) -> None:
    """N and N_total out of each other, by the embeddings (n_vocab + n_ctx) d_model (Table 1)."""
    if not {"n_vocab", "d_model"} <= set(rows) or not {"N", "N_total"} & set(rows):
        return
    entries = rows["n_vocab"] + (rows.get("n_ctx", 0.0))
    embeddings = entries * rows["d_model"]
    words = "(n_vocab + n_ctx) d_model" if "n_ctx" in rows else "n_vocab d_model"
    if "N" not in rows:
        rows["N"] = np.where(rows["N_total"] > embeddings, rows["N_total"] - embeddings, np.nan)
        notes.append(f"N is computed as N_total - {words}: tied embeddings")
    elif "N_total" not in rows:
        rows["N_total"] = rows["N"] + embeddings
        notes.append(f"N_total is computed as N + {words}: tied embeddings")
