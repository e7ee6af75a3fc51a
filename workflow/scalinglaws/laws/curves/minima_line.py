"""A power law through the minima of loss curves, each weighed by how well it is known.

Where each run stands on one curve, runs are independent and the chain is linear enough for least
squares: the variance of a minimum follows from its parabola and the pooled scatter of ln L, a
minimum counts with one over that variance, and the intervals are t's with the pooled degrees of
freedom (in simulation 94 to 96 %). The jackknife stands beside; deleting one of seven points of a
parabola moves the vertex so much that it is too wide (98 to 99 %). Where a run stands on several
curves (losses read off learning curves) or minima are interpolated, it is the interval.
"""

from dataclasses import dataclass, replace

import numpy as np
import statsmodels.api as sm
from scipy import stats

from scalinglaws.laws.curves.minima import PARABOLA, Group, Minima, Minimum, find_minima, locate
from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.line import LN10, with_covariance
from scalinglaws.laws.replicates import LEVEL, Replicates

FEWEST_MINIMA = 3
LEAST_SQUARES = "weighted least squares of minima, t(pooled n - p)"
# A remark needs more than 5 %: with many laws in a study, some good ones would be slandered.
REMARKABLE = 0.01
ROUNDING = 1e-6  # of a loss, relative: no scatter below it speaks against a law


@dataclass(frozen=True)
class Axes:
    """Names of what the runs of a curve share and of x; ``reference`` is where the scale stands.

    ``law``, ``equation``, ``names`` (exponent, log10 of the scale) and ``units`` go to the LawFit;
    a curve needs runs at ``fewest`` different x; ``how`` is parabola or interpolated.
    """

    law: str
    equation: str
    names: tuple[str, str]
    units: tuple[str, str]
    key: str
    x: str
    reference: float
    fewest: int
    how: str = PARABOLA


def fit_minima_line(groups: list[Group], axes: Axes, **provenance) -> LawFit:
    """Fit x = scale (value / reference)^exponent through the curves' minima.

    ``provenance`` (excluded, choice, note) goes to the LawFit. A curve without a usable minimum is
    left out with its verdict in ``details["minima"]``; fewer than three make the law's status.
    """
    minima = find_minima(groups, names=(axes.key, axes.x), how=axes.how, fewest=axes.fewest)
    about = {
        "law": axes.law,
        "equation": axes.equation,
        "names": axes.names,
        "units": axes.units,
        "points": {
            axes.key: [float(group.value) for group in groups for _ in group.run_ids],
            axes.x: [float(x) for group in groups for x in group.x],
            "loss": [float(loss) for group in groups for loss in group.loss],
        },
        "run_ids": [run for group in groups for run in group.run_ids],
        "details": {"minima": [m.row(axes.key, axes.x) for m in minima.found]},
        **provenance,
    }
    usable = minima.usable
    if len(usable) < FEWEST_MINIMA:
        return LawFit(**about, status=_too_few(minima, axes))
    estimate = line(usable, axes.reference)
    replicates = Replicates.of(axes.names, estimate, _redone(usable, axes))
    fit = LawFit(
        **about,
        status="ok" if np.isfinite(replicates.redone).all() else _fragile(replicates),
        replicates=replicates,
        checks={f"{axes.x} at {axes.key} = {m.group.value:.4g}": _words(m) for m in minima.found},
        prediction={
            "form": "power law of minima",
            "reference": axes.reference,
            "names": list(axes.names),
            "estimates": estimate,
            "redone": replicates.redone,
        },
    )
    if axes.how == PARABOLA and minima.df:
        fit = _least_squares(fit, minima, axes)
    if fit.ok and not _resolved(fit):
        sentence = f"exponent not resolved: its 95 % interval includes zero ({axes.names[0]})"
        fit = replace(fit, status=sentence)
    return fit


def line(minima: list[Minimum], reference: float) -> np.ndarray:
    """Exponent and log10 of the scale through the minima, weighed by one over their variance."""
    design, y, weights = _system(minima, reference)
    level, slope = np.linalg.solve(design.T @ (weights[:, None] * design), design.T @ (weights * y))
    return np.array([slope, level / LN10])


def _system(minima: list[Minimum], reference: float):
    distance = np.log([m.group.value / reference for m in minima])
    weights = 1.0 / np.array([m.unit_variance for m in minima])
    design = np.column_stack([np.ones_like(distance), distance])
    return design, np.array([m.ln_x for m in minima]), weights


