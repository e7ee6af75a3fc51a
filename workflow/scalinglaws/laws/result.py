"""A fitted one-variable law: statsmodels' results with the law's own scale, bands and status."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import stats

from scalinglaws.laws import text
from scalinglaws.laws.bootstrap import percentile_interval
from scalinglaws.laws.comparison import checks, residual_percent
from scalinglaws.laws.line import (
    FORMS,
    LN10,
    design,
    fieller,
    hc3_covariance,
    joint_test,
    zero_crossing,
)
from scalinglaws.laws.parameters import row
from scalinglaws.laws.plain import or_none, plain
from scalinglaws.laws.replicates import LEVEL, Replicates

ROUNDING_GRID = np.linspace(-1.0, 1.0, 41)  # odd: the middle is the printed value


@dataclass(frozen=True)
class FittedLaw:
    """A law fitted to points (x, loss), loss in nats/token.

    ``results`` is statsmodels' results object of the line level + slope (centre - ln x), or None
    where nothing could be fitted. ``status`` is "ok" or the sentence that says why the numbers are
    not to be used; estimates are then still given where they exist. ``names`` are the parameters
    (level, slope, log10 of the scale), ``units`` theirs. ``excluded`` lists (run_id, reason).

    ``interval`` says whose the intervals are: "OLS" (independent points, Student t with n - 2), or
    "jackknife" for points without errors of their own (delete-one-run, t with G - 1; ``results``
    then carries that covariance). ``jackknife`` may stand beside OLS, as do ``bootstrap``, level
    and slope of resamples (R, 2), and HC3. ``shared`` (2,) is what a standard error of the test
    set adds to level and slope. ``note`` tells how points were derived.
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
    interval: str = "OLS"
    jackknife: Replicates | None = None
    bootstrap: np.ndarray | None = None
    shared: np.ndarray = field(default_factory=lambda: np.zeros(2))
    note: str = ""

    @property
    def n_runs(self) -> int:
        """Runs behind the points."""
        return len(set(self.run_ids)) if self.run_ids else len(self.x)

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
        """Degrees of freedom of Student's t: n - 2, or G - 1 of the jackknife."""
        if self.results is None:
            return float("nan")
        return float(getattr(self.results, "df_resid_inference", self.results.df_resid))

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
        """As `conf_int`, with the HC3 covariance; NaN for points that are not independent."""
        if self.results is None or self.interval != "OLS":
            return np.full((3, 2), np.nan)
        covariance = hc3_covariance(self.results)
        return self._intervals(covariance + np.outer(self.shared, self.shared), self.df, level)

    def jackknife_conf_int(self, level: float = LEVEL) -> np.ndarray:
        """As `conf_int`, by the delete-one-run jackknife with t(G - 1); NaN where none was run."""
        if self.jackknife is None:
            return np.full((3, 2), np.nan)
        covariance, df = self.jackknife.covariance(), float(self.jackknife.df().min())
        return self._intervals(covariance, df, level)

    def bootstrap_conf_int(self, level: float = LEVEL) -> np.ndarray:
        """As `conf_int`, percentiles of resamples; NaN where none were drawn."""
        if self.bootstrap is None:
            return np.full((3, 2), np.nan)
        level_drawn, slope = self.bootstrap.T
        scale = (self.centre + level_drawn / slope) / LN10
        return percentile_interval(np.column_stack([self.bootstrap, scale]), level)

    def _intervals(self, covariance: np.ndarray, df: float, level: float) -> np.ndarray:
        half = stats.t.ppf(0.5 + level / 2.0, df) * np.sqrt(np.diag(covariance))
        own = np.column_stack([self.params - half, self.params + half])
        return np.vstack([own, fieller(self.params, covariance, self.centre, df, level)])

    def scale(self) -> tuple[float, float]:
        """log10 of the scale constant (N_c, N_log ...) and its delta-method standard error."""
        return zero_crossing(self.params, self.cov_params(), self.centre)

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Loss at x, nats/token, shape of a one-dimensional x."""
        return FORMS[self.form].inverse(design(x, self.centre) @ self.params)

    def prediction_band(self, x: np.ndarray, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper bound of the mean loss at x (not of a new run), Student t."""
        rows = design(x, self.centre)
        # statsmodels' own prediction ignores the degrees of freedom of a jackknife.
        variance = np.einsum("ij,jk,ik->i", rows, self.cov_params(), rows)
        half = stats.t.ppf(0.5 + level / 2.0, self.df) * np.sqrt(variance)
        mean, inverse = rows @ self.params, FORMS[self.form].inverse
        return inverse(mean - half), inverse(mean + half)

    def checks(self) -> dict | None:
        """How well the form fits; of points that are not independent only the residual."""
        if self.results is None:
            return None
        if self.interval == "OLS":
            return checks(self.x, self.loss, self.form)
        return {"rms_residual_percent": residual_percent(self.x, self.loss, self.form)}

    @property
    def caveat(self) -> str:
        """What a reader of an "ok" fit must know: that the points bend away from the law; or ""."""
        bend = (self.checks() or {}).get("curvature")
        if not self.ok or bend is None or not bend["p_value"] < 1.0 - LEVEL:
            return ""
        return (
            f"bends: the quadratic term in ln {self.variable} is {bend['estimate']:.2g} "
            f"[{bend['ci_low']:.2g}, {bend['ci_high']:.2g}], so "
            f"the {self.form} holds at best locally"
        )

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
        printed, joint = self.compared_with(constants), self.joint_test_of(constants)
        scale, scale_err = self.scale()
        std_err = [*np.sqrt(np.diag(self.cov_params())), scale_err]
        intervals, robust = self.conf_int(), self.hc3_conf_int()
        deleted, boot = self.jackknife_conf_int(), self.bootstrap_conf_int()
        method = "OLS, t(n-2)" if self.interval == "OLS" else "delete-one-run jackknife, t(G-1)"
        methods = (method, method, f"{method}, Fieller")
        return [
            row(
                law=self.law,
                parameter=name,
                estimate=or_none(estimate),
                std_err=or_none(std_err[i]),
                ci=intervals[i],
                hc3=robust[i],
                boot=boot[i],
                jackknife=deleted[i],
                n_runs=self.n_runs,
                n_obs=len(self.x),
                method=methods[i],
                paper_value=printed.get(name),
                joint=joint if name in printed else None,
                unit=self.units[i],
                status=self.status,
                caveat=self.caveat,
            )
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
        return plain(
            {
                "law": self.law,
                "form": self.form,
                "equation": self.equation,
                "variable": self.variable,
                "status": self.status,
                "caveat": self.caveat,
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
                "interval": self.interval,
                "jackknife_conf_int": self.jackknife_conf_int()[:2],
                "bootstrap_conf_int": self.bootstrap_conf_int()[:2],
                "replicates": None
                if self.jackknife is None
                else {
                    "without": list(self.jackknife.labels),
                    "strata": list(self.jackknife.strata),
                    "estimates": self.jackknife.redone,
                },
                "n_runs": self.n_runs,
                "n_obs": len(self.x),
                "x_range": [self.x.min(), self.x.max()] if len(self.x) else None,
                "fitted_runs": list(dict.fromkeys(self.run_ids)),
                "points": {"x": self.x, "loss": self.loss, "run_ids": self.run_ids},
                "note": self.note,
                "excluded": [{"run_id": run, "reason": reason} for run, reason in self.excluded],
                "selection": self.choice,
                "checks": self.checks(),
                "paper": printed,
                "paper_joint_test": joint,
            }
        )

    def to_text(self, constants: dict[str, dict]) -> str:
        """The summary to read: what was fitted to what, and the paper's values beside ours."""
        return text.full_text(self, constants)
