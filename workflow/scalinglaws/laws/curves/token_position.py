"""Law L(T): loss by position in the context of several models, and how its shape moves with N.

The inference is across models. A curve is one run scored on one test set: its residuals along T
share the run, the text and the misfit of the form, and nothing in them says how another run would
differ. So the constants of a single model are given without an interval; block or HAC errors would
only measure the misfit. Models are independent, and each has one floor, amplitude and exponent:
their trends in N are least squares over models with t(n - 2).

a + b T^-c is not quite the shape of such curves, and c depends on which positions count. The same
trends with equal stretches of ln T weighed alike stand beside; where they leave the intervals, the
remarks say so.
"""

import numpy as np

from scalinglaws.laws.curves.position_curve import (
    NAMES,
    PositionFit,
    even_in_logarithm,
    every_position,
    fit_position_curve,
)
from scalinglaws.laws.curves.position_points import PositionCurve, position_curves
from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.line import LN10, fit_line
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.replicates import Replicates
from scalinglaws.laws.undeclared import undeclared

LAW = "L(T)"
EQUATION = "L(T) = a + b T^-c; a ~ N^-floor_exponent, b ~ N^amplitude_exponent"
TRENDS = ("floor_exponent", "amplitude_exponent", "exponent_per_decade", "mean_exponent")
TREND_UNITS = ("1", "1", "1/decade of N", "1")
UNITS = ("nats/token", "nats/token", "1")
FEWEST_MODELS = 4
METHOD = "least squares over models, t(n-2)"
NOTE = (
    "loss at every position of the context, all alike, in nats; a model is one run, so its own "
    "constants have no interval; trends are least squares over models"
)


def token_position(measurements: Measurements, declared: dict | None) -> LawFit:
    """Law L(T) from the table POSITIONS of ``declared["experiment"]``.

    Parameters: the TRENDS, then floor, amplitude and exponent of each model, named by its N.
    """
    if declared is None:
        return undeclared(LAW, EQUATION, TRENDS, TREND_UNITS)
    found = position_curves(measurements, declared)
    curves = [_at_every_position(curve) for curve in found.curves]
    fits = [fit_position_curve(curve.position, curve.loss) for curve in curves]
    excluded = found.excluded + [
        (curve.run_id, fit.verdict)
        for curve, fit in zip(curves, fits, strict=True)
        if fit.verdict != "ok"
    ]
    kept = [(c, f) for c, f in zip(curves, fits, strict=True) if f.verdict == "ok"]
    labels = _labels([curve for curve, _ in kept])
    about = {
        "law": LAW,
        "equation": EQUATION,
        "names": (*TRENDS, *(f"{name} ({label})" for label in labels for name in NAMES)),
        "units": (*TREND_UNITS, *UNITS * len(kept)),
        "points": {
            "N": [curve.n_params for curve, _ in kept for _ in curve.position],
            "T": [float(t) for curve, _ in kept for t in curve.position],
            "loss": [float(loss) for curve, _ in kept for loss in curve.loss],
        },
        "run_ids": [curve.run_id for curve, _ in kept for _ in curve.position],
        "excluded": excluded,
        "choice": found.choice,
        "note": NOTE,
    }
    if not kept:
        reason = excluded[0][1] if excluded else "no loss by position"
        return LawFit(**about, status=f"no model has a curve that can be fitted: {reason}")
    size = np.array([curve.n_params for curve, _ in kept])
    constants = np.array([fit.params for _, fit in kept])
    trends, interval = _trends(size, constants)
    evenly = [_weighed_evenly(curve) for curve, _ in kept]
    redone = {}
    for i, (curve, _) in enumerate(kept):
        others = np.arange(len(kept)) != i
        # A model's own constants cannot be had without its only run.
        own = np.where(others[:, None], constants, np.nan)
        redone[curve.run_id] = np.append(_trends(size[others], constants[others])[0], own)
    return LawFit(
        **about,
        status="ok",
        replicates=Replicates.of(about["names"], np.append(trends, constants), redone),
        method=METHOD,
        interval=np.vstack([interval, np.full((constants.size, 2), np.nan)]),
        remarks=_remarks(size, evenly, interval),
        checks=_checks(kept, labels, evenly),
        prediction={
            "form": "a + b T^-c",
            "names": list(NAMES),
            "N": size,
            "estimates": constants,
        },
    )