def _redone(usable: list[Minimum], axes: Axes) -> dict[str, np.ndarray]:
    """The line without each run; a curve that then has no minimum is left out of it."""
    redone = {}
    for run in dict.fromkeys(run for m in usable for run in m.group.run_ids):
        left = [
            locate(m.group.without(run), axes.how) if run in m.group.run_ids else m for m in usable
        ]
        left = [m for m in left if np.isfinite(m.ln_x) and m.unit_variance > 0]
        enough = len(left) >= 2
        redone[run] = line(left, axes.reference) if enough else np.full(2, np.nan)
    return redone


def _least_squares(fit: LawFit, minima: Minima, axes: Axes) -> LawFit:
    """The same estimates with the interval of least squares, and what speaks against the law."""
    usable = minima.usable
    design, y, weights = _system(usable, axes.reference)
    model = sm.WLS(y, design, weights=weights)
    model.data.xnames = model.param_names = [f"ln_{axes.x}_at_reference", axes.names[0]]
    model.data.ynames = f"ln {axes.x}"
    inverse = np.linalg.inv(design.T @ (weights[:, None] * design))
    results = with_covariance(
        model.fit(), minima.variance * inverse, minima.df, "pooled scatter of ln L"
    )
    half = stats.t.ppf(0.5 + LEVEL / 2.0, minima.df) * np.sqrt(
        minima.variance * np.array([inverse[1, 1], inverse[0, 0] / LN10**2])
    )
    residual = y - results.predict(design)
    against = _scatter(residual, weights, minima) or _lopsided(minima.cubic)
    # The scale's covariance with the exponent in the order and units of the names.
    turn = np.array([[0.0, 1.0], [1.0 / LN10, 0.0]])
    return replace(
        fit,
        method=LEAST_SQUARES,
        interval=np.column_stack([fit.params - half, fit.params + half]),
        results=results,
        remarks={axes.names[0]: against} if against else {},
        checks={
            "scatter_of_ln_L_percent": 100.0 * float(np.sqrt(minima.variance)),
            **fit.checks,
        },
        prediction={
            **fit.prediction,
            "covariance": minima.variance * turn @ inverse @ turn.T,
            "df": minima.df,
        },
    )


def _scatter(residual: np.ndarray, weights: np.ndarray, minima: Minima) -> str | None:
    """Whether the minima lie further off the line than their own errors allow."""
    df = len(residual) - 2
    chi2 = float(np.sum(weights * residual**2))
    if df < 1:
        return None
    f = chi2 / df / max(minima.variance, ROUNDING**2)
    p_value = float(stats.f.sf(f, df, minima.df))
    if p_value >= REMARKABLE:
        return None
    return (
        f"not one power law: the minima lie further off the line than their errors allow, "
        f"F({df}, {minima.df}) = {f:.3g}, p = {p_value:.2g}"
    )


def _lopsided(cubic: dict[str, float]) -> str | None:
    """Whether a cubic term in each curve explains more than chance."""
    if not cubic.get("extra") or cubic["rest_df"] < 1:
        return None
    gain = (cubic["rss"] - cubic["rest_rss"]) / cubic["extra"]
    f = gain / max(cubic["rest_rss"] / cubic["rest_df"], ROUNDING**2)
    p_value = float(stats.f.sf(f, cubic["extra"], cubic["rest_df"]))
    if p_value >= REMARKABLE:
        return None
    return (
        "the curves are lopsided about their minima (cubic terms, "
        f"p = {p_value:.2g}), which biases a parabola's: fit runs nearer to them (`within`), or "
        "take interpolated minima"
    )


def _too_few(minima: Minima, axes: Axes) -> str:
    reasons = [m.verdict for m in minima.found if not m.ok]
    found = f"{len(minima.usable)} of {len(minima.found)}"
    because = f" ({reasons[0]})" if reasons else ""
    return (
        f"too few {axes.key} with a minimum: {found}, at least {FEWEST_MINIMA} are needed{because}"
    )


def _fragile(replicates: Replicates) -> str:
    lost = [
        run
        for run, values in zip(replicates.labels, replicates.redone, strict=True)
        if not np.isfinite(values).all()
    ]
    return f"the law hangs on run {lost[0]}: without it no line can be drawn"


def _resolved(fit: LawFit) -> bool:
    low, high = fit.conf_int()[0]
    return bool(np.isfinite([low, high]).all() and not low <= 0.0 <= high)


def _words(minimum: Minimum) -> str:
    if not minimum.ok:
        return minimum.verdict
    place, low, high = minimum.place
    if minimum.parabola is None:
        return f"{place:.4g}"
    return f"{place:.4g} [{low:.4g}, {high:.4g}], loss {minimum.loss[0]:.4g}"
