"""The lowest point of each of several loss curves, and a verdict on each.

A curve is a group of runs that share a budget of compute (IsoFLOP) or a size (learning rates), with
one loss a run. Its minimum is the vertex of a parabola in ln x, or interpolated.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from scalinglaws.laws.curves.interpolated import interpolated_minimum
from scalinglaws.laws.curves.parabola import Parabola, fit_parabola

PARABOLA, INTERPOLATED = "parabola", "interpolated"


@dataclass(frozen=True)
class Group:
    """Runs of one curve: ``value`` is what they share, ``x`` and ``loss`` have shape (n,)."""

    value: float
    x: np.ndarray
    loss: np.ndarray
    run_ids: list[str]

    def without(self, run: str) -> "Group":
        """The curve without this run."""
        kept = np.array([name != run for name in self.run_ids], dtype=bool)
        return replace(
            self,
            x=self.x[kept],
            loss=self.loss[kept],
            run_ids=[name for name in self.run_ids if name != run],
        )

    def within(self, factor: float) -> "Group":
        """Only x within ``factor`` of the lowest loss's x, on either side."""
        if not len(self.x):
            return self
        at = self.x[int(np.argmin(self.loss))]
        # The largest float below an edge must not cost the edge.
        near = np.abs(np.log(self.x / at)) <= np.log(factor) * (1 + 1e-9)
        far = [run for run, kept in zip(self.run_ids, near, strict=True) if not kept]
        group = self
        for run in far:
            group = group.without(run)
        return group


@dataclass(frozen=True)
class Minimum:
    """ln x of a curve's minimum; ``unit_variance`` is its variance over that of ln L of a run.

    ``verdict`` is "ok" or the sentence that keeps it out of the line. ``log10_interval`` is
    Fieller's, ``loss`` the loss there with its interval; both are empty by interpolation.
    """

    group: Group
    ln_x: float
    unit_variance: float
    parabola: Parabola | None
    verdict: str = "ok"
    log10_interval: tuple[float, float] = (-np.inf, np.inf)
    loss: tuple[float, float, float] = (np.nan, np.nan, np.nan)

    @property
    def ok(self) -> bool:
        """Whether the minimum may be used."""
        return self.verdict == "ok"

    @property
    def place(self) -> tuple[float, float, float]:
        """x of the minimum with its interval; 0 and infinity where it is not resolved."""
        with np.errstate(over="ignore"):
            low, high = 10.0 ** np.array(self.log10_interval)
            return float(np.exp(self.ln_x)), float(low), float(high)

    def row(self, key: str, x: str) -> dict:
        """The minimum as a reader, or a figure, wants it; the parabola is of ln L."""
        place, low, high = self.place
        return {
            key: self.group.value,
            "n_runs": len(self.group.run_ids),
            x: place,
            f"{x}_low": low,
            f"{x}_high": high,
            "loss": self.loss[0],
            "loss_low": self.loss[1],
            "loss_high": self.loss[2],
            "verdict": self.verdict,
            "parabola": self.parabola
            and {"centre_ln_x": self.parabola.centre, "params": self.parabola.params},
        }


@dataclass(frozen=True)
class Minima:
    """All curves' minima with the residual ``variance`` of ln L and its ``df``.

    The variance is pooled over the curves where each run stands on one curve: runs of one study
    scatter alike in ln L, and a curve of seven runs alone has four degrees of freedom. NaN where
    it was not pooled.
    """

    found: list[Minimum]
    variance: float = np.nan
    df: int = 0
    cubic: dict[str, float] = field(default_factory=dict)

    @property
    def usable(self) -> list[Minimum]:
        """Those that a line may be drawn through."""
        return [minimum for minimum in self.found if minimum.ok]


def locate(group: Group, how: str) -> Minimum:
    """The minimum without a verdict: NaN where the curve has none."""
    if how == INTERPOLATED:
        return Minimum(group, interpolated_minimum(group.x, group.loss), 1.0, None)
    parabola = fit_parabola(group.x, group.loss)
    if parabola is None or not parabola.curvature > 0:
        return Minimum(group, np.nan, np.nan, parabola)
    return Minimum(group, parabola.vertex, parabola.unit_variance, parabola)


