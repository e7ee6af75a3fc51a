"""What a fit adds up over the residuals of ln L: squares, Huber's loss or absolute deviations.

Always sums, never means: an optimiser that measures its tolerance against 1 stops at the start
values when a tiny loss is averaged as well (a mistake that published fits contain).
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Loss:
    """Huber's rho with its corner at ``delta``: r^2/2 within it, delta |r| - delta^2/2 outside.

    ``delta`` = inf is least squares and 0 is least absolute deviations; those two report the sum
    of r^2 and of |r|, as everybody does.
    """

    name: str
    delta: float

    def objective(self, residual: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
        """The sum to make small: residuals (R, n) with weights (n,) or (R, n) give shape (R,)."""
        if self.delta == 0:
            rho = np.abs(residual)
        elif self.delta == np.inf:
            rho = residual**2
        else:
            rho = half_rho(residual, self.delta)
        return (rho if weights is None else rho * weights).sum(axis=-1)


def half_rho(residual: np.ndarray, delta: float) -> np.ndarray:
    """Huber's rho, the integral of psi; r^2 / 2 for ``delta`` = inf."""
    psi = np.clip(residual, -delta, delta)
    return psi * (residual - 0.5 * psi)


def influence(
    residual: np.ndarray, delta: float, newton: np.ndarray, psi: np.ndarray, slope: np.ndarray
) -> None:
    """Write psi = d rho / d r of residuals (R, n), and a slope for it, into ``psi`` and ``slope``.

    Where ``newton`` (R,) is 1 the slope is psi's own derivative, 0 outside the corner; elsewhere
    the secant psi / r, a bound on rho's curvature that no residual can switch off.
    """
    np.clip(residual, -delta, delta, out=psi)
    if delta == np.inf:
        slope.fill(1.0)
        return
    np.equal(psi, residual, out=slope)
    far = newton == 0
    if far.all():
        np.maximum(np.abs(residual, out=slope), delta, out=slope)
        np.divide(delta, slope, out=slope)
    elif far.any():
        slope[far] = delta / np.maximum(np.abs(residual[far]), delta)


SQUARES = Loss("least squares", np.inf)
LEAST_ABSOLUTE = Loss("least absolute deviations", 0.0)


def huber(delta: float) -> Loss:
    """Huber's loss with its corner at ``delta`` in ln L, e.g. 1e-3 as in Hoffmann et al."""
    return Loss(f"Huber, delta {delta:g}", delta)
