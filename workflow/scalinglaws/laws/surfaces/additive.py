"""Sums of powers: L = E + A/N^alpha + B/D^beta, and L(N, S) of Eq. 5.6, which has no floor E.

Each term is exp(level - exponent u), so that ln L is a log-sum-exp of straight lines: its
derivatives are the terms' shares of the loss, and their sums over points are products of matrices.
"""

from dataclasses import dataclass

import numpy as np

from scalinglaws.laws.surfaces.form import Form, Sums
from scalinglaws.laws.surfaces.losses import influence
from scalinglaws.laws.surfaces.starts import exponent_grid, positive_levels
from scalinglaws.laws.surfaces.terms import (
    LEAST_SHARE,
    LN10,
    OFF,
    Monomials,
    line_minus,
    lines,
    moments,
    monomials,
    runaways,
    split_infinite,
)


@dataclass(frozen=True)
class PowerSum(Form):
    """theta = (ln E where ``floor``, levels (k), exponents (k)): p = 2 k, or 2 k + 1.

    A level is the ln of its term at the centre. Reported are exponents and log10 of the scales X_c
    of (X_c/X)^alpha; where ``floor``: E, log10 of the coefficients A, B, exponents.
    """

    floor: bool = False

    def value(self, theta: np.ndarray, u: np.ndarray) -> np.ndarray:
        largest, shares = self._shares(theta, u)
        return largest + np.log(shares.sum(axis=0))

    def value_and_jacobian(self, theta: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        largest, shares = self._shares(theta, u)
        total = shares.sum(axis=0)
        shares = np.moveaxis(shares / total, 0, -1)
        slopes = -shares[..., self.floor :] * split_infinite(u)[0]
        return largest + np.log(total), np.concatenate([shares, slopes], axis=-1)

    def prepare(self, u: np.ndarray) -> Monomials:
        return monomials(lines(u, self.floor))

    def sums(
        self,
        theta: np.ndarray,
        points: Monomials,
        y: np.ndarray,
        weights: np.ndarray | None,
        delta: float,
        newton: np.ndarray,
    ) -> Sums:
        """As `Form.sums`, with second derivatives, through products with the monomials of u."""
        places = self._places()
        # One piece of memory for all: fresh arrays would cost more than what is computed in them.
        terms, (residual, psi, force, slope, work) = np.split(
            np.empty((len(places) + 5, len(theta), y.shape[-1])), [len(places)]
        )
        # Every term over the measured loss: their sum is 1 where the fit is perfect, so no
        # largest term has to be taken out first.
        for term, at, line in zip(terms, places, points.lines, strict=True):
            np.exp(line_minus(theta[:, at], line, y, out=term), out=term)
        np.add(terms[0], terms[1], out=work)
        for term in terms[2:]:
            work += term
        np.log(work, out=residual)
        influence(residual, delta, newton, psi, slope)
        np.multiply(psi, 1.0 if weights is None else weights, out=force)
        energy = np.einsum("rn,rn->r", force, psi)
        objective = np.einsum("rn,rn->r", force, residual) - 0.5 * energy
        # A term's share of the fitted loss is term / work; the divisions go to the factors.
        np.reciprocal(work, out=work)
        if weights is not None:
            slope *= weights
        force *= work
        bend = force if newton.all() else np.multiply(force, newton[:, None], out=psi)
        slope *= work
        slope -= bend
        slope *= work
        gradient = np.empty_like(theta)
        hessian = np.empty((*theta.shape, theta.shape[1]))
        for j, at_j in enumerate(places):
            np.multiply(force, terms[j], out=work)
            gradient[:, at_j] = moments(work, points.lines[j].matrix)
            stiffness = np.multiply(slope, terms[j], out=residual)
            for k, at_k in enumerate(places[: j + 1]):
                if j == k:
                    stiffness += bend
                np.multiply(stiffness, terms[k], out=work)
                block = moments(work, points.products[j][k])
                hessian[:, at_j, at_k] = block.reshape(hessian[:, at_j, at_k].shape)
                hessian[:, at_k, at_j] = hessian[:, at_j, at_k].swapaxes(-1, -2)
        return Sums(objective, energy, gradient, hessian)

    def starts(self, u: np.ndarray, y: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
        cut, off = split_infinite(u)
        found = []
        for exponents in exponent_grid(u):
            columns = np.exp(np.where(off, OFF, -exponents * cut) - y[:, None])
            if self.floor:
                columns = np.column_stack([np.exp(-y), columns])
            found.append([*positive_levels(columns, weights), *exponents])
        return np.array(found)

    def report(self, theta: np.ndarray, centre: np.ndarray) -> np.ndarray:
        k = len(self.variables)
        levels, exponents = theta[:, self.floor : self.floor + k], theta[:, self.floor + k :]
        if self.floor:
            coefficients = (levels + exponents * centre) / LN10
            return np.concatenate([np.exp(theta[:, :1]), coefficients, exponents], axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.concatenate([exponents, (centre + levels / exponents) / LN10], axis=1)

    def at_bounds(
        self, theta: np.ndarray, u: np.ndarray, y: np.ndarray, weights: np.ndarray | None = None
    ) -> dict[str, np.ndarray]:
        found = {}
        each = list(zip(self._places(), lines(u, self.floor), strict=True))
        exponents = (
            self.report_names[1 + len(self.variables) :] if self.floor else (self.report_names)
        )
        if self.floor:
            lowest = y if weights is None else np.where(weights > 0, y, np.inf)
            share = np.exp(theta[:, 0] - lowest.min(axis=-1))
            found["E vanishes: below 0.1 % of every loss"] = share < LEAST_SHARE
        for k, (at, line) in enumerate(each[self.floor :]):
            own = theta[:, at]
            names = self.variables[k], exponents[k]
            found |= runaways(line_minus(own, line, y), own[:, 1], u[..., k], weights, *names)
        return found

    def positive(self, index: int) -> bool:
        return self.floor and index == 0

    def pinned_by(self, index: int) -> int:
        k = len(self.variables)
        order = [0, *range(1, 2 * k + 1)] if self.floor else [*range(k, 2 * k), *range(k)]
        return order[index]

    def pin(
        self, theta: np.ndarray, index: int, value: np.ndarray, centre: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        k, moved = len(self.variables), self.pinned_by(index)
        pinned, slope = theta.copy(), np.zeros_like(theta)
        variable = moved - self.floor
        if self.floor and moved == 0:
            pinned[:, 0] = np.log(value)
        elif variable >= k:
            pinned[:, moved] = value
        else:
            at = moved + k
            if self.floor:
                slope[:, at] = -centre[variable]
                pinned[:, moved] = value * LN10 - theta[:, at] * centre[variable]
            else:
                slope[:, at] = value * LN10 - centre[variable]
                pinned[:, moved] = theta[:, at] * slope[:, at]
        return pinned, slope

    def _places(self) -> list[slice]:
        """Where the parameters of each term stand in theta; the floor first."""
        k = len(self.variables)
        powers = [slice(self.floor + i, self.floor + 2 * k, k) for i in range(k)]
        return [slice(0, 1), *powers] if self.floor else powers

    def _shares(self, theta: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """ln of the largest term (R, n), and every term over it (terms, R, n)."""
        each = zip(self._places(), lines(u, self.floor), strict=True)
        found = np.stack([line_minus(theta[:, at], line) for at, line in each])
        largest = found.max(axis=0)
        found -= largest
        return largest, np.exp(found, out=found)


L_N_S = PowerSum(
    name="L(N,S_min)",
    equation="L(N,S_min) = (N_c / N)^alpha_N + (S_c / S_min)^alpha_S",
    variables=("N", "S_min"),
    parameters=("level_N", "level_S", "alpha_N", "alpha_S"),
    report_names=("alpha_N", "alpha_S", "log10_N_c", "log10_S_c"),
    report_units=("1", "1", "log10(parameters)", "log10(steps)"),
)

CHINCHILLA = PowerSum(
    name="Chinchilla L(N,D)",
    equation="L(N,D) = E + A / N^alpha + B / D^beta",
    variables=("N", "D"),
    parameters=("ln_E", "level_N", "level_D", "alpha", "beta"),
    report_names=("E", "log10_A", "log10_B", "alpha", "beta"),
    report_units=(
        "nats/token",
        "log10(nats/token parameters^alpha)",
        "log10(nats/token tokens^beta)",
        "1",
        "1",
    ),
    floor=True,
)
