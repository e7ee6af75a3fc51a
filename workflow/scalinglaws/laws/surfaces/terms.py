"""Straight lines in ln x behind every law here, and sums over points of products with them.

Shared points u have shape (n, k); points of each resample's own have shape (R, n, k).
"""

from typing import NamedTuple

import numpy as np

LN10 = np.log(10.0)
LEAST_SHARE = 1e-3  # of the loss; a term below it everywhere is not determined
OFF = -1e6  # ln of a term that is switched off: exp gives 0, and 0 times it is no NaN


class Line(NamedTuple):
    """A term's ln, as the product of ``matrix`` (..., n, c) with c parameters, plus ``off``.

    A power has the columns (1, -u), a floor the column 1. ``off`` (..., n) is OFF or 0.
    """

    matrix: np.ndarray
    off: np.ndarray | float = 0.0


class Monomials(NamedTuple):
    """The lines of a form, and for each two of them the products of their columns.

    ``products[j][k]`` has shape (..., n, c_j c_k).
    """

    lines: list[Line]
    products: list[list[np.ndarray]]


def split_infinite(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """u with 0 in place of infinity, and where it was infinite."""
    off = np.isposinf(u)
    return np.where(off, 0.0, u), off


def lines(u: np.ndarray, floor: bool) -> list[Line]:
    """The floor first, where there is one; then a line a variable."""
    cut, off = split_infinite(u)
    ones = np.ones((*cut.shape[:-1], 1))
    powers = [
        Line(
            np.concatenate([ones, -cut[..., k : k + 1]], axis=-1),
            np.where(off[..., k], OFF, 0.0) if off[..., k].any() else 0.0,
        )
        for k in range(u.shape[-1])
    ]
    return [Line(ones), *powers] if floor else powers


def line_minus(
    theta: np.ndarray, line: Line, y: np.ndarray | float = 0.0, out: np.ndarray | None = None
) -> np.ndarray:
    """ln of the term less y, for the term's own parameters theta (R, c); shape (R, n)."""
    if line.matrix.ndim == 2 and np.ndim(y) < 2:
        # One product of matrices, y and all.
        rest = np.broadcast_to(line.off - y, len(line.matrix))
        rows = np.vstack([line.matrix.T, rest])
        return np.matmul(np.column_stack([theta, np.ones(len(theta))]), rows, out=out)
    if line.matrix.ndim == 2:
        found = np.matmul(theta, line.matrix.T, out=out)
    else:
        found = np.matmul(line.matrix, theta[:, :, None])[..., 0]
    return np.subtract(found, y - line.off, out=out)


def monomials(each: list[Line]) -> Monomials:
    """The lines, and the product of every two of them."""
    products = [
        [_columns(first.matrix[..., :, None] * second.matrix[..., None, :]) for second in each]
        for first in each
    ]
    return Monomials(each, products)


def moments(coefficient: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Sums over points of coefficient (R, n) times the columns of matrix (..., n, c); (R, c)."""
    if matrix.ndim == 2:
        return coefficient @ matrix
    return np.matmul(coefficient[:, None, :], matrix)[:, 0, :]


def _columns(products: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(products.reshape(*products.shape[:-2], -1))


def runaways(
    ln_share: np.ndarray,
    slope: np.ndarray,
    u: np.ndarray,
    weights: np.ndarray | None,
    variable: str,
    exponent: str,
) -> dict[str, np.ndarray]:
    """Sentence -> (R,) bool for one power: its term or its exponent ran away.

    ``ln_share`` (R, n) is ln of the term over the loss, ``slope`` (R,) its exponent, ``u`` (n,) or
    (R, n) with infinity where the term is off; points of weight 0 do not count.
    """
    counts = np.isfinite(u) if weights is None else np.isfinite(u) & (weights > 0)
    felt = counts & (ln_share > np.log(LEAST_SHARE))
    smallest = np.where(counts, u, np.inf).min(axis=-1)
    largest = np.where(counts, u, -np.inf).max(axis=-1)
    largest_felt = np.where(felt, u, -np.inf).max(axis=-1)
    vanishes = largest_felt == -np.inf
    with np.errstate(invalid="ignore"):
        bend = slope * (largest - smallest)
    return {
        f"the term of {variable} vanishes": vanishes,
        f"{exponent} runs to infinity: only the smallest {variable} has a term": ~vanishes
        & (largest_felt <= smallest),
        f"{exponent} runs to zero or below": ~(bend > LEAST_SHARE) & ~vanishes,
    }
