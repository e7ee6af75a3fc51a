"""What is wrong with learning curves: warm-up, rises, and a last loss that is not the best."""

import numpy as np
import pandas as pd

from scalinglaws.counting import counted, some
from scalinglaws.inspection.finding import Finding
from scalinglaws.run_tables.rows import RunRows

RISE = 0.02  # of the loss, from one logged row to the next
WORSE = 0.005  # of the loss, of the last row above the best


def curve_findings(read: RunRows, loss_at: str) -> list[Finding]:
    """Findings about runs of several rows; none where there are no curves."""
    rows = read.rows[read.rows.duplicated("run", keep=False)]
    if not len(rows) or "loss" not in rows:
        return []
    rows = rows.sort_values(["run", "order"], kind="stable")
    names = read.names
    found = [_warmup(rows), _rises(rows, names), _last(rows, names, loss_at), _lengths(rows, names)]
    return [finding for finding in found if finding]


def _warmup(rows: pd.DataFrame) -> Finding | None:
    """Losses before the learning rate was at its largest belong to another rate."""
    if "warmup" in rows and "step" in rows:
        early = rows["step"] < rows["warmup"]
        end = rows["warmup"].max()
    elif "lr" in rows and "step" in rows:
        largest = rows.groupby("run")["lr"].transform("max")
        reached = rows["lr"] >= largest * (1.0 - 1e-9)
        first = rows["step"].where(reached).groupby(rows["run"]).transform("min")
        early, end = rows["step"] < first, first.max()
    else:
        return None
    if not early.any():
        return None
    text = (
        f"{counted(int(early.sum()), 'row')} from before the warm-up ended: leave them out, "
        f"--range step={end:.0f}:"
    )
    return Finding("warm-up", text)


def _rises(rows: pd.DataFrame, names: np.ndarray) -> Finding | None:
    before = rows["loss"].shift().where(rows["run"] == rows["run"].shift())
    rise = rows["loss"] / before - 1.0
    if not (rise > RISE).any():
        return None
    runs = rows.loc[rise > RISE, "run"].unique()
    at = rows.loc[rise.idxmax()]
    text = (
        f"{len(runs)} of {counted(rows['run'].nunique(), 'curve')} rise by more than "
        f"{100 * RISE:g} % from one row to the next, most by {100 * rise.max():.2g} % in run "
        f"{names[int(at['run'])]!r}, row {at['row']:.0f}: noise, or a run that went wrong"
    )
    return Finding("rising loss", text)


def _last(rows: pd.DataFrame, names: np.ndarray, loss_at: str) -> Finding | None:
    grouped = rows.groupby("run", sort=False)["loss"]
    excess = grouped.last() / grouped.min() - 1.0
    worse = excess[excess > WORSE].sort_values(ascending=False)
    if not len(worse) or loss_at == "best":
        return None
    listed = some(list(map(repr, names[worse.index])), 3)
    text = (
        f"the last loss is not the best in {len(worse)} of {counted(len(excess), 'curve')}, by up "
        f"to {100 * worse.iloc[0]:.2g} % ({listed}): overfitted or noisy; the best is taken with "
        "--loss-at best"
    )
    return Finding("last is not best", text)


def _lengths(rows: pd.DataFrame, names: np.ndarray) -> Finding | None:
    """A run that ended early by far: crashed, or still training."""
    last = rows.groupby("run", sort=False)["order"].last()
    short = last[last < 0.5 * last.median()]
    if not len(short) or len(short) > 0.2 * len(last):
        return None
    listed = some(list(map(repr, names[short.index])), 3)
    few = f"{counted(len(short), 'curve')} end before half of the usual length ({listed})"
    return Finding("short runs", f"{few}: crashed or unfinished?")
