"""Least absolute deviations as the limit of Huber's loss, followed along its path of optima.

As the corner shrinks, the few points within it are drawn to residuals of zero in proportion, and
all others only keep their signs. So the next optimum is predicted from the points within the
corner and then corrected by Newton steps.
"""

import numpy as np

from scalinglaws.laws.surfaces.linear import solve_symmetric
from scalinglaws.laws.surfaces.newton import ENOUGH, minimise
from scalinglaws.laws.surfaces.problem import Problem

SHRINK = 10.0**-0.5
STAGES = 18  # the corner ends at a billionth of the typical residual,
LEAST_CORNER = 1e-12  # or here, relative to ln L: a thousand times a residual's rounding


def minimise_absolute(
    problem: Problem, start: np.ndarray, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray, int]:
    """Theta, decrement / energy and iterations, like `newton.minimise`."""
    theta, decrement, total = minimise(problem, start, rows, np.inf)
    corner = problem.typical_residual(theta, rows)
    least = LEAST_CORNER * max(1.0, np.abs(problem.y).max())
    left = np.arange(len(rows))
    for stage in range(STAGES + 1):
        if corner < least or not len(left):
            break
        begin = theta[left]
        if stage:
            predicted = _predict(problem, begin, rows[left], corner)
            corner *= SHRINK
            still, moved = (
                problem.sums(at, rows[left], corner, np.zeros(len(left))).objective
                for at in (begin, predicted)
            )
            begin = np.where((moved < still)[:, None], predicted, begin)
        found, missing, iterations = minimise(problem, begin, rows[left], corner)
        total += iterations
        # At the smallest corners rounding may forbid what was reached before: then that stays.
        lost = (missing > ENOUGH) & (stage > 0)
        theta[left[~lost]], decrement[left[~lost]] = found[~lost], missing[~lost]
        left = left[~lost]
    return theta, decrement, total


def _predict(problem: Problem, theta: np.ndarray, rows: np.ndarray, corner: float) -> np.ndarray:
    """Where the optimum goes when the corner shrinks, to first order; shape of theta."""
    hessian = problem.sums(theta, rows, corner, np.ones(len(rows))).hessian
    pull = np.empty_like(theta)
    for at in problem.blocks(np.arange(len(rows))):
        u, y, weights = problem.of(rows[at])
        value, jacobian = problem.form.value_and_jacobian(theta[at], u)
        residual = value - y
        within = np.where(np.abs(residual) <= corner, residual, 0.0)
        if weights is not None:
            within = within * weights
        pull[at] = np.matmul(within[:, None, :], jacobian)[:, 0, :]
    pull[:, problem.held] = 0.0
    step, positive = solve_symmetric(hessian, pull)
    step = np.where((positive & np.isfinite(step).all(axis=1))[:, None], step, 0.0)
    return theta - (1.0 - SHRINK) * step
