"""Estimates of a chain of computations, and the same chain redone without each run.

Every derived quantity is a function of estimates. Evaluated at each of the redone estimates as
well, it gets an interval of its own, however far from the data it stands: nothing is linearised,
and correlations between estimates are carried along.
"""

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from scalinglaws.laws.joint_region import with_known
from scalinglaws.laws.resampled import jackknife_covariance, rescaled, spread

LEVEL = 0.95
FEWEST_RUNS = 3  # below, t(G-1) is so wide that no interval is worth printing
SHARED = "test set"  # the stratum of an error that all losses share: its size is known, t is normal
JACKKNIFE = "delete-one-run jackknife, t(G-1)"
LEAST_SQUARES = "least squares, t(n-p)"
SPREAD = "pairs bootstrap of runs, half its 16 to 84 % range with t(G-1)"


@dataclass(frozen=True)
class Replicates:
    """``estimate`` of shape (p,) with ``names``; ``redone`` of shape (m, p).

    Row i of ``redone`` is the estimate without run ``labels[i]`` of the independent sample
    ``strata[i]``. The variance is the sum over strata of the delete-one-run jackknife,
    (G-1)/G sum_g (redone_g - estimate)^2, centred at the estimate (CV3 of MacKinnon, Nielsen and
    Webb 2023), with Student's t at G - 1 degrees of freedom; over several strata at those of Welch
    and Satterthwaite. A row of the stratum SHARED is the estimate with all losses changed by one
    standard error of the test set, and counts in full.

    Least squares of one observation a run may know more: that every run scatters by the s of the
    residuals, s^2 = RSS / (n - p). Row i of ``moved`` (m, p) is then the estimate with ln L of that
    run changed by s. The variance is the sum of all squared moves, which for a straight line is
    s^2 (X'X)^-1 exactly, and t has ``freedom[i]`` = n - p degrees of freedom. Where ``moved`` is
    given the intervals are these (from 8 runs of five parameters they cover 94 to 96 % and are
    1.4 times as wide as if the scatter were known; the jackknife's are 1.9 times as wide), and
    `deleted` has the jackknife's, which does not assume that runs scatter alike.

    Rows of ``redone`` that are no deletions but moves may depend on each other (`neighbours`): then
    ``freedom`` without ``moved`` stands in place of G - 1.

    ``drawn`` (R, p), where given, are resamples of whole runs with replacement. Then the standard
    error is half their 16 to 84 % range, with t(G - 1) and the jackknife's correlations: some
    resamples of few runs leave hardly anything to fit, and such far-off draws spoil the variance
    and the outer percentiles, but not the middle. Meant for Huber's loss and absolute deviations,
    whose estimates jump: deleting one run of 40 tells too little (the jackknife covers 90 %). From
    20 runs on; of 8 runs, resamples leave too few. Estimates that jump are not ``smooth``, and have
    no joint region: the jackknife knows their correlations too badly (84 to 93 % covered). Runs are
    ``alone`` that have one observation each.
    """

    names: tuple[str, ...]
    estimate: np.ndarray
    redone: np.ndarray
    labels: tuple[str, ...]
    strata: tuple[str, ...]
    moved: np.ndarray | None = None
    freedom: tuple[float, ...] = ()
    drawn: np.ndarray | None = None
    smooth: bool = True
    alone: bool = False

    @staticmethod
    def of(
        names: Iterable[str], estimate, without: dict[str, np.ndarray], stratum: str = "runs"
    ) -> "Replicates":
        """From one sample of runs: ``without`` maps a run to the estimate without it, (p,)."""
        names, estimate = tuple(names), np.asarray(estimate, dtype=float)
        redone = np.array([np.asarray(without[run], dtype=float) for run in without])
        return Replicates(
            names,
            estimate,
            redone.reshape(len(without), len(names)),
            tuple(without),
            (stratum,) * len(without),
        )

    @staticmethod
    def joined(*parts: "Replicates") -> "Replicates":
        """Several estimates side by side; a run absent from a part leaves that part as it is.

        ``moved`` stays where all have it, with a run's fewest degrees of freedom; ``drawn`` does
        not: resamples of two laws are not of the same runs.
        """
        if len(parts) == 1:
            return parts[0]
        estimate = np.concatenate([part.estimate for part in parts])
        keys = list(dict.fromkeys(key for part in parts for key in part._keys()))
        rows = {key: i for i, key in enumerate(keys)}
        all_moved = all(part.moved is not None for part in parts)
        own_freedom = all_moved or any(part.freedom for part in parts if part.moved is None)
        redone = np.tile(estimate, (len(keys), 1))
        moved, freedom = redone.copy(), np.full(len(keys), np.inf)
        start = 0
        for part in parts:
            own = slice(start, start + len(part.estimate))
            at = [rows[key] for key in part._keys()]
            redone[at, own] = part.redone
            freedom[at] = np.minimum(freedom[at], part._row_freedom(all_moved))
            if all_moved:
                moved[at, own] = part.moved
            start = own.stop
        return Replicates(
            tuple(name for part in parts for name in part.names),
            estimate,
            redone,
            tuple(label for _, label in keys),
            tuple(stratum for stratum, _ in keys),
            moved if all_moved else None,
            tuple(freedom) if own_freedom else (),
            smooth=all(part.smooth for part in parts),
            alone=all(part.alone for part in parts),
        )

    def with_moved(self, moved: dict[str, np.ndarray], df: float) -> "Replicates":
        """Also the estimates (p,) with ln L of each run changed by s, which has ``df``."""
        rows = self.redone.copy()
        for i, label in enumerate(self.labels):
            if self.strata[i] != SHARED:
                rows[i] = moved[label]
        return replace(self, moved=rows, freedom=(float(df),) * len(rows))

    def with_freedom(self, df: dict[str, float]) -> "Replicates":
        """The jackknife with ``df`` degrees of freedom by stratum; the others keep G - 1."""
        own = {s: df.get(s, self._freedom(s)) for s in set(self.strata) - {SHARED}}
        return replace(self, freedom=tuple(own.get(s, np.inf) for s in self.strata))

    def with_drawn(self, drawn: np.ndarray) -> "Replicates":
        """Also the estimates (R, p) from resamples of whole runs; NaN where one was not fitted."""
        return replace(self, drawn=np.asarray(drawn, dtype=float))

    def with_shared(self, shifted) -> "Replicates":
        """Also the estimate (p,) with all losses changed by one standard error of the test set."""
        shifted = np.asarray(shifted, dtype=float)
        return replace(
            self,
            redone=np.vstack([self.redone, shifted]),
            labels=(*self.labels, SHARED),
            strata=(*self.strata, SHARED),
            moved=None if self.moved is None else np.vstack([self.moved, shifted]),
            freedom=(*self.freedom, np.inf) if self.freedom else (),
        )

    def without_shared(self) -> "Replicates":
        """Without the error of the test set: what another run, scored on it too, differs by."""
        kept = [stratum != SHARED for stratum in self.strata]
        return replace(
            self,
            redone=self.redone[kept],
            labels=tuple(itertools.compress(self.labels, kept)),
            strata=tuple(itertools.compress(self.strata, kept)),
            moved=None if self.moved is None else self.moved[kept],
            freedom=tuple(itertools.compress(self.freedom, kept)),
        )

    def deleted(self) -> "Replicates":
        """The same with the jackknife's intervals."""
        freedom = self.freedom if self.moved is None else ()
        return replace(self, moved=None, freedom=freedom, drawn=None)

    def map(self, names: Iterable[str], function: Callable[[np.ndarray], np.ndarray]):
        """Replicates of ``function``: (p,) -> (q,), q = the number of ``names``."""

        def each(rows: np.ndarray) -> np.ndarray:
            values = [np.atleast_1d(function(row)) for row in rows]
            return np.array(values, dtype=float).reshape(len(rows), -1)

        return replace(
            self,
            names=tuple(names),
            estimate=np.atleast_1d(np.asarray(function(self.estimate), dtype=float)),
            redone=each(self.redone),
            moved=None if self.moved is None else each(self.moved),
            drawn=None if self.drawn is None else each(self.drawn),
        )

    def pick(self, *names: str) -> "Replicates":
        """Only the estimates of these names."""
        columns = [self.names.index(name) for name in names]
        return replace(
            self,
            names=names,
            estimate=self.estimate[columns],
            redone=self.redone[:, columns],
            moved=None if self.moved is None else self.moved[:, columns],
            drawn=None if self.drawn is None else self.drawn[:, columns],
        )

    @property
    def method(self) -> str:
        """Whose the intervals are, in words."""
        if self.drawn is not None:
            return SPREAD
        return JACKKNIFE if self.moved is None else LEAST_SQUARES

    @property
    def n_runs(self) -> int:
        """Runs that were deleted in turn."""
        return sum(stratum != SHARED for stratum in self.strata)

    def covariance(self) -> np.ndarray:
        """Covariance of the estimates, shape (p, p)."""
        return sum(self._by_stratum().values(), np.zeros((len(self.names),) * 2))

    def std_err(self) -> np.ndarray:
        """Standard errors, shape (p,)."""
        return np.sqrt(np.diag(self.covariance()))

    def df(self) -> np.ndarray:
        """Degrees of freedom of Student's t of each estimate, shape (p,)."""
        parts = {stratum: np.diag(cov) for stratum, cov in self._by_stratum().items()}
        total = sum(parts.values(), np.zeros(len(self.names)))
        own = {stratum: self._freedom(stratum) for stratum in parts if stratum != SHARED}
        spread = sum((parts[s] ** 2 / df for s, df in own.items()), np.zeros(len(self.names)))
        fewest = min(own.values(), default=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(spread > 0, total**2 / spread, float(fewest))

    def conf_int(self, level: float = LEVEL) -> np.ndarray:
        """Student-t intervals, shape (p, 2); NaN from too few runs."""
        if self.n_runs < FEWEST_RUNS:
            return np.full((len(self.names), 2), np.nan)
        half = stats.t.ppf(0.5 + level / 2.0, self.df()) * self.std_err()
        return np.column_stack([self.estimate - half, self.estimate + half])

    def region(self) -> tuple[float, float]:
        """(factor, df): d' V^-1 d of all p estimates follows factor x F(p, df).

        p and n - p where V is s^2 times a known matrix; Hotelling's p nu / (nu - p + 1) and
        nu - p + 1 where V is itself estimated from G runs: nu is G - 1, corrected for the known
        error of the test set (`joint_region`). Not for runs that are ``alone``: deleting such a run
        always pushes the same way, so that the jackknife knows less of V than G - 1 says, about as
        much as the correction would add (with neither 92 to 96 % cover, with it alone 91 to 95).
        NaN from too few runs.
        """
        if not self.smooth:
            return np.nan, np.nan
        size, df = len(self.names), float(self.df().min())
        if self.moved is not None:
            return float(size), df
        if SHARED in self.strata and not self.alone:
            runs = self.without_shared()
            df = float(runs.df().min())
            if df > size - 1.0:
                df = with_known(runs.covariance(), self._by_stratum()[SHARED], df)
        rest = df - size + 1.0
        return (size * df / rest, rest) if rest > 0 else (np.nan, np.nan)

    def _keys(self) -> list[tuple[str, str]]:
        return list(zip(self.strata, self.labels, strict=True))

    def _freedom(self, stratum: str) -> float:
        if not self.freedom:
            return sum(s == stratum for s in self.strata) - 1
        return min(df for s, df in zip(self.strata, self.freedom, strict=True) if s == stratum)

    def _row_freedom(self, moved: bool) -> list[float]:
        """Degrees of freedom of each row's stratum, of ``moved`` or of the jackknife."""
        own = self if moved else self.deleted()
        return [np.inf if s == SHARED else own._freedom(s) for s in self.strata]

    def _by_stratum(self) -> dict[str, np.ndarray]:
        found = {}
        for stratum in dict.fromkeys(self.strata):
            rows = self.redone if self.moved is None else self.moved
            own = rows[[s == stratum for s in self.strata]]
            if stratum == SHARED or self.moved is not None:
                found[stratum] = (own - self.estimate).T @ (own - self.estimate)
            else:
                found[stratum] = jackknife_covariance(self.estimate, own)
                if self.drawn is not None:
                    found[stratum] = rescaled(found[stratum], spread(self.drawn))
        return found