def find_minima(groups: list[Group], *, names: tuple[str, str], how: str, fewest: int) -> Minima:
    """The minimum of every curve; ``names`` are those of the shared value and of x.

    A curve needs runs at ``fewest`` different x. Its minimum is used where the lowest run and the
    minimum lie inside the data and the curvature is resolved.
    """
    located = [locate(group, how) for group in groups]
    variance, df, cubic = _pooled(located) if _each_run_once(groups) else (np.nan, 0, {})
    found = []
    for minimum in located:
        own_variance, own_df = variance, df
        if not df and minimum.parabola is not None:
            own_df = minimum.parabola.df
            own_variance = minimum.parabola.rss / own_df if own_df > 0 else np.nan
        verdict = _verdict(minimum, own_variance, own_df, names[1], how, fewest)
        if minimum.parabola is not None and np.isfinite(minimum.ln_x):
            minimum = replace(
                minimum,
                log10_interval=minimum.parabola.log10_interval(own_variance, own_df),
                loss=minimum.parabola.loss_at_vertex(own_variance, own_df),
            )
        found.append(replace(minimum, verdict=verdict))
    return Minima(found, variance, df, cubic)


def _each_run_once(groups: list[Group]) -> bool:
    names = [run for group in groups for run in group.run_ids]
    return len(names) == len(set(names))


def _pooled(located: list[Minimum]) -> tuple[float, int, dict[str, float]]:
    """Residual variance of ln L over all curves, its df, and an F test of cubic terms."""
    fitted = [m for m in located if m.parabola is not None and m.parabola.df > 0]
    df, rss = sum(m.parabola.df for m in fitted), sum(m.parabola.rss for m in fitted)
    if not df:
        return np.nan, 0, {}
    extra, rest_rss, rest_df = 0, 0.0, 0
    for minimum in fitted:
        x = np.log(minimum.group.x)
        own_rss, own_df = minimum.parabola.rss, minimum.parabola.df
        if own_df > 1 and len(np.unique(x)) > 3:
            u = (x - x.mean()) / np.ptp(x)
            y = np.log(minimum.group.loss)
            design = np.vander(u, 4)
            residual = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
            own_rss, own_df, extra = float(residual @ residual), own_df - 1, extra + 1
        rest_rss, rest_df = rest_rss + own_rss, rest_df + own_df
    cubic = {"extra": extra, "rss": rss, "rest_rss": rest_rss, "rest_df": rest_df}
    return rss / df, df, cubic


def _verdict(minimum: Minimum, variance: float, df: int, x: str, how: str, fewest: int) -> str:
    group = minimum.group
    if (distinct := len(np.unique(group.x))) < fewest:
        return f"too few {x}: {distinct}, at least {fewest} are needed"
    if np.ptp(group.loss) == 0.0:
        return f"the loss is constant: it does not depend on {x}"
    if how == INTERPOLATED:
        return "ok" if np.isfinite(minimum.ln_x) else f"no interior minimum: the best {x} is an end"
    lowest = group.x[int(np.argmin(group.loss))]
    smallest, largest = float(group.x.min()), float(group.x.max())
    if lowest in (smallest, largest):
        end, mend = ("smallest", "smaller") if lowest == smallest else ("largest", "larger")
        return f"no interior minimum: the best {x} is the {end} tried; try {mend} ones"
    if minimum.parabola.curvature <= 0:
        return "no minimum: the curve bends downwards"
    if not minimum.parabola.has_resolved_curvature(variance, df):
        return "minimum not resolved: the 95 % interval of the curvature includes zero"
    if not np.log(smallest) <= minimum.ln_x <= np.log(largest):
        side = "below" if minimum.ln_x < np.log(smallest) else "above"
        return f"minimum outside the data: {x} = {np.exp(minimum.ln_x):.4g}, {side} all tried"
    return "ok"
