"""One fit from several starts: the best optimum, how many found it, and the next best."""

from dataclasses import dataclass

import numpy as np

from scalinglaws.laws.surfaces.form import Form
from scalinglaws.laws.surfaces.losses import SQUARES, Loss
from scalinglaws.laws.surfaces.newton import PERFECT
from scalinglaws.laws.surfaces.solver import solve

SAME = 1e-8  # relative difference of objectives that are one optimum,
SAME_CURVE = 1e-3  # or distance between fitted values, over the residual


@dataclass(frozen=True)
class Fit:
    """The best of all starts: ``theta`` (p,) and its ``objective``, a sum (see `losses`).

    ``start`` (p,) is where the best one began; ``agreeing`` of ``n_starts`` reached the same
    optimum. ``second`` is the objective of the best other local minimum, NaN where there is none.
    """

    theta: np.ndarray
    objective: float
    converged: bool
    at_bound: bool
    start: np.ndarray
    n_starts: int
    agreeing: int
    second: float


def fit_from_starts(
    form: Form,
    u: np.ndarray,
    y: np.ndarray,
    weights: np.ndarray | None = None,
    loss: Loss = SQUARES,
) -> Fit:
    """Fit ln L = y (n,) at u (n, k) from every start of the form at once; weights (n,).

    Of starts with equal objectives one that converged is taken.
    """
    starts = form.starts(u, y, weights)
    found = solve(form, u, y, starts, weights=weights, loss=loss, retry=False)
    objective = np.where(np.isfinite(found.objective), found.objective, np.inf)
    least = objective.min()
    rounding = PERFECT * np.maximum(1.0, np.abs(y))
    margin = SAME * least + float(loss.objective(rounding, weights))
    equal = objective <= least + margin
    best = int(np.flatnonzero(equal)[np.argmin(found.decrement[equal])])
    same = equal | (_apart(form, found.theta, best, u, y, weights) < SAME_CURVE)
    others = objective[found.converged & ~same]
    return Fit(
        theta=found.theta[best],
        objective=float(found.objective[best]),
        converged=bool(found.converged[best]),
        at_bound=bool(found.at_bound[best]),
        start=starts[best],
        n_starts=len(starts),
        agreeing=int((same & found.converged).sum()),
        second=float(others.min()) if len(others) else float("nan"),
    )


def _apart(form, theta, best, u, y, weights) -> np.ndarray:
    """Rms distance of each start's fitted values from the best's, over its rms residual; (m,)."""
    with np.errstate(all="ignore"):
        fitted = form.value(theta, u)
        weights = np.ones(len(y)) if weights is None else weights
        squares = ((fitted - fitted[best]) ** 2) @ weights / (((y - fitted[best]) ** 2) @ weights)
    return np.where(np.isfinite(squares), np.sqrt(squares), np.inf)
