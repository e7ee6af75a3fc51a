"""Loss against position in the context, L_T = a + b T^-c (Fig. 20), of one model.

Every position of the context counts alike, as in the paper: so weighed, its measured curves give
back the constants of the curves drawn beside them. A digitised curve, whose authors dropped
vertices, is first read at every whole position, straight in ln T.
"""

from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

FEWEST_POSITIONS = 6  # three parameters and three more
EXPONENTS = np.geomspace(0.01, 10.0, 61)  # where c is looked for: a lattice, then its best gap
CHANCE = 1e-3  # of noise that passes for a curve, at independent positions
NAMES = ("floor", "amplitude", "exponent")


@dataclass(frozen=True)
class PositionFit:
    """``params`` (a, b, c), NaN where ``verdict`` is not "ok"; ``residual`` (n,) in nats."""

    params: np.ndarray
    verdict: str
    residual: np.ndarray


def every_position(position: np.ndarray, loss: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Loss at each whole position from the first to the last given; both arguments (n,)."""
    order = np.argsort(position, kind="stable")
    position, loss = np.asarray(position, dtype=float)[order], np.asarray(loss)[order]
    whole = np.arange(np.ceil(position[0]), np.floor(position[-1]) + 1.0)
    return whole, np.interp(np.log(whole), np.log(position), loss)


def fit_position_curve(
    position: np.ndarray, loss: np.ndarray, weights: np.ndarray | None = None
) -> PositionFit:
    """Least squares in nats/token; ``position``, ``loss`` and ``weights`` have shape (n,).

    At a given c the law is a straight line in T^-c, so only c is searched for: no start values,
    and the lowest minimum on the lattice is the one.
    """
    none = np.full(3, np.nan)
    if (n := len(np.unique(position))) < FEWEST_POSITIONS:
        fault = f"too few positions: {n}, at least {FEWEST_POSITIONS} are needed"
        return PositionFit(none, fault, np.array([]))
    if np.ptp(loss) == 0.0:
        return PositionFit(none, "the loss is constant: it does not depend on T", np.array([]))
    weights = np.ones_like(loss) if weights is None else weights
    sums = _line(position, loss, weights, EXPONENTS)[0]
    best = int(np.argmin(sums))
    if not _falls(loss, weights, sums[best]):
        fault = "not resolved: the loss does not change with T beyond its scatter"
        return PositionFit(none, fault, np.array([]))
    if best in (0, len(EXPONENTS) - 1):
        end = "0: the loss falls like ln T" if best == 0 else "infinity: only the first T matters"
        return PositionFit(none, f"exponent not identified: it runs to {end}", np.array([]))
    ln_c = optimize.minimize_scalar(
        lambda ln_c: _line(position, loss, weights, np.exp([ln_c]))[0][0],
        bounds=tuple(np.log(EXPONENTS[[best - 1, best + 1]])),
        method="bounded",
        options={"xatol": 1e-10},
    ).x
    exponent = float(np.exp(ln_c))
    line = _line(position, loss, weights, np.array([exponent]))
    floor, amplitude, residual = (found[0] for found in line[1:])
    verdict = "ok"
    if amplitude <= 0.0:
        verdict = "the loss does not fall with T"
    elif floor <= 0.0:
        verdict = "floor not positive"
    return PositionFit(np.array([floor, amplitude, exponent]), verdict, residual)


def _line(
    position: np.ndarray, loss: np.ndarray, weights: np.ndarray, exponents: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The straight line of the loss in T^-c for each c: sums of squares, a, b and residuals.

    ``exponents`` has shape (k,); sums, a and b (k,), residuals (k, n).
    """
    share = weights / weights.sum()
    power = position ** -exponents[:, None]
    power_mean, loss_mean = power @ share, loss @ share
    away = power - power_mean[:, None]
    slope = away @ (share * (loss - loss_mean)) / (away**2 @ share)
    floor = loss_mean - slope * power_mean
    residual = loss - floor[:, None] - slope[:, None] * power
    return residual**2 @ weights, floor, slope, residual


def _falls(loss: np.ndarray, weights: np.ndarray, left: float) -> bool:
    """F test of the law against a constant, as if positions were independent: the least to ask.

    Positions share run and text, so passing proves nothing; failing proves that there is no curve.
    """
    mean = np.average(loss, weights=weights)
    explained = float(weights @ (loss - mean) ** 2) - left
    df = len(loss) - 3
    return left == 0.0 or stats.f.sf(explained / 2.0 / (left / df), 2, df) < CHANCE


def even_in_logarithm(position: np.ndarray) -> np.ndarray:
    """Weights under which equal stretches of ln T count alike: 1 / T."""
    return 1.0 / position