def _trends(size: np.ndarray, constants: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The TRENDS, shape (4,), with intervals (4, 2); NaN for too few models.

    ``size`` (n,) and ``constants`` (n, 3). ln a and ln b are straight lines in ln N, c one in log10
    N, with its mean at the models' geometric mean N; no interval without models to spare.
    """
    trends, interval = np.full(4, np.nan), np.full((4, 2), np.nan)
    if len(np.unique(size)) < 2:
        return trends, interval
    centre = float(np.log(size).mean())
    responses = np.log(constants[:, 0]), -np.log(constants[:, 1]), constants[:, 2]
    lines = [fit_line(size, response, ["level", "slope"], "", centre) for response in responses]
    per_decade = np.array([1.0, 1.0, -LN10])  # the lines of `fit_line` fall with N
    trends[:3] = per_decade * [line.params[1] for line in lines]
    trends[3] = lines[2].params[0]
    if len(np.unique(size)) >= FEWEST_MODELS:
        found = np.array([line.conf_int() for line in lines])
        interval[:3] = np.sort(per_decade[:, None] * found[:, 1])
        interval[3] = found[2, 0]
    return trends, interval


def _remarks(size: np.ndarray, evenly: list[PositionFit], interval: np.ndarray) -> dict[str, str]:
    """Trends without an interval, compatible with none, or other ones by other weights."""
    if not np.isfinite(interval).all():
        models = len(np.unique(size))
        few = f"too few models of different N: {models}, at least {FEWEST_MODELS} are needed"
        return dict.fromkeys(TRENDS, few)
    fitted = np.array([fit.verdict == "ok" for fit in evenly])
    other = np.array([fit.params for fit in evenly])[fitted]
    remarks = {}
    for name, trend, (low, high) in zip(
        TRENDS, _trends(size[fitted], other)[0], interval, strict=True
    ):
        if np.isfinite(trend) and not low <= trend <= high:
            remarks[name] = (
                f"depends on which positions count: {trend:.3g} with equal stretches of ln T "
                "weighed alike; a + b T^-c is not the shape of these curves"
            )
        elif low <= 0.0 <= high:
            remarks[name] = "not resolved: its 95 % interval includes zero"
    return remarks


def _weighed_evenly(curve: PositionCurve) -> PositionFit:
    return fit_position_curve(curve.position, curve.loss, even_in_logarithm(curve.position))


def _checks(kept: list, labels: list[str], evenly: list[PositionFit]) -> dict[str, str]:
    """How far the form is from the curves, and the exponents by the other weights."""
    checks = {}
    for (curve, fit), label, other in zip(kept, labels, evenly, strict=True):
        worst = int(np.argmax(np.abs(fit.residual)))
        checks[f"residuals ({label})"] = (
            f"rms {np.sqrt(np.mean(fit.residual**2)):.3f} nats, largest {fit.residual[worst]:+.2f} "
            f"at T = {curve.position[worst]:.0f}; exponent with equal stretches of ln T "
            f"{other.params[2]:.3f}"
        )
    return checks


def _at_every_position(curve: PositionCurve) -> PositionCurve:
    return PositionCurve(curve.run_id, curve.n_params, *every_position(curve.position, curve.loss))


def _labels(curves: list[PositionCurve]) -> list[str]:
    """N, and the run where several models have the same."""
    sizes = [curve.n_params for curve in curves]
    return [
        f"N={curve.n_params:.0f}" + (f", {curve.run_id}" if sizes.count(curve.n_params) > 1 else "")
        for curve in curves
    ]
