"""Runs that a law was not fitted to, beside what the law says of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.prediction import SURFACES, Prediction, internal, predict, run_scatter
from scalinglaws.laws.replicates import LEVEL, Replicates

METHOD = "the fit redone without each run, and the scatter of one run about it"


@dataclass(frozen=True)
class HeldOut:
    """``error`` (m,) of each prediction as a share of the loss, with its 95 % ``low`` and ``high``;
    ``mean`` is their mean (estimate, low, high)."""

    error: np.ndarray
    low: np.ndarray
    high: np.ndarray
    mean: tuple[float, float, float]


def held_out(law: LawFit, x: np.ndarray, loss: np.ndarray) -> HeldOut:
    """Predictions of an "ok" law at ``x`` (m, k) against measured losses (m,), one a run."""
    band: Prediction = predict(law, x)
    # Least squares in logarithms: an error is a ratio, and means of errors are of its logarithm.
    form = SURFACES[law.prediction["form"]]
    u = np.log(x) - law.prediction["centre_ln_x"]
    measured = float(np.log(loss).mean())
    mean = internal(law).map(
        ["mean"], lambda theta: form.value(theta[None], u)[0].mean() - measured
    )
    estimate, low, high = with_scatter(mean, run_scatter(law) / np.sqrt(len(loss)))
    return HeldOut(
        band.loss / loss - 1.0,
        band.run_low / loss - 1.0,
        band.run_high / loss - 1.0,
        (float(np.expm1(estimate)), float(np.expm1(low)), float(np.expm1(high))),
    )


def with_scatter(replicates: Replicates, scatter: float) -> tuple[float, float, float]:
    """Estimate and t interval of one quantity, to whose variance ``scatter`` squared is added."""
    estimate = float(replicates.estimate[0])
    std_err = np.hypot(replicates.std_err()[0], scatter)
    half = float(stats.t.ppf(0.5 + LEVEL / 2.0, replicates.df()[0]) * std_err)
    return estimate, estimate - half, estimate + half
