"""Profile of the sum of squares over one reported parameter, and the interval it gives.

Where the data hardly determine a parameter, its estimate plus or minus anything is no interval:
the sum of squares, made smallest over all other parameters, shows which values still fit.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from scalinglaws.laws.surfaces.form import Form
from scalinglaws.laws.surfaces.losses import SQUARES, Loss
from scalinglaws.laws.surfaces.pinned import Pinned, pinned
from scalinglaws.laws.surfaces.solver import solve

DOUBLINGS = np.arange(-3, 10)  # how far from the estimate to look: half widths times powers of two
FALLBACK = 0.1  # half width to begin with where the data give none
REFINEMENTS, PIECES = 5, 5  # an end is known to a fraction 5^-5 of its bracket


@dataclass(frozen=True)
class Profile:
    """Sum of squares over ``values`` (m,), ascending, of the reported parameter ``name``.

    ``low`` and ``high`` end the values at which it stays below ``limit``. Where no value that was
    tried reaches the limit the end is infinite, or 0 for a parameter that must be positive.
    """

    name: str
    estimate: float
    values: np.ndarray
    objective: np.ndarray
    limit: float
    low: float
    high: float


def profile_objective(
    form: Form,
    u: np.ndarray,
    y: np.ndarray,
    theta: np.ndarray,
    index: int,
    centre: np.ndarray,
    values: np.ndarray,
    weights: np.ndarray | None = None,
    loss: Loss = SQUARES,
) -> np.ndarray:
    """Least objective with reported parameter ``index`` held at each of ``values``; shape (m,).

    ``theta`` (p,) is the fit to u (n, k), y (n,), weights (n,); ``centre`` (k,) of ln x. From the
    fit outwards, every value begins where its neighbour ended and also at the fit itself.
    """
    profiled = _Profiled(form, u, y, theta, index, centre, weights, loss)
    values = np.asarray(values, dtype=float)
    objective = np.empty(len(values))
    for side in (values < profiled.estimate, values >= profiled.estimate):
        outwards = np.flatnonzero(side)
        outwards = outwards[np.argsort(np.abs(values[outwards] - profiled.estimate))]
        begin = profiled.fit
        for i in outwards:
            objective[i], begin = profiled.at(values[i], begin)
    return objective


def profile(
    form: Form,
    u: np.ndarray,
    y: np.ndarray,
    theta: np.ndarray,
    index: int,
    centre: np.ndarray,
    weights: np.ndarray | None = None,
    level: float = 0.95,
) -> Profile:
    """Profile and interval of reported parameter ``index``, for independent normal residuals.

    The limit is S (1 + F(1, n - p) / (n - p)) with S the smallest sum of squares: the F test that
    the parameter has a given value. Shapes as in `profile_objective`.
    """
    profiled = _Profiled(form, u, y, theta, index, centre, weights, SQUARES)
    n_points = len(y) if weights is None else float(np.sum(weights))
    df = n_points - len(theta)
    smallest = profiled.at(profiled.estimate, profiled.fit)[0]
    limit = smallest * (1.0 + stats.f.ppf(level, 1, df) / df)
    half = profiled.half_width(smallest / df, stats.t.ppf(0.5 + level / 2.0, df))
    tried = {profiled.estimate: smallest}
    low, high = (profiled.end(sign, half, limit, tried) for sign in (-1.0, 1.0))
    values = np.array(sorted(tried))
    return Profile(
        form.report_names[index],
        profiled.estimate,
        values,
        np.array([tried[value] for value in values]),
        limit,
        low,
        high,
    )


class _Profiled:
    """A fit, one parameter of which is held at one value after another."""

    def __init__(self, form, u, y, theta, index, centre, weights, loss):
        self.form: Pinned = pinned(form, index, centre)
        self.data = u, y, weights, loss
        self.fit = self.form.outer(np.atleast_2d(theta))[0]
        self.free = np.arange(len(self.fit)) != self.form.moved
        self.estimate = float(self.fit[self.form.moved])
        self.positive = form.positive(index)

    def at(self, values, *begin: np.ndarray) -> tuple:
        """Least objective at each value and where it is reached, begun at ``begin`` and the fit.

        A number gives a number; values (m,) give shapes (m,) and (m, p).
        """
        u, y, weights, loss = self.data
        each = np.atleast_1d(np.asarray(values, dtype=float))
        begins = np.array([*begin, self.fit])
        starts = np.repeat(begins[None], len(each), axis=0)
        starts[:, :, self.form.moved] = each[:, None]
        starts = starts.reshape(-1, len(self.fit))
        found = solve(self.form, u, y, starts, weights, loss, free=self.free)
        objective = np.where(np.isfinite(found.objective), found.objective, np.inf)
        objective = objective.reshape(len(each), -1)
        best = objective.argmin(axis=1)
        reached = found.theta.reshape(len(each), len(begins), -1)[np.arange(len(each)), best]
        if np.ndim(values) == 0:
            return float(objective[0, best[0]]), reached[0]
        return objective.min(axis=1), reached

    def half_width(self, variance: float, quantile: float) -> float:
        """t times the standard error from the Jacobian, on ln for a positive parameter."""
        u, y, weights, _ = self.data
        theta = self.form.inner(self.fit[None])
        _, jacobian = self.form.form.value_and_jacobian(theta, u)
        root = np.ones(len(y)) if weights is None else np.sqrt(weights)
        steps = 1e-6 * np.eye(len(self.fit))
        moved = self.form.form.report(theta + steps, self.form.centre)[:, self.form.index]
        gradient = (moved - self.estimate) / 1e-6
        inverse = np.linalg.pinv(jacobian[0] * root[:, None])
        half = quantile * np.sqrt(variance) * np.linalg.norm(gradient @ inverse)
        half /= self.estimate if self.positive else 1.0
        return float(half) if np.isfinite(half) and half > 0 else FALLBACK

    def moved_by(self, distance: float) -> float:
        """The value at a signed distance from the estimate."""
        if self.positive:
            with np.errstate(over="ignore", under="ignore"):
                return float(self.estimate * np.exp(distance))
        return self.estimate + distance

    def end(self, sign: float, half: float, limit: float, tried: dict[float, float]) -> float:
        """Where the objective reaches the limit on one side; adds what it computes to ``tried``."""
        inside, outside, begin = 0.0, None, self.fit
        for doubling in DOUBLINGS:
            distance = sign * half * 2.0**doubling
            value = self.moved_by(distance)
            objective, reached = self.at(value, begin)
            tried[value] = objective
            if objective > limit:
                outside = distance
                break
            inside, begin = distance, reached
        if outside is None:
            return 0.0 if self.positive and sign < 0 else sign * np.inf
        for _ in range(REFINEMENTS):
            distances = np.linspace(inside, outside, PIECES + 1)[1:-1]
            values = np.array([self.moved_by(distance) for distance in distances])
            objective, reached = self.at(values, begin)
            tried.update(zip(values.tolist(), objective.tolist(), strict=True))
            over = np.flatnonzero(objective > limit)
            first = over[0] if len(over) else len(distances)
            if first:
                inside, begin = distances[first - 1], reached[first - 1]
            if first < len(distances):
                outside = distances[first]
        return self.moved_by(0.5 * (inside + outside))
