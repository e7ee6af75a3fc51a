"""Points of L(C) and L(C_min): the lower envelope of learning curves against compute.

Naive L(C) (Eq. 3.3) holds the batch fixed; L(C_min) (Eq. 1.3) is the same envelope after each point
was converted to the compute at a small batch (Eq. 5.5), where the source knows it. In place of
curves the ends of runs of several lengths can be taken.
"""

import numpy as np
import pyarrow as pa

from scalinglaws.errors import UserError
from scalinglaws.laws.envelope import (
    PER_DECADE,
    Curve,
    interior,
    log_grid,
    lower_envelope,
    without_each,
)
from scalinglaws.laws.selection import Selection, check_numeric, select_runs
from scalinglaws.laws.trunks import shorter_of_trunks, trunk_ends
from scalinglaws.units import PF_DAY

NOTE = (
    f"the lower envelope of the learning curves at {PER_DECADE} computes a decade: minima over "
    "runs, without errors of their own; the intervals redo everything without each run in turn"
)
COOLDOWN = "cooldown"


def envelope_points(
    runs: pa.Table, curves: pa.Table, declared: dict, column: str = "compute_6nbs"
) -> Selection:
    """The envelope of the selected runs, x in PF-days, with the envelope without each of its runs.

    ``declared`` holds ``experiment``, ``select`` (ranges of columns of RUNS), ``points`` (ranges of
    columns of CURVES), ``ends`` (`declared_curves`) and ``compute_range`` (PF-days). ``column`` is
    compute_6nbs or compute_min. Points where the smallest or largest model is the best are left out
    (`envelope.interior`).
    """
    experiment, select = declared["experiment"], declared.get("select") or {}
    chosen = select_runs(runs, experiment, select, x="test_loss")
    found, without_curve = declared_curves(runs, curves, chosen.run_ids, column, declared)
    limits = declared.get("compute_range") or {}
    reached = [compute for compute, _ in found.values()]
    low = max([limits.get("min", 0.0), *([min(c.min() for c in reached)] if reached else [])])
    high = min([limits.get("max", np.inf), *([max(c.max() for c in reached)] if reached else [])])
    grid = log_grid(low, high) if 0 < low < high < np.inf else np.array([])
    by_name = dict(zip(runs["run_id"].to_pylist(), runs["n_params"].to_pylist(), strict=True))
    whole = lower_envelope(found, grid)
    envelope = interior(whole, {run: by_name[run] for run in found})
    return Selection(
        x=envelope.compute,
        loss=envelope.loss,
        run_ids=envelope.best,
        excluded=[*chosen.excluded, *without_curve],
        choice={
            "experiment": experiment,
            "x": column,
            "select": select,
            "points": declared.get("points") or {},
            "compute_range": limits,
            "n_candidates": len(found),
        },
        without=without_each(found, envelope),
        note=NOTE,
    )


def declared_curves(
    runs: pa.Table, curves: pa.Table, run_ids: list[str], column: str, declared: dict
) -> tuple[dict[str, Curve], list[tuple[str, str]]]:
    """What an envelope is taken of, by run, and the runs without it and why.

    The points along each curve that ``points`` asks for, of runs that share a trunk only the
    longest; with ``ends`` the ends of them all, under its name. Raises UserError for both.
    """
    points = declared.get("points") or {}
    if declared.get("ends"):
        if points:
            raise UserError("laws: ends: true takes no points along curves; leave points out")
        found, lone = trunk_ends(runs, run_ids, column)
        return found, [(run, "one length only") for run in lone]
    shorter = shorter_of_trunks(runs, run_ids)
    found = learning_curves(curves, [run for run in run_ids if run not in shorter], column, points)
    reasons = {run: f"its trunk is that of {name}" for run, name in shorter.items()}
    lost = [run for run in run_ids if run not in found]
    return found, [(run, reasons.get(run, f"no {column} logged")) for run in lost]


def learning_curves(
    curves: pa.Table,
    run_ids: list[str],
    column: str,
    points: dict[str, dict],
    unit: float = PF_DAY,
) -> dict[str, Curve]:
    """``column`` in ``unit`` and test loss of each run that logged two points or more.

    Left out are points outside the ranges of ``points``, points before the learning rate was at
    its largest (warm-up) and points of a cool-down: their losses belong to another rate.
    """
    check_numeric(curves, points, "points", "curves.parquet")
    rows: dict[str, list[dict]] = {run: [] for run in sorted(run_ids)}
    needed = {"run_id", column, "test_loss", "learning_rate", "phase", *points}
    for row in curves.select(sorted(needed)).to_pylist():
        if row["run_id"] in rows and row[column] and row["test_loss"]:
            rows[row["run_id"]].append(row)
    found = {}
    for run, logged in rows.items():
        # By compute; where two points share one, by loss: the order of rows must not matter.
        logged.sort(key=lambda row: (row[column], row["test_loss"]))
        rates = [row["learning_rate"] or 0.0 for row in logged]
        after_warmup = logged[int(np.argmax(rates)) :] if logged else []
        kept = [
            (row[column] / unit, row["test_loss"])
            for row in after_warmup
            if row["phase"] != COOLDOWN and _within(row, points)
        ]
        if len(kept) > 1:
            found[run] = tuple(np.array(kept).T)
    return found


def _within(row: dict, points: dict[str, dict]) -> bool:
    """Whether a logged point lies in every range; one without a value does not."""
    for column, limits in points.items():
        value = row[column]
        if value is None or not limits.get("min", value) <= value <= limits.get("max", value):
            return False
    return True
