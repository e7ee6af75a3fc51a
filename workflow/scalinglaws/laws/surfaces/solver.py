"""Fits one form to many resamples: `solve`, with further starts for those that do not settle."""

from dataclasses import dataclass

import numpy as np

from scalinglaws.laws.surfaces.absolute import minimise_absolute
from scalinglaws.laws.surfaces.form import Form
from scalinglaws.laws.surfaces.linearised import linearised
from scalinglaws.laws.surfaces.losses import SQUARES, Loss
from scalinglaws.laws.surfaces.newton import ENOUGH, minimise
from scalinglaws.laws.surfaces.problem import Problem

FEWEST_TO_GUESS = 3  # resamples from one start, from which the tangent's detour pays
FARTHEST_GUESS = 1.0  # in any parameter: they are logarithms and exponents
EQUAL = 1e-9  # relative difference of objectives that are one
ROUGH = 1e-3  # tolerance of its optimum: the form bends away from it by more


@dataclass(frozen=True)
class Solution:
    """One row a resample: ``theta`` (R, p), ``objective`` and the rest (R,).

    ``objective`` is the sum of the loss (see `losses.Loss`). ``at_bound``: an estimate ran away
    instead of settling. ``decrement`` is what an undamped step still promises, over the energy.
    """

    theta: np.ndarray
    objective: np.ndarray
    converged: np.ndarray
    at_bound: np.ndarray
    decrement: np.ndarray
    iterations: int


@np.errstate(all="ignore")  # estimates that run away overflow; they are flagged, not warned of
def solve(
    form: Form,
    u: np.ndarray,
    y: np.ndarray,
    start: np.ndarray,
    weights: np.ndarray | None = None,
    loss: Loss = SQUARES,
    free: np.ndarray | None = None,
    retry: bool = True,
) -> Solution:
    """Minimise the summed loss of ln L residuals of every resample.

    ``u`` (n, k) or (R, n, k); ``y`` = ln L, (n,) or (R, n); ``start`` (p,) or (R, p); ``weights``
    counts or deletions, (n,) or (R, n), 0 for a point left out. ``free`` (p,) False holds a
    parameter at its start. With ``retry`` a resample that does not converge is tried again from
    the form's own starts, and what is left is flagged in ``converged``.
    """
    problem = Problem(form, u, y, weights, start, free)
    guess = _guess(problem, loss)
    start = problem.start if guess is None else guess
    theta, decrement, iterations = _minimise_loss(
        problem, start, loss, np.arange(len(start)), near=guess is not None
    )
    if retry and free is None:
        theta, decrement = _retried(problem, theta, decrement, loss)
    rows = np.arange(len(theta))
    return Solution(
        theta,
        np.concatenate([problem.objective(theta[i], i, loss) for i in problem.blocks(rows)]),
        decrement <= ENOUGH,
        problem.at_bound(theta),
        decrement,
        iterations,
    )


def _guess(problem: Problem, loss: Loss) -> np.ndarray | None:
    """Each resample's optimum of the tangent at the start that all share; None = they do not."""
    start = problem.start
    if loss.delta == 0 or len(start) < FEWEST_TO_GUESS:
        return None
    if problem.u.ndim == 3 or (start != start[0]).any():
        return None
    tangent = linearised(problem.form, start[0], problem.u)
    if not np.isfinite(tangent.jacobian).all():
        return None
    rows = np.arange(len(start))
    guess = minimise(problem.with_form(tangent), start, rows, loss.delta, tolerance=ROUGH)[0]
    # Far away the tangent says nothing about the form.
    far = ~(np.abs(guess - start).max(axis=1) <= FARTHEST_GUESS)
    return np.where(far[:, None], start, guess)


def _minimise_loss(
    problem: Problem, start: np.ndarray, loss: Loss, rows: np.ndarray, near: bool = False
) -> tuple[np.ndarray, np.ndarray, int]:
    """Theta, decrement / energy and iterations of the resamples ``rows``."""
    if loss.delta == 0:
        return minimise_absolute(problem, start, rows)
    return minimise(problem, start, rows, loss.delta, near)


def _retried(
    problem: Problem, theta: np.ndarray, decrement: np.ndarray, loss: Loss
) -> tuple[np.ndarray, np.ndarray]:
    """The resamples that did not converge, again from every start; the smallest loss stays."""
    failed = np.flatnonzero(~(decrement <= ENOUGH))
    if not len(failed):
        return theta, decrement
    starts = _starts(problem, failed)
    rows = np.repeat(failed, starts.shape[1])
    found, left, _ = _minimise_loss(problem, starts.reshape(len(rows), -1), loss, rows)
    found = np.concatenate([theta[failed, None], found.reshape(starts.shape)], axis=1)
    left = np.column_stack([decrement[failed], left.reshape(starts.shape[:2])])
    theta, decrement = theta.copy(), decrement.copy()
    for i, row in enumerate(failed):
        objective = problem.objective(found[i], np.full(len(found[i]), row), loss)
        objective = np.where(np.isfinite(objective), objective, np.inf)
        # Of equal ones the one that settled.
        equal = np.flatnonzero(objective <= objective.min() * (1.0 + EQUAL))
        best = equal[np.argmin(left[i, equal])]
        theta[row], decrement[row] = found[i, best], left[i, best]
    return theta, decrement


def _starts(problem: Problem, rows: np.ndarray) -> np.ndarray:
    """The form's own starts for each of ``rows``, shape (len(rows), m, p)."""
    u, y, _ = problem.of(rows)
    if u.ndim == 2 and y.ndim == 1:
        shared = problem.form.starts(u, y, None)
        return np.broadcast_to(shared, (len(rows), *shared.shape))
    each_u = u if u.ndim == 3 else [u] * len(rows)
    each_y = y if y.ndim == 2 else [y] * len(rows)
    pairs = zip(each_u, each_y, strict=True)
    return np.array([problem.form.starts(own_u, own_y, None) for own_u, own_y in pairs])
