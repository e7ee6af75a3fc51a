"""Power law against logarithm on the same points: what each predicts, and whether it bends.

All functions take x and loss of shape (n,) and return fractions of the loss as percent.
"""

import numpy as np
import statsmodels.api as sm
from scipy import stats

from scalinglaws.laws.line import FORMS


def residual_percent(x: np.ndarray, loss: np.ndarray, form: str) -> float:
    """Root mean square of the relative residuals of the fit, in percent."""
    return _rms_percent(_predict(x, loss, x, form), loss)


def leave_one_out_percent(x: np.ndarray, loss: np.ndarray, form: str) -> float:
    """Root mean square relative error of predicting each point from all others, in percent."""
    predicted = [
        _predict(np.delete(x, i), np.delete(loss, i), x[i : i + 1], form)[0] for i in range(len(x))
    ]
    return _rms_percent(np.array(predicted), loss)


def largest_percent(x: np.ndarray, loss: np.ndarray, form: str, count: int = 2) -> list[float]:
    """Signed relative errors of the ``count`` largest x predicted from the rest, in percent."""
    order = np.argsort(x, kind="stable")
    rest, held = order[:-count], order[-count:]
    if len(np.unique(x[rest])) < 2:
        return []
    predicted = _predict(x[rest], loss[rest], x[held], form)
    return [float(e) for e in 100.0 * (predicted / loss[held] - 1.0)]


def curvature(x: np.ndarray, loss: np.ndarray, form: str, level: float = 0.95) -> dict[str, float]:
    """The quadratic term in ln x added to the straight line, with its t interval.

    An interval without zero says that the points bend away from the form.
    """
    response = FORMS[form].response
    u = np.log(x) - np.log(x).mean()
    if len(np.unique(x)) < 3 or len(x) < 4:
        return {"estimate": np.nan, "ci_low": np.nan, "ci_high": np.nan, "p_value": np.nan}
    results = sm.OLS(response(loss), np.column_stack([np.ones_like(u), -u, u**2])).fit()
    half = stats.t.ppf(0.5 + level / 2.0, results.df_resid) * results.bse[2]
    estimate = float(results.params[2])
    return {
        "estimate": estimate,
        "ci_low": float(estimate - half),
        "ci_high": float(estimate + half),
        "p_value": float(results.pvalues[2]),
    }


def checks(x: np.ndarray, loss: np.ndarray, form: str) -> dict:
    """All of the above for one form, ready for a law's JSON file."""
    return {
        "rms_residual_percent": residual_percent(x, loss, form),
        "leave_one_out_percent": leave_one_out_percent(x, loss, form),
        "largest_two_error_percent": largest_percent(x, loss, form),
        "curvature": curvature(x, loss, form),
    }


def _predict(x: np.ndarray, loss: np.ndarray, at: np.ndarray, form: str) -> np.ndarray:
    centre = np.log(x).mean()
    u, y = np.log(x) - centre, FORMS[form].response(loss)
    slope = (u @ y) / (u @ u) if u @ u > 0 else 0.0
    return FORMS[form].inverse(y.mean() + slope * (np.log(at) - centre))


def _rms_percent(predicted: np.ndarray, loss: np.ndarray) -> float:
    return float(100.0 * np.sqrt(np.mean((predicted / loss - 1.0) ** 2)))
