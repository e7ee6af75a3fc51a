"""The fitted law LR(N) as its JSON file holds it: the rate at a size, with its interval."""

from __future__ import annotations

import numpy as np

from scalinglaws.calibration.rates import power_band
from scalinglaws.laws.line import LN10


def exponent(law: dict) -> tuple[float, float, float]:
    """Slope of ln rate on ln N with its interval."""
    return law["estimates"][0], *law["conf_int"][0]


def rate_band(law: dict, n_params) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Best rate at sizes of shape (n,) with the interval of the line, each of shape (n,).

    The file's covariance is that of (exponent, log10 of the rate at the reference size).
    """
    about = law["prediction"]
    slope, log10_scale = law["estimates"]
    turn = np.array([[0.0, LN10], [1.0, 0.0]])
    covariance = turn @ np.array(about["covariance"]) @ turn.T
    u = np.log(np.asarray(n_params, dtype=float) / about["reference"])
    return power_band(u, LN10 * log10_scale, slope, covariance, about["df"])
