"""N_opt(C) of converted tables, by one of three estimators that others have used."""

from __future__ import annotations

import numpy as np

from scalinglaws.conventions.convert import COUNTED, Converted
from scalinglaws.conventions.frontier import frontier
from scalinglaws.conventions.steps import Conventions
from scalinglaws.laws.compute_points import learning_curves
from scalinglaws.laws.curves.isoflop import AXES, isoflop
from scalinglaws.laws.curves.minima import INTERPOLATED
from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.line import LN10
from scalinglaws.laws.replicates import Replicates
from scalinglaws.units import PF_DAY

FEWEST_SIZES = 4


def minima(found: Converted, step: Conventions, budgets) -> LawFit:
    """A line through the minima over sizes at equal compute, interpolated (Porian et al. 2024)."""
    declared = {
        "experiment": step.experiment,
        "points": step.points,
        "variables": {"N": COUNTED},
        "minimum": INTERPOLATED,
    }
    if budgets and not step.ends:
        declared["budgets"] = list(budgets)
    return isoflop(found.measurements, declared, "N")


def nearest(found: Converted, step: Conventions, budgets) -> LawFit:
    """The best model at each budget, each curve read where it was logged nearest to it.

    Pearce and Song (2024): the line is through as many points as there are budgets, though only
    the models are different. The interval leaves out each model in turn.
    """
    axes = AXES["N"]
    about = {"law": axes.law, "equation": axes.equation, "names": axes.names, "units": axes.units}
    runs = found.measurements.runs
    sizes = dict(zip(runs["run_id"].to_pylist(), runs[COUNTED].to_pylist(), strict=True))
    curves = learning_curves(
        found.measurements.curves, list(sizes), "compute_6nbs", step.points, unit=PF_DAY
    )
    if len({sizes[run] for run in curves}) < FEWEST_SIZES:
        return LawFit(**about, status=f"too few models with curves: {len(curves)}")
    names, grid = sorted(curves, key=lambda run: sizes[run]), np.array(budgets, dtype=float)
    losses = np.array([_read(curves[run], grid) for run in names])
    size = np.log([sizes[run] for run in names])

    def line(kept: np.ndarray) -> np.ndarray:
        best = size[kept][losses[kept].argmin(axis=0)]
        slope, level = np.polyfit(np.log(grid), best, 1)
        return np.array([slope, level / LN10])

    everyone = np.arange(len(names))
    best = everyone[losses.argmin(axis=0)]
    without = {names[i]: line(everyone[everyone != i]) for i in np.unique(best)}
    return LawFit(
        **about,
        status="ok",
        replicates=Replicates.of(axes.names, line(everyone), without),
        points={"C": grid, "N": np.exp(size[best])},
        run_ids=[names[i] for i in best],
    )


def _read(curve: tuple[np.ndarray, np.ndarray], grid: np.ndarray) -> np.ndarray:
    """Losses at the logged computes nearest to ``grid``; infinite beyond the ends of the curve."""
    compute, loss = curve
    inside = (grid >= compute.min()) & (grid <= compute.max())
    return np.where(inside, loss[np.abs(compute[:, None] - grid).argmin(axis=0)], np.inf)


ESTIMATORS = {"frontier": frontier, "minima": minima, "nearest": nearest}


def points_of(law: LawFit) -> tuple[np.ndarray, np.ndarray]:
    """Computes in PF-days and N of the points that the line goes through, each (k,)."""
    if "minima" in law.details:
        used = [m for m in law.details["minima"] if m["verdict"] == "ok"]
        return np.array([m["C_PFdays"] for m in used]), np.array([m["N"] for m in used])
    return np.asarray(law.points.get("C", []), float), np.asarray(law.points.get("N", []), float)
