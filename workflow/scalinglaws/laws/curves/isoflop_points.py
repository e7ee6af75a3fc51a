"""Runs grouped by their budget of compute: one loss curve against size a budget.

Either a run was trained to the budget, and its last loss counts (Hoffmann et al. 2022), or learning
curves are read where they cross the budget (Fig. 11), as if each had been stopped there.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from scalinglaws.errors import UserError
from scalinglaws.laws.compute_points import learning_curves
from scalinglaws.laws.curves.minima import Group
from scalinglaws.laws.envelope import curve_at
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.selection import check_numeric, select_runs
from scalinglaws.units import PF_DAY

COLUMNS = {"C": "compute_6nbs", "N": "n_params", "D": "tokens"}
TOLERANCE = 0.02  # of a budget: changes the loss by a tenth of a percent at most (alpha_C = 0.05)
FROM_RUNS = "one point a run, at the end of its training; budgets are equal within {:.2g} %"
FROM_CURVES = "learning curves read at each budget, straight in log-log; one run serves several"


@dataclass(frozen=True)
class Budgets:
    """Curves by budget (PF-days), the runs left out and why, and how points came about.

    ``fault`` says why values of compute make no budgets.
    """

    groups: list[Group]
    excluded: list[tuple[str, str]]
    choice: dict
    note: str
    fault: str = ""


def budgets(measurements: Measurements, declared: dict, x: str) -> Budgets:
    """Groups of the selected runs by compute; ``x`` is "N" or "D".

    ``declared``: ``experiment``, ``select``; ``variables`` maps C, N and D to columns (COLUMNS; of
    compute in FLOPs); ``tolerance`` up to which computes are one budget; or ``budgets``, computes
    in PF-days at which learning curves are read, within the ranges ``points``: D is then C / 6N.
    ``within`` keeps only x within this factor of the lowest loss's.
    """
    columns = COLUMNS | (declared.get("variables") or {})
    compute = columns["C"]
    select = declared.get("select") or {}
    runs = measurements.runs
    check_numeric(runs, columns.values(), "variables", "runs.parquet")
    choice = {"experiment": declared["experiment"], "variables": columns, "select": select}
    choice |= {key: value for key, value in declared.items() if key not in choice and value}
    if wanted := declared.get("budgets"):
        found = _from_curves(measurements, declared, columns, wanted, x)
        excluded, fault, note = found[1], "", FROM_CURVES
    else:
        column = columns[x]
        tolerance = declared.get("tolerance", TOLERANCE)
        chosen = select_runs(runs, declared["experiment"], select, column)
        value = dict(zip(runs["run_id"].to_pylist(), runs[compute].to_pylist(), strict=True))
        known = [bool(value[run]) for run in chosen.run_ids]
        excluded = chosen.excluded + [
            (run, f"{compute} is missing")
            for run, kept in zip(chosen.run_ids, known, strict=True)
            if not kept
        ]
        rows = [
            (value[run] / PF_DAY, x_run, loss, run)
            for run, x_run, loss, kept in zip(
                chosen.run_ids, chosen.x, chosen.loss, known, strict=True
            )
            if kept
        ]
        found = grouped(rows, tolerance)
        fault, note = found[1], FROM_RUNS.format(100.0 * tolerance)
    groups = found[0]
    if factor := declared.get("within"):
        groups = [group.within(factor) for group in groups]
        note += f"; sizes within a factor {factor:g} of the lowest loss's"
    return Budgets(groups, excluded, choice, note, fault)


def grouped(
    rows: list[tuple[float, float, float, str]], tolerance: float
) -> tuple[list[Group], str]:
    """Rows (compute, x, loss, run) by compute: a budget spans at most ``tolerance``.

    Also the sentence why there are no budgets where one follows upon another within the tolerance.
    """
    rows = sorted(rows)
    collected: list[list[tuple[float, float, float, str]]] = []
    for row in rows:
        if collected and row[0] <= collected[-1][0][0] * (1.0 + tolerance):
            collected[-1].append(row)
        else:
            collected.append([row])
    fault = ""
    for before, after in pairwise(collected):
        if after[0][0] <= before[-1][0] * (1.0 + tolerance):
            fault = (
                f"computes form no budgets: {before[-1][0]:.4g} and {after[0][0]:.4g} PF-days lie "
                "within the tolerance, but their neighbours do not; round them, or set `tolerance`"
            )
            break
    groups = []
    for members in collected:
        ordered = sorted(members, key=lambda row: (row[1], row[3]))
        value, x, loss, names = zip(*ordered, strict=True)
        groups.append(
            Group(float(np.exp(np.mean(np.log(value)))), np.array(x), np.array(loss), list(names))
        )
    return groups, fault


def _from_curves(
    measurements: Measurements,
    declared: dict,
    columns: dict[str, str],
    wanted: list[float],
    x: str,
) -> tuple[list[Group], list[tuple[str, str]]]:
    compute, size = columns["C"], columns["N"]
    if x == "D" and compute != "compute_6nbs":
        raise UserError(
            f"variables: D along a learning curve is C / 6N, which {compute} is not; "
            "take compute_6nbs for IsoFLOP D_opt(C)"
        )
    runs = measurements.runs
    chosen = select_runs(runs, declared["experiment"], declared.get("select") or {}, size)
    sizes = dict(zip(chosen.run_ids, chosen.x, strict=True))
    curves = learning_curves(
        measurements.curves, chosen.run_ids, compute, declared.get("points") or {}
    )
    grid = np.array(sorted(wanted), dtype=float)
    read = {run: curve_at(curve, grid) for run, curve in curves.items()}
    groups = []
    for i, budget in enumerate(grid):
        rows = sorted(
            (sizes[run] if x == "N" else budget * PF_DAY / (6.0 * sizes[run]), run, loss[i])
            for run, loss in read.items()
            if np.isfinite(loss[i])
        )
        groups.append(
            Group(
                float(budget),
                np.array([row[0] for row in rows]),
                np.array([row[2] for row in rows]),
                [row[1] for row in rows],
            )
        )
    lost = [(run, f"no {compute} logged") for run in chosen.run_ids if run not in curves]
    return groups, chosen.excluded + lost
