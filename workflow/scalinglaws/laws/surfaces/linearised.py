"""A form replaced by its tangent at one theta: a cheap first guess for many resamples.

Resamples of one table end near the fit to all of it. There the tangent is nearly the form, and as
all resamples share it, their sums are single products of matrices.
"""

from dataclasses import dataclass

import numpy as np

from scalinglaws.laws.surfaces.form import Form, Sums
from scalinglaws.laws.surfaces.losses import influence


@dataclass(frozen=True)
class Linearised(Form):
    """ln L = ``base`` (n,) + ``jacobian`` (n, p) times (theta - ``at`` (p,))."""

    at: np.ndarray
    base: np.ndarray
    jacobian: np.ndarray

    def prepare(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Indices i >= j and the products of columns i and j of the Jacobian."""
        i, j = np.tril_indices(len(self.at))
        return i, j, self.jacobian[:, i] * self.jacobian[:, j]

    def sums(
        self,
        theta: np.ndarray,
        points: tuple[np.ndarray, np.ndarray, np.ndarray],
        y: np.ndarray,
        weights: np.ndarray | None,
        delta: float,
        newton: np.ndarray,
    ) -> Sums:
        """As `Form.sums`; ``points`` are products of derivatives."""
        residual, psi, slope = np.empty((3, len(theta), len(self.base)))
        np.matmul(theta - self.at, self.jacobian.T, out=residual)
        residual += self.base - y
        influence(residual, delta, newton, psi, slope)
        far = newton == 0
        if delta < np.inf and far.any():
            # The secant is too stiff near an optimum; its cube is the slope of a smooth psi.
            slope[far] *= slope[far] ** 2
        force = psi if weights is None else np.multiply(psi, weights)
        if weights is not None:
            slope *= weights
        energy = np.einsum("rn,rn->r", force, psi)
        i, j, products = points
        lower = slope @ products
        hessian = np.empty((*theta.shape, theta.shape[1]))
        hessian[:, i, j] = lower
        hessian[:, j, i] = lower
        objective = np.einsum("rn,rn->r", force, residual) - 0.5 * energy
        return Sums(objective, energy, force @ self.jacobian, hessian)


def linearised(form: Form, theta: np.ndarray, u: np.ndarray) -> Linearised:
    """The tangent of ``form`` at theta (p,) and its points u (n, k)."""
    value, jacobian = form.value_and_jacobian(theta[None], u)
    return Linearised(
        form.name,
        form.equation,
        form.variables,
        form.parameters,
        form.report_names,
        form.report_units,
        theta,
        value[0],
        jacobian[0],
    )
