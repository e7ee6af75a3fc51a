"""Seed noise: how far runs that differ in nothing but their seed lie apart, relative to the loss.

The standard deviation of ln L is pooled over sizes: three seeds alone say little (2 degrees of
freedom), and relative scatter changes less with size than the scatter in nats does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from scalinglaws.calibration.runs import members, usable

EXPERIMENT = "seed_noise"
LEVEL = 0.95


@dataclass(frozen=True)
class SeedNoise:
    """Pooled standard deviation of ln L, dimensionless, with ``df`` degrees of freedom.

    ``sizes`` holds (N, seeds, mean loss in nats/token, standard deviation of ln L) a size; a size
    with one seed has no deviation (NaN). Without any replicate ``df`` is 0 and ``sd`` NaN.
    """

    sd: float
    df: int
    sizes: list[tuple[int, int, float, float]]
    diverged: list[dict]

    @property
    def interval(self) -> tuple[float, float]:
        """Chi-square interval of ``sd`` for normal scatter; NaN without replicates."""
        if not self.df:
            return np.nan, np.nan
        tails = stats.chi2.ppf([0.5 + LEVEL / 2.0, 0.5 - LEVEL / 2.0], self.df)
        low, high = self.sd * np.sqrt(self.df / tails)
        return float(low), float(high)

    @property
    def least_difference(self) -> float:
        """Difference of ln L of two runs that chance exceeds once in twenty: t sqrt(2) sd."""
        if not self.df:
            return np.nan
        return float(stats.t.ppf(0.5 + LEVEL / 2.0, self.df) * np.sqrt(2.0) * self.sd)

    def exceeded(self, loss: float, best: float) -> bool | None:
        """Whether ``loss`` lies further above ``best`` than seeds explain; None: unknown."""
        return bool(np.log(loss / best) > self.least_difference) if self.df else None


def seed_noise(rows: list[dict]) -> SeedNoise:
    """Scatter of the experiment EXPERIMENT; ``rows`` from `runs.with_settings`."""
    by_size: dict[int, list[float]] = {}
    replicates = members(rows, EXPERIMENT)
    for row in filter(usable, replicates):
        by_size.setdefault(row["n_params"], []).append(row["test_loss"])
    squares, df, sizes = 0.0, 0, []
    for size, losses in sorted(by_size.items()):
        logs = np.log(losses)
        squares += float(np.sum((logs - logs.mean()) ** 2))
        df += len(losses) - 1
        spread = float(logs.std(ddof=1)) if len(losses) > 1 else np.nan
        sizes.append((size, len(losses), float(np.mean(losses)), spread))
    return SeedNoise(
        sd=float(np.sqrt(squares / df)) if df else np.nan,
        df=df,
        sizes=sizes,
        diverged=[row for row in replicates if not usable(row)],
    )
