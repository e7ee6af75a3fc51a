"""A fitted one-variable law: statsmodels' results with the law's own scale, bands and status."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import stats

from scalinglaws.laws import text
from scalinglaws.laws.comparison import checks
from scalinglaws.laws.line import FORMS, design, fieller, hc3, joint_test, zero_crossing

LEVEL = 0.95
ROUNDING_GRID = np.linspace(-1.0, 1.0, 41)  # odd: the middle is the printed value


@dataclass(frozen=True)
class FittedLaw:
    """A law fitted to points (x, loss), loss in nats/token.

    ``results`` is statsmodels' results object of the line level + slope (centre - ln x), or None
    where nothing could be fitted. ``status`` is "ok" or the sentence that says why the numbers are
    not to be used; estimates are then still given where they exist. ``names`` are the parameters
    (level, slope, log10 of the scale), ``units`` theirs. ``excluded`` lists (run_id, reason).
    """

    law: str
    form: str
    equation: str
    variable: str
    names: tuple[str, str, str]
    units: tuple[str, str, str]
    x: np.ndarray
    loss: np.ndarray
    centre: float
    results: Any
    status: str
    run_ids: list[str] = field(default_factory=list)
    excluded: list[tuple[str, str]] = field(default_factory=list)
    choice: dict = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the fit may be used."""
        return self.status == "ok"

    @property
    def params(self) -> np.ndarray:
        """Level at the centre and slope, shape (2,); NaN where nothing was fitted."""
        return np.full(2, np.nan) if self.results is None else np.asarray(self.results.params)

    @property
    def df(self) -> float:
        """Residual degrees of freedom, n - 2."""
        return float("nan") if self.results is None else float(self.results.df_resid)

    def cov_params(self) -> np.ndarray:
        """Covariance of (level, slope), shape (2, 2)."""
        return (
            np.full((2, 2), np.nan)
            if self.results is None
            else np.asarray(self.results.cov_params())
        )

    def conf_int(self, level: float = LEVEL) -> np.ndarray:
        """Student-t intervals of level and slope, then Fieller's of log10 of the scale; (3, 2)."""
        if self.results is None:
            return np.full((3, 2), np.nan)
        own = np.asarray(self.results.conf_int(alpha=1.0 - level))
        return np.vstack(
            [own, fieller(self.params, self.cov_params(), self.centre, self.df, level)]
        )

    def hc3_conf_int(self, level: float = LEVEL) -> np.ndarray:
        """As `conf_int`, with the HC3 covariance."""
        if self.results is None:
            return np.full((3, 2), np.nan)
        robust = hc3(self.results)
        own = np.asarray(robust.conf_int(alpha=1.0 - level))
        covariance = np.asarray(robust.cov_params())
        return np.vstack([own, fieller(self.params, covariance, self.centre, self.df, level)])

    def scale(self) -> tuple[float, float]:
        """log10 of the scale constant (N_c, N_log ...) and its delta-method standard error."""
        return zero_crossing(self.params, self.cov_params(), self.centre)

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Loss at x, nats/token, shape of a one-dimensional x."""
        return FORMS[self.form].inverse(design(x, self.centre) @ self.params)

    def prediction_band(self, x: np.ndarray, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper bound of the mean loss at x (not of a new run), Student t."""
        rows = design(x, self.centre)
        if self.results is None:
            return np.full(len(rows), np.nan), np.full(len(rows), np.nan)
        bounds = self.results.get_prediction(rows).conf_int(alpha=1.0 - level)
        low, high = FORMS[self.form].inverse(bounds).T
        return low, high

    def summary(self):
        """statsmodels' summary, without the date and time that it usually prints."""
        return text.summary(self)

    def compared_with(self, constants: dict[str, dict]) -> dict[str, float]:
        """The paper's printed values of this law's parameters, scales as log10."""
        printed = {}
        for constant in constants.values():
            if constant.get("law") == self.law and constant.get("parameter") in self.names:
                value, name = float(constant["value"]), constant["parameter"]
                printed[name] = float(np.log10(value)) if name.startswith("log10_") else value
        return printed

    def joint_test_of(self, constants: dict[str, dict]) -> dict[str, float] | None:
        """F test of the printed pair (slope, scale); None where either is not printed.

        The interval at the centre of the data is far narrower than the last printed digit, so the
        pair is tested as printed (F, p_value) and at the best pair that rounds to it
        (F_rounded, p_value_rounded).
        """
        own = {c["parameter"]: c for c in constants.values() if c.get("law") == self.law}
        _, slope_name, scale_name = self.names
        if self.results is None or slope_name not in own or scale_name not in own:
            return None
        tests = [
            self._joint_test(
                float(own[slope_name]["value"]) + i * float(own[slope_name]["rounding"]),
                float(own[scale_name]["value"]) + j * float(own[scale_name]["rounding"]),
            )
            for i in ROUNDING_GRID
            for j in ROUNDING_GRID
        ]
        printed, best = tests[len(tests) // 2], min(tests)
        return {
            "F": printed[0],
            "p_value": printed[1],
            "F_rounded": best[0],
            "p_value_rounded": best[1],
        }

    def _joint_test(self, slope: float, scale: float) -> tuple[float, float]:
        other = np.array([slope * (np.log(scale) - self.centre), slope])
        return joint_test(self.params, self.cov_params(), other, self.df)

    def to_parameters(self, constants: dict[str, dict]) -> list[dict]:
        """Rows of PARAMETERS: level, slope and log10 of the scale."""
        printed = self.compared_with(constants)
        scale, scale_err = self.scale()
        std_err = [*np.sqrt(np.diag(self.cov_params())), scale_err]
        intervals, robust = self.conf_int(), self.hc3_conf_int()
        methods = ("OLS, t(n-2)", "OLS, t(n-2)", "OLS, Fieller")
        return [
            {
                "law": self.law,
                "parameter": name,
                "estimate": _or_none(estimate),
                "std_err": _or_none(std_err[i]),
                "ci_low": _or_none(intervals[i, 0]),
                "ci_high": _or_none(intervals[i, 1]),
                "hc3_low": _or_none(robust[i, 0]),
                "hc3_high": _or_none(robust[i, 1]),
                "n_runs": len(self.x),
                "n_obs": len(self.x),
                "method": methods[i],
                "paper_value": printed.get(name),
                "unit": self.units[i],
                "status": self.status,
            }
            for i, (name, estimate) in enumerate(
                zip(self.names, [*self.params, scale], strict=True)
            )
        ]

    def to_json(self, constants: dict[str, dict]) -> dict:
        """Everything a figure or another program needs, in full precision; no NaN, no infinity."""
        printed = self.compared_with(constants)
        joint = self.joint_test_of(constants)
        scale, scale_err = self.scale()
        low, high = self.conf_int()[2]
        fitted = self.results is not None
        return _plain(
            {
                "law": self.law,
                "form": self.form,
                "equation": self.equation,
                "variable": self.variable,
                "status": self.status,
                "names": list(self.names),
                "units": list(self.units),
                "estimates": self.params,
                "covariance": self.cov_params(),
                "conf_int": self.conf_int()[:2],
                "centre_ln_x": self.centre,
                "df": self.df,
                "level": LEVEL,
                "t_quantile": stats.t.ppf(0.5 + LEVEL / 2.0, self.df),
                "scale": {"log10": scale, "std_err": scale_err, "ci_low": low, "ci_high": high},
                "n_runs": len(self.x),
                "n_obs": len(self.x),
                "x_range": [self.x.min(), self.x.max()] if len(self.x) else None,
                "fitted_runs": self.run_ids,
                "excluded": [{"run_id": run, "reason": reason} for run, reason in self.excluded],
                "selection": self.choice,
                "checks": checks(self.x, self.loss, self.form) if fitted else None,
                "paper": printed,
                "paper_joint_test": joint,
            }
        )

    def to_text(self, constants: dict[str, dict]) -> str:
        """The summary to read: what was fitted to what, and the paper's values beside ours."""
        return text.full_text(self, constants)


def _or_none(value: float) -> float | None:
    """NaN means nothing was fitted: null. An unbounded interval stays infinite."""
    return None if np.isnan(value) else float(value)


def _plain(value: Any) -> Any:
    """Python numbers and lists; JSON has no NaN and no infinity, so those become null."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(item) for item in value]
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value.item() if isinstance(value, np.generic) else value
