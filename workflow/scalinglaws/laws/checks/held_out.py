"""Laws fitted without the largest models, datasets or computes, and what they say of those."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scalinglaws.errors import UserError
from scalinglaws.laws.dataset_points import best_by_dataset
from scalinglaws.laws.frontier.loss_points import compute_points
from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.plain import or_none
from scalinglaws.laws.power_law import fit_power_law
from scalinglaws.laws.prediction import predict
from scalinglaws.laws.result import FittedLaw
from scalinglaws.laws.run_table import run_observations
from scalinglaws.laws.selection import Selection, run_points
from scalinglaws.laws.surface_fit import fit_surface
from scalinglaws.laws.surfaces.joint import L_N_D

SHARE = 0.25  # of the distinct values of a variable, the largest, at least one
POINTS: dict[str, tuple[str, Callable[[Measurements, dict], Selection], dict]] = {
    "L(N)": ("N", run_points, {}),
    "L(D)": ("D", best_by_dataset, {}),
    "L(C)": ("C", compute_points, {"interval": "jackknife"}),
}
SURFACE = "L(N,D)"
LAWS = (*POINTS, SURFACE)


@dataclass(frozen=True)
class Trial:
    """A fit to the observations that are not ``held`` (n,), of ``x`` (n,) or (n, k)."""

    variable: str
    x: np.ndarray
    loss: np.ndarray
    run_ids: list[str]
    held: np.ndarray
    law: FittedLaw | LawFit


def held_out_rows(measurements: Measurements, declared: dict[str, dict]) -> list[dict]:
    """Rows of HELD_OUT: an observation of each of LAWS that the study declares and has runs for."""
    rows = []
    for name in LAWS:
        if name in declared:
            rows += _rows(name, _trial(name, measurements, declared[name]))
    return rows


def largest(values: np.ndarray) -> np.ndarray:
    """Which of ``values`` (n,) belong to the largest SHARE of their distinct ones; infinity may."""
    distinct = np.unique(values)
    count = min(max(1, round(SHARE * len(distinct))), len(distinct))
    return np.isin(values, distinct[len(distinct) - count :]) if count else values > np.inf


def _trial(name: str, measurements: Measurements, declared: dict) -> Trial | None:
    try:
        if name == SURFACE:
            return _of_surface(measurements, declared)
        return _of_line(measurements, declared, *POINTS[name])
    except UserError:  # no run carries the experiment: the study has not trained it
        return None


def _of_line(
    measurements: Measurements, declared: dict, variable: str, points: Callable, how: dict
) -> Trial:
    found = points(measurements, declared)
    held = largest(found.x)
    edge = found.x[~held].max() if (~held).any() else -np.inf
    law = fit_power_law(
        found.x[~held],
        found.loss[~held],
        variable=variable,
        run_ids=[run for run, out in zip(found.run_ids, held, strict=True) if not out],
        without={run: _up_to(edge, *left) for run, left in found.without.items()},
        strata=found.strata,
        freedom=found.freedom,
        fault=found.fault,
        test_error=measurements.test_error,
        **how,
    )
    return Trial(variable, found.x, found.loss, found.run_ids, held, law)


def _up_to(edge: float, x: np.ndarray, loss: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return x[x <= edge], loss[x <= edge]


def _of_surface(measurements: Measurements, declared: dict) -> Trial:
    """Without the largest models; without the largest datasets where too few sizes are left."""
    found = run_observations(measurements.runs, declared, L_N_D.variables)
    for column, variable in enumerate(L_N_D.variables):
        held = largest(found.x[:, column])
        law = fit_surface(
            L_N_D,
            found.x[~held],
            found.loss[~held],
            [run for run, out in zip(found.run_ids, held, strict=True) if not out],
            law=SURFACE,
            test_error=measurements.test_error,
            bootstrap=False,
        )
        trial = Trial(variable, found.x, found.loss, found.run_ids, held, law)
        if law.status == "ok":
            break
    return trial


def _rows(name: str, trial: Trial | None) -> list[dict]:
    if trial is None:
        return []
    bands = [np.full(len(trial.loss), np.nan)] * 3
    if trial.law.status == "ok":
        band = predict(trial.law, trial.x, seed_sd=_scatter(trial))
        bands = [band.loss, band.run_low, band.run_high]
    x = trial.x if trial.x.ndim == 1 else trial.x[:, L_N_D.variables.index(trial.variable)]
    return [
        {
            "law": name,
            "variable": trial.variable,
            "held_out": bool(trial.held[i]),
            "run_id": trial.run_ids[i],
            "x": float(x[i]) if np.isfinite(x[i]) else None,
            "loss": float(trial.loss[i]),
            "predicted": or_none(bands[0][i]),
            "run_low": or_none(bands[1][i]),
            "run_high": or_none(bands[2][i]),
            "status": trial.law.status,
        }
        for i in range(len(trial.loss))
    ]


def _scatter(trial: Trial) -> float | None:
    """Scatter of ln loss where the law does not know its own: that of an envelope about the line.

    Points of an envelope rise and fall together, so this is the scatter of one of them.
    """
    law = trial.law
    if isinstance(law, LawFit) or law.interval == "OLS":
        return None
    fitted = ~trial.held
    residual = np.log(trial.loss[fitted] / predict(law, trial.x[fitted], seed_sd=0.0).loss)
    return float(np.sqrt(np.sum(residual**2) / (fitted.sum() - 2)))
