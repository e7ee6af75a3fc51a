"""Intervals of what follows from fitted laws: evaluated again wherever the laws were fitted again.

A law's JSON file holds its estimates without each run behind it. Any function of them gets an
interval of its own that way, as in `scalinglaws.laws.replicates`, here with numpy alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

SHARED = "test set"  # the stratum of an error that all losses share (`laws.replicates`)
LEVEL = 0.95


@dataclass(frozen=True)
class Redone:
    """``estimate`` (p,) of laws together; ``rows`` (m, p) without each run; ``strata`` (m,).

    The order of parameters is that of `redone`'s arguments.
    """

    estimate: np.ndarray
    rows: np.ndarray
    strata: tuple[str, ...]

    def moments(self, function: Callable[..., np.ndarray]) -> tuple[np.ndarray, ...]:
        """(mean, variance, degrees of freedom), each (k,), of ``function(*parameters)``.

        The sum over strata of the delete-one-run jackknife, with the degrees of freedom of Welch
        and Satterthwaite.
        """
        mean = np.asarray(function(*self.estimate), dtype=float)
        others = np.array([function(*row) for row in self.rows]).reshape(
            len(self.rows), *mean.shape
        )
        total, spread = np.zeros_like(mean), np.zeros_like(mean)
        fewest = np.inf
        for stratum in dict.fromkeys(self.strata):
            moves = others[[s == stratum for s in self.strata]] - mean
            squares = (moves**2).sum(axis=0)
            if stratum == SHARED:  # its size is known
                total += squares
                continue
            runs = len(moves)
            variance, freedom = (runs - 1) / runs * squares, max(runs - 1, 1)
            total += variance
            spread += variance**2 / freedom
            fewest = min(fewest, freedom)
        with np.errstate(divide="ignore", invalid="ignore"):
            return mean, total, np.where(spread > 0, total**2 / spread, fewest)

    def band(self, function: Callable[..., np.ndarray]) -> tuple[np.ndarray, ...]:
        """(mean, low, high), each (k,), of ``function(*parameters)`` by Student's t.

        Give a logarithm where a quantity is positive.
        """
        mean, variance, df = self.moments(function)
        half = t_quantile(df) * np.sqrt(variance)
        return mean, mean - half, mean + half

    def log_band(self, function: Callable[..., np.ndarray]) -> tuple[np.ndarray, ...]:
        """The same of a positive ``function``, symmetric in its logarithm."""
        return tuple(np.exp(part) for part in self.band(lambda *p: np.log(function(*p))))


def redone(*parts: tuple[dict, tuple[str, ...]]) -> Redone | None:
    """The named parameters of each (law, names) side by side; None where a law is not usable.

    A run that a law does not rest on leaves its parameters as they are; laws that share runs lose
    them together.
    """
    found = []
    for law, names in parts:
        if law["status"] != "ok" or not law.get("replicates"):
            return None
        columns = [law["names"].index(name) for name in names]
        replicates = law["replicates"]
        keys = list(zip(replicates["strata"], replicates["without"], strict=True))
        rows = np.array(replicates["estimates"], dtype=float)[:, columns]
        estimate = np.array(law["estimates"], dtype=float)[columns]
        found.append((estimate, dict(zip(keys, rows, strict=True))))
    keys = list(dict.fromkeys(key for _, own in found for key in own))
    rows = [np.concatenate([own.get(key, estimate) for estimate, own in found]) for key in keys]
    estimate = np.concatenate([estimate for estimate, _ in found])
    return Redone(estimate, np.array(rows), tuple(stratum for stratum, _ in keys))


def t_quantile(df) -> np.ndarray:
    """Half-width of Student's t interval at LEVEL, for df >= 1 of any shape, within 0.2 %."""
    knots, found = _quantiles()
    return np.exp(np.interp(np.log(df), knots, found))


@cache
def _quantiles() -> tuple[np.ndarray, np.ndarray]:
    """ln df and ln of the quantile there; from 1e4 on the normal's.

    With t = sqrt(df) tan(angle) the density is a power of a cosine, which the trapezium sums.
    """
    angle, df = np.linspace(0.0, np.pi / 2, 10_001), np.geomspace(1.0, 1e4, 100)
    found = []
    for freedom in df:
        density = np.cos(angle) ** (freedom - 1.0)
        share = np.cumsum(density) - 0.5 * (density + density[0])
        found.append(np.sqrt(freedom) * np.tan(np.interp(LEVEL * share[-1], share, angle)))
    return np.log(df), np.log(found)
