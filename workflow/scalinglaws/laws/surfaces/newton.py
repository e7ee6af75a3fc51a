"""Damped Newton steps for many resamples at once, to a decrement that proves convergence.

Levenberg and Marquardt's damping; second derivatives join in once a step is well predicted. A
resample has converged when an undamped step promises next to nothing, measured against the energy
of its residuals: neither the units nor the size of the objective matter, and small steps alone
prove nothing.
"""

import numpy as np

from scalinglaws.laws.surfaces.linear import solve_symmetric
from scalinglaws.laws.surfaces.problem import Problem

TOLERANCE = 1e-13  # promised decrease / energy: 1e-5 standard errors at a few hundred points
ENOUGH = 1e-9  # the same for a resample that comes no further
ROUNDED = 1e-6  # and for one whose residuals are so small that rounding hides further gains
PERFECT = 1e-14  # rms of psi, relative to ln L, that is rounding alone
MAX_ITERATIONS = 200
FIRST_DAMPING, LEAST_DAMPING, LARGEST_DAMPING = 1e-3, 1e-6, 1e12
MOST_BEND = 1.0  # damping beyond which an indefinite Hessian is given up for Gauss-Newton's
TRUSTED = 0.75  # a step this well predicted lowers the damping,
NEAR = 0.1  # and where it promised no more than this share of the energy, admits curvature


def minimise(
    problem: Problem,
    start: np.ndarray,
    rows: np.ndarray,
    delta: float,
    near: bool = False,
    tolerance: float = TOLERANCE,
) -> tuple[np.ndarray, np.ndarray, int]:
    """Minimise the sum of Huber's rho for the resamples ``rows``, from ``start`` (len(rows), p).

    ``near`` says that the start is a good guess. Returns theta, the decrement over the energy
    (`ENOUGH` or less = converged; no more is said where rounding hides it) and the number of
    iterations of the slowest resample.
    """
    theta, n_rows = start.copy(), len(rows)
    newton = np.full(n_rows, float(near))
    damping = np.full(n_rows, LEAST_DAMPING if near else FIRST_DAMPING)
    now = problem.sums(theta, rows, delta, newton)
    scale = max(1.0, np.abs(problem.y).max())
    residual_rounding = 2 * np.finfo(float).eps * scale
    rounding_rms = min(delta, PERFECT * scale)
    floor = problem.total_weight(rows) * rounding_rms**2
    decrement = np.full(n_rows, np.inf)
    active, iterations = np.arange(n_rows), 0
    while True:
        hessian, gradient = now.hessian[active], now.gradient[active]
        step, positive, damping[active] = _damped_step(hessian, gradient, damping[active])
        promised = ((gradient - 0.5 * (hessian @ step[..., None])[..., 0]) * step).sum(axis=1)
        # What rounding does to the objective: to its sum, and through every residual.
        rounding = 4 * np.finfo(float).eps * now.objective[active]
        rounding += residual_rounding * np.sqrt(now.energy[active])
        # Where a gain is lost in that, less than the tolerance must do.
        asked = np.fmax(tolerance, np.fmin(16 * rounding / now.energy[active], ROUNDED))
        last = (damping[active] >= LARGEST_DAMPING) | (iterations == MAX_ITERATIONS)
        # A damped step promises less than an undamped one: only where it is next to nothing does
        # that one have to be asked.
        small = last | (positive & (promised <= asked * now.energy[active]))
        small |= now.energy[active] <= floor[active]
        at = active[small]
        decrement[active] = np.inf
        decrement[at] = _decrement(hessian[small], gradient[small], now.energy[at], floor[at])
        reached = decrement[active] <= asked
        decrement[active[reached]] = np.minimum(decrement[active[reached]], ENOUGH)
        going = ~reached & ~last
        if not going.any():
            return theta, decrement, iterations
        active, rounding = active[going], rounding[going]
        step, positive, promised = step[going], positive[going], promised[going]
        # Not a minimum's Hessian: the step is zero, and Gauss-Newton's is computed in its place.
        newton[active[~positive]] = 0.0
        trial = theta[active] - step
        new = problem.sums(trial, rows[active], delta, newton[active])
        gained = now.objective[active] - new.objective
        better = positive & (gained >= -rounding)
        good = better & ((gained > TRUSTED * promised) | (promised <= 16 * rounding))
        taken = better | ~positive
        theta[active[taken]] = trial[taken]
        now.take(active[taken], new, taken)
        newton[active[good & (promised < NEAR * new.energy)]] = 1.0
        factor = np.where(good, 0.1, np.where(better & (gained > 0.25 * promised), 1.0, 8.0))
        damping[active] = np.maximum(damping[active] * factor, np.where(good, 1e-15, LEAST_DAMPING))
        iterations += 1


def _damped_step(
    hessian: np.ndarray, gradient: np.ndarray, damping: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Solution of (H + damping |diag H|) step = gradient, whether it was found, and the damping.

    Damping grows until the matrix is positive, to MOST_BEND at the most; beyond, the step is zero.
    """
    diagonal = np.arange(hessian.shape[-1])
    size = np.abs(hessian[:, diagonal, diagonal])
    size = np.maximum(size, 1e-12 * size.max(axis=1, keepdims=True))
    step, positive = np.zeros_like(gradient), np.zeros(len(gradient), bool)
    left = np.arange(len(gradient))
    while len(left):
        damped = hessian[left]
        damped[:, diagonal, diagonal] += damping[left, None] * size[left]
        found, solved = solve_symmetric(damped, gradient[left])
        solved &= np.isfinite(found).all(axis=1)
        step[left[solved]], positive[left[solved]] = found[solved], True
        left = left[~solved & (damping[left] < MOST_BEND)]
        damping[left] *= 30.0
    return step, positive, damping


def _decrement(
    hessian: np.ndarray, gradient: np.ndarray, energy: np.ndarray, floor: np.ndarray
) -> np.ndarray:
    """What an undamped step promises, over the energy; infinite where no minimum is near."""
    diagonal = np.arange(hessian.shape[-1])
    size = np.abs(hessian[:, diagonal, diagonal]).max(axis=1)
    matrix = hessian.copy()
    # A parameter that nothing depends on has neither gradient nor curvature: it promises nothing.
    matrix[:, diagonal, diagonal] += 1e-20 * size[:, None]
    step, positive = solve_symmetric(matrix, gradient)
    promised = 0.5 * (step * gradient).sum(axis=1) / energy
    promised = np.where(positive & np.isfinite(promised), promised, np.inf)
    return np.where(energy <= floor, 0.0, promised)
