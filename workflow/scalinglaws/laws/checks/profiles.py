"""Profile of a fitted law over each of its exponents, out of the law's JSON file.

Everything else is fitted again with the exponent held at one value after another: where the
objective hardly rises, the data hardly know the exponent, whatever the interval says.
"""

import numpy as np
from scipy import stats

from scalinglaws.laws.prediction import SURFACES
from scalinglaws.laws.replicates import LEVEL
from scalinglaws.laws.surfaces.form import Form
from scalinglaws.laws.surfaces.profile import profile, profile_objective

LAWS = ("L(N,D)", "L(N,S_min)", "Chinchilla")
WIDE = 4.0  # standard errors to either side
STEPS = 41
NEAR = 0.5  # standard errors: so near the objective is taken for a parabola
BEYOND = 0.25  # of an interval, to either side
FACTOR = 4.0  # how far from the estimate an unbounded interval is looked at
BY_ERROR = "the standard error of the law"
BY_SCATTER = "the scatter of its points, taken for independent"


def profile_rows(law: dict) -> list[dict]:
    """Rows of PROFILES of one of LAWS; none where nothing was fitted.

    An "ok" law's own standard error scales the objective, so that points of one curve, which rise
    and fall together, are not taken for independent ones: the profile then shows how far from a
    parabola the law is. A law that is not to be used has no such error; there the F test of
    independent points does it (`laws.surfaces.profile`).
    """
    prediction = law["prediction"]
    if not prediction or prediction.get("estimates") is None:
        return []
    form = SURFACES[prediction["form"]]
    x = [_numbers(law["points"][name]) for name in form.variables]
    centre = np.array(prediction["centre_ln_x"])
    data = np.log(np.column_stack(x)) - centre, np.log(_numbers(law["points"]["loss"]))
    theta = np.array(prediction["estimates"], dtype=float)
    rows = []
    for index, name in enumerate(form.report_names):
        if name.startswith("log10_") or name == "E":
            continue
        estimate = float(form.report(theta[None], centre)[0, index])
        of = _Of(form, *data, theta, index, centre, estimate)
        at = law["names"].index(name)
        scaled = of.by_error if law["status"] == "ok" else of.by_scatter
        values, deviance, limit = scaled(law["std_err"][at], law["df"][at])
        rows += [
            {
                "law": law["law"],
                "parameter": name,
                "estimate": estimate,
                "value": float(value),
                "deviance": float(max(rise, 0.0)),
                "limit": limit,
                "scale": BY_ERROR if law["status"] == "ok" else BY_SCATTER,
                "status": law["status"],
            }
            for value, rise in zip(values, deviance, strict=True)
            if np.isfinite(rise)
        ]
    return rows


class _Of:
    """One exponent of a fit to ``u`` (n, k), ``y`` (n,)."""

    def __init__(self, form: Form, u, y, theta, index: int, centre, estimate: float):
        self.data = form, u, y, theta, index, centre
        self.estimate = estimate

    def by_error(self, std_err: float, df: float) -> tuple[np.ndarray, np.ndarray, float]:
        """Values, deviance and limit within WIDE standard errors."""
        steps = np.linspace(-WIDE, WIDE, STEPS)
        objective = profile_objective(*self.data, self._moved(steps * std_err))
        near = profile_objective(*self.data, self._moved(np.array([-NEAR, 0.0, NEAR]) * std_err))
        unit = (0.5 * (near[0] + near[2]) - near[1]) / NEAR**2
        limit = float(stats.t.ppf(0.5 + LEVEL / 2.0, df) ** 2)
        return self._moved(steps * std_err), (objective - near[1]) / unit, limit

    def by_scatter(self, std_err: float, df: float) -> tuple[np.ndarray, np.ndarray, float]:
        """The same within the interval of the F test and a little beyond, whatever its width."""
        form, _, y, *_ = self.data
        found = profile(*self.data)
        low = max(found.low, self.estimate / FACTOR)
        high = min(found.high, self.estimate * FACTOR)
        more = BEYOND * (high - low)
        values = np.linspace(max(low - more, low / 2.0), high + more, STEPS)
        objective = profile_objective(*self.data, values)
        smallest = float(found.objective.min())
        free = len(y) - len(form.parameters)
        limit = float(stats.f.ppf(LEVEL, 1, free))
        return values, (objective - smallest) / (found.limit - smallest) * limit, limit

    def _moved(self, distance: np.ndarray) -> np.ndarray:
        """Values at a signed distance, on the logarithm: an exponent stays positive."""
        return self.estimate * np.exp(distance / self.estimate)


def _numbers(column: list) -> np.ndarray:
    """A column of JSON, whose null is all of the text: infinity."""
    return np.array([np.inf if value is None else value for value in column], dtype=float)
