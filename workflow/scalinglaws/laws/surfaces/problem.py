"""The resamples of one fit: their points, weights and start values, read in pieces."""

from copy import copy

import numpy as np

from scalinglaws.laws.surfaces.form import Sums
from scalinglaws.laws.surfaces.losses import Loss

BLOCK = 40_000  # resamples x points computed together: they stay in the processor's cache

EVERY = slice(None)
WITNESSES = 16


class Problem:
    """The resamples of one fit, and the rows of each array that belong to some of them."""

    def __init__(self, form, u, y, weights, start, free=None):
        self.form = form
        self.u, self.y = np.asarray(u, dtype=float), np.asarray(y, dtype=float)
        self.weights = None if weights is None else np.asarray(weights)
        start = np.atleast_2d(np.asarray(start, dtype=float))
        sizes = [len(start)]
        sizes += [len(a) for a, d in ((self.u, 3), (self.y, 2), (self.weights, 2)) if _own(a, d)]
        self.start = np.broadcast_to(start, (max(sizes), start.shape[1])).copy()
        self.held = np.zeros(start.shape[1], bool) if free is None else ~np.asarray(free, bool)
        self.n_points = self.u.shape[-2]
        self.points = form.prepare(self.u) if self.u.ndim == 2 else None

    def with_form(self, form) -> "Problem":
        """The same resamples with another form."""
        other = copy(self)
        other.form = form
        other.points = form.prepare(self.u)
        return other

    def of(self, rows: np.ndarray, points: np.ndarray | slice = EVERY) -> tuple:
        """u, y and weights of the resamples ``rows``, at ``points``."""
        u = self.u[rows] if self.u.ndim == 3 else self.u
        y = self.y[rows] if self.y.ndim == 2 else self.y
        weights = self.weights[rows] if _own(self.weights, 2) else self.weights
        if weights is not None:
            # Counts may come as small integers: only those at work are turned into floats.
            weights = np.asarray(weights[..., points], dtype=float)
        return u[..., points, :], y[..., points], weights

    def blocks(self, rows: np.ndarray) -> list[np.ndarray]:
        """``rows`` cut into pieces that fit the cache."""
        size = max(1, BLOCK // max(1, self.n_points))
        return [rows[i : i + size] for i in range(0, len(rows), size)]

    def sums(self, theta: np.ndarray, rows: np.ndarray, delta: float, newton: np.ndarray) -> Sums:
        """The form's sums at theta (len(rows), p), block by block; held parameters do not count."""
        found = []
        for at in self.blocks(np.arange(len(rows))):
            u, y, weights = self.of(rows[at])
            points = self.points if self.u.ndim == 2 else self.form.prepare(u)
            found.append(self.form.sums(theta[at], points, y, weights, delta, newton[at]))
        whole = Sums(*(np.concatenate(parts) for parts in zip(*found, strict=True)))
        whole.objective[~np.isfinite(whole.objective)] = np.inf
        if self.held.any():
            whole.gradient[:, self.held] = 0.0
            whole.hessian[:, self.held] = 0.0
            whole.hessian[:, :, self.held] = 0.0
            whole.hessian[:, self.held, self.held] = 1.0
        return whole

    def objective(self, theta: np.ndarray, rows: np.ndarray, loss: Loss) -> np.ndarray:
        """The loss as it is reported."""
        u, y, weights = self.of(rows)
        return loss.objective(self.form.value(theta, u) - y, weights)

    def typical_residual(self, theta: np.ndarray, rows: np.ndarray) -> float:
        """Median over resamples of the mean absolute residual."""
        mean = []
        for at in self.blocks(np.arange(len(rows))):
            u, y, weights = self.of(rows[at])
            absolute = np.abs(self.form.value(theta[at], u) - y)
            if weights is None:
                mean.append(absolute.mean(axis=-1))
            else:
                mean.append((absolute * weights).sum(axis=-1) / weights.sum(axis=-1))
        return float(np.median(np.concatenate(mean)))

    def at_bound(self, theta: np.ndarray) -> np.ndarray:
        """Whether any way of running away applies, (R,).

        A term that is felt at some of the points is felt: every point is asked only where some
        are not enough.
        """
        every = np.arange(self.n_points)
        found = np.ones(len(theta), bool)
        for points in (every[:: max(1, self.n_points // WITNESSES)], every):
            for rows in self.blocks(np.flatnonzero(found)):
                u, y, weights = self.of(rows, points)
                each = self.form.at_bounds(theta[rows], u, y, weights).values()
                found[rows] = np.any(list(each), axis=0)
        return found

    def total_weight(self, rows: np.ndarray) -> np.ndarray:
        """Sum of the weights of each of ``rows``."""
        if self.weights is None:
            return np.full(len(rows), float(self.n_points))
        return np.broadcast_to(self.weights.sum(axis=-1, dtype=float), (len(self.start),))[rows]


def _own(array: np.ndarray | None, dimensions: int) -> bool:
    """Whether the array has a row for each resample."""
    return array is not None and array.ndim == dimensions
