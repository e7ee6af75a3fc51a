"""What a law of several variables must offer to be fitted: its value, derivatives and starts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from scalinglaws.laws.surfaces.losses import influence


@dataclass(frozen=True)
class Sums:
    """Sums over points for R parameter vectors: all that a Newton step needs.

    ``objective`` is the sum of w rho, ``energy`` the sum of w psi^2, ``gradient`` (R, p) and
    ``hessian`` (R, p, p) the derivatives of the objective.
    """

    objective: np.ndarray
    energy: np.ndarray
    gradient: np.ndarray
    hessian: np.ndarray

    def take(self, rows: np.ndarray, other: "Sums", taken: np.ndarray) -> None:
        """Replace ``rows`` by those of ``other`` that are ``taken``."""
        for mine, new in zip(self, other, strict=True):
            mine[rows] = new[taken]

    def __iter__(self) -> Iterator[np.ndarray]:
        return iter((self.objective, self.energy, self.gradient, self.hessian))


@dataclass(frozen=True)
class Form:
    """A law ln L = f(theta, u) with u = ln x - centre, for R parameter vectors at once.

    ``theta`` has shape (R, p) in internal parameters, free of bounds and nearly uncorrelated at
    the centre; ``u`` has shape (n, k), or (R, n, k) where each resample has its own. An infinite u
    (a run on all of the text) switches off the term of that variable. ``report`` gives the
    parameters as published: exponents as they are, scales on log10.
    """

    name: str
    equation: str
    variables: tuple[str, ...]
    parameters: tuple[str, ...]
    report_names: tuple[str, ...]
    report_units: tuple[str, ...]

    def value(self, theta: np.ndarray, u: np.ndarray) -> np.ndarray:
        """ln L at the points; shape (R, n)."""
        return self.value_and_jacobian(theta, u)[0]

    def value_and_jacobian(self, theta: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """ln L, shape (R, n), and its derivatives by theta, shape (R, n, p)."""
        raise NotImplementedError

    def starts(self, u: np.ndarray, y: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
        """Start values from the data alone, shape (m, p); u (n, k), y and weights (n,)."""
        raise NotImplementedError

    def report(self, theta: np.ndarray, centre: np.ndarray) -> np.ndarray:
        """Published parameters, shape (R, q); ``centre`` (k,) or (R, k) is what u was cut by."""
        raise NotImplementedError

    def at_bounds(
        self, theta: np.ndarray, u: np.ndarray, y: np.ndarray, weights: np.ndarray | None = None
    ) -> dict[str, np.ndarray]:
        """Sentence -> (R,) bool: ways in which an estimate ran away instead of settling."""
        raise NotImplementedError

    def pin(
        self, theta: np.ndarray, index: int, value: np.ndarray, centre: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Theta whose reported parameter ``index`` equals ``value`` (R,), by moving one entry.

        The entry moved is `pinned_by(index)`; also its derivatives by theta, shape (R, p), zero
        in its own place. Profiles need it.
        """
        raise NotImplementedError

    def positive(self, index: int) -> bool:
        """Whether reported parameter ``index`` is positive by construction."""
        raise NotImplementedError

    def pinned_by(self, index: int) -> int:
        """Which internal parameter is solved for when reported parameter ``index`` is given."""
        raise NotImplementedError

    def prepare(self, u: np.ndarray) -> Any:
        """What `sums` wants to know about the points; made once for points that all share."""
        return u

    def sums(
        self,
        theta: np.ndarray,
        points: Any,
        y: np.ndarray,
        weights: np.ndarray | None,
        delta: float,
        newton: np.ndarray,
    ) -> Sums:
        """Objective, gradient and Hessian of the sum of w rho(f - y); rho as in `losses`.

        ``points`` is `prepare` (u). ``newton`` (R,) is 1 where the Hessian is the exact one, for
        use near an optimum, and 0 where it is Gauss and Newton's with the slopes psi / r, which
        leads downhill from anywhere.
        """
        value, jacobian = self.value_and_jacobian(theta, points)
        residual = value - y
        psi, slope = np.empty_like(residual), np.empty_like(residual)
        influence(residual, delta, newton, psi, slope)
        force = psi if weights is None else psi * weights
        stiffness = slope if weights is None else slope * weights
        weighted = jacobian * np.broadcast_to(stiffness, residual.shape)[..., None]
        hessian = np.matmul(weighted.swapaxes(-1, -2), jacobian)
        if newton.any():
            hessian += self.curvature(theta, points, force * newton[:, None])
        return Sums(
            (force * (residual - 0.5 * psi)).sum(axis=-1),
            (force * psi).sum(axis=-1),
            np.matmul(force[:, None, :], jacobian)[:, 0, :],
            hessian,
        )

    def curvature(self, theta: np.ndarray, u: np.ndarray, force: np.ndarray) -> np.ndarray | float:
        """Sum over points of force (R, n) times the second derivatives of f; shape (R, p, p).

        This default leaves them out, which costs steps, not accuracy.
        """
        return 0.0
