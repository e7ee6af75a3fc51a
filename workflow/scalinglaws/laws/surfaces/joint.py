"""Kaplan's L(N, D) of Eq. 1.5, and the alternative with one more parameter that Sec. 4.1 rejects.

Both are ln L = beta ln(e^((a - s_N u)/beta) + e^((b - s_D v)/beta)): a power law in N where data
abound, one in D where models are large, and beta for how sharply one gives way to the other.
Eq. 1.5 is the case beta = alpha_D.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import entr

from scalinglaws.laws.surfaces.form import Form
from scalinglaws.laws.surfaces.starts import exponent_grid, positive_levels
from scalinglaws.laws.surfaces.terms import LN10, OFF, runaways, split_infinite

LARGEST_LN_BETA = np.log(1e3)


@dataclass(frozen=True)
class Joint(Form):
    """theta = (a, b, ln s_N, ln s_D), and ln beta where ``free_beta``.

    a and b are ln of the loss at the centre if the other variable were infinite; s_N and s_D the
    exponents of the loss in those limits. Reported are the exponents as printed inside the
    brackets (s_N / beta, s_D / beta where ``free_beta``), and log10 of the scales.
    """

    free_beta: bool = False

    def value_and_jacobian(self, theta: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        beta, falls, terms, total = self._parts(theta, u)
        with np.errstate(all="ignore"):
            shares = np.exp(terms - total[..., None])
            by_beta = beta * entr(shares).sum(axis=-1)
            columns = np.concatenate([shares, -shares * falls], axis=-1)
        if self.free_beta:
            columns = np.concatenate([columns, by_beta[..., None]], axis=-1)
        else:
            columns[..., 3] += by_beta
        return beta * total, columns

    def curvature(self, theta: np.ndarray, u: np.ndarray, force: np.ndarray) -> np.ndarray:
        beta, falls, terms, total = self._parts(theta, u)
        with np.errstate(all="ignore"):
            # Second derivatives by the two terms and by beta are one square: q v v' / beta.
            difference = terms[..., 0] - terms[..., 1]
            q = np.exp(terms.sum(axis=-1) - 2.0 * total)
            change = np.stack(
                np.broadcast_arrays(1.0, -1.0, -falls[..., 0], falls[..., 1]), axis=-1
            )
            if self.free_beta:
                change = np.concatenate([change, (-beta * difference)[..., None]], axis=-1)
            else:
                change[..., 3] -= beta * difference
            weighted = change * (force * q / beta)[..., None]
            found = np.matmul(weighted.swapaxes(-1, -2), change)
        # Exponents are exponentials of theta: what theta changes once it changes again.
        _, jacobian = self.value_and_jacobian(theta, u)
        diagonal = np.arange(2, theta.shape[1])
        found[:, diagonal, diagonal] += np.matmul(force[:, None, :], jacobian)[:, 0, 2:]
        return found

    def _parts(self, theta: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, ...]:
        """beta (R, 1), falls s_k u_k, terms over beta, and ln of the sum of their exponentials."""
        cut, off = split_infinite(u)
        with np.errstate(all="ignore"):
            falls = np.exp(theta[:, None, 2:4]) * cut
            beta = np.exp(theta[:, -1:])
            terms = np.where(off, OFF, theta[:, None, :2] - falls) / beta[..., None]
            return beta, falls, terms, np.logaddexp(terms[..., 0], terms[..., 1])

    def starts(self, u: np.ndarray, y: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
        cut, off = split_infinite(u)
        found = []
        for slopes in exponent_grid(u):
            for beta in (slopes[1], *((slopes[0], 1.0) if self.free_beta else ())):
                # A term is switched off relative to the others, whatever beta is.
                ln_terms = np.where(off, OFF, -slopes * cut / beta - y[:, None] / beta)
                columns = np.exp(ln_terms - ln_terms.max(axis=0))
                levels = positive_levels(columns, weights) - ln_terms.max(axis=0)
                extra = [np.log(beta)] if self.free_beta else []
                found.append([*(beta * levels), *np.log(slopes), *extra])
        return np.array(found)

    def report(self, theta: np.ndarray, centre: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            slopes = np.exp(theta[:, 2:4])
            scales = (centre + theta[:, :2] / slopes) / LN10
        if not self.free_beta:
            return np.concatenate([slopes, scales], axis=1)
        with np.errstate(all="ignore"):
            beta = np.exp(theta[:, 4:])
            return np.concatenate([slopes / beta, scales, beta], axis=1)

    def at_bounds(
        self, theta: np.ndarray, u: np.ndarray, y: np.ndarray, weights: np.ndarray | None = None
    ) -> dict[str, np.ndarray]:
        cut, off = split_infinite(u)
        found = {}
        for k, variable in enumerate(self.variables):
            with np.errstate(all="ignore"):
                slope, beta = np.exp(theta[:, 2 + k]), np.exp(theta[:, -1:])
                line = theta[:, k, None] - slope[:, None] * cut[..., k]
                ln_share = np.where(off[..., k], OFF, line - y) / beta
            names = variable, self.report_names[k]
            found |= runaways(ln_share, slope, u[..., k], weights, *names)
        if self.free_beta:
            found["beta runs to 0 or infinity"] = np.abs(theta[:, 4]) > LARGEST_LN_BETA
        return found

    def positive(self, index: int) -> bool:
        return index not in (2, 3)

    def pinned_by(self, index: int) -> int:
        return (2, 3, 0, 1, 4)[index]

    def pin(
        self, theta: np.ndarray, index: int, value: np.ndarray, centre: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        moved = self.pinned_by(index)
        pinned, slope = theta.copy(), np.zeros_like(theta)
        if moved >= 2:
            # An exponent inside the brackets is the slope of the loss over beta.
            within = self.free_beta and moved < 4
            slope[:, 4 * within] = float(within)
            pinned[:, moved] = np.log(value) + (theta[:, 4] if within else 0.0)
        else:
            pinned[:, moved] = np.exp(theta[:, moved + 2]) * (value * LN10 - centre[moved])
            slope[:, moved + 2] = pinned[:, moved]
        return pinned, slope


L_N_D = Joint(
    name="L(N,D)",
    equation="L(N,D) = [(N_c / N)^(alpha_N / alpha_D) + D_c / D]^alpha_D",
    variables=("N", "D"),
    parameters=("level_N", "level_D", "ln_alpha_N", "ln_alpha_D"),
    report_names=("alpha_N", "alpha_D", "log10_N_c", "log10_D_c"),
    report_units=("1", "1", "log10(parameters)", "log10(tokens)"),
)

L_N_D_REJECTED = Joint(
    name="L(N,D), rejected alternative",
    equation="L(N,D) = [(N_c / N)^alpha_N + (D_c / D)^alpha_D]^beta",
    variables=("N", "D"),
    parameters=("level_N", "level_D", "ln_slope_N", "ln_slope_D", "ln_beta"),
    report_names=("alpha_N", "alpha_D", "log10_N_c", "log10_D_c", "beta"),
    report_units=("1", "1", "log10(parameters)", "log10(tokens)", "1"),
    free_beta=True,
)
