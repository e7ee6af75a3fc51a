"""A fitted law with any number of parameters: estimates, how sure they are, and a verdict."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import optimize, stats

from scalinglaws.laws import fit_text
from scalinglaws.laws.parameters import row
from scalinglaws.laws.plain import or_none, plain
from scalinglaws.laws.replicates import JACKKNIFE, LEVEL, Replicates


@dataclass(frozen=True)
class LawFit:
    """Estimates with ``units``, the chain redone without each run, and what they rest on.

    ``replicates`` holds names, estimates and their redone values, or None where nothing could be
    fitted; names that start with ``log10_`` are logarithms of scales. ``status`` is "ok" or the
    sentence that says why the numbers are not to be used. ``caveat`` says what a reader of an "ok"
    fit must know; a sentence about one estimate alone stands in ``remarks`` under its name.

    ``interval``, shape (p, 2), replaces the jackknife's where another method is the default, named
    by ``method``, with ``std_err`` and ``df``, each (p,), if it has them. ``bootstrap`` (p, 2)
    stands beside.

    ``points`` are the fitted observations by column, ``run_ids`` their runs, ``excluded`` lists
    (run_id, reason), ``choice`` repeats the configuration, ``note`` tells how points were derived,
    ``checks`` how well the law fits, ``prediction`` what a figure needs to draw the law with its
    band (form, centre, internal parameters, redone ones), ``details`` anything else, each plain.
    ``results`` is statsmodels' results object where one stands behind the estimates.
    """

    law: str
    equation: str
    names: tuple[str, ...]
    units: tuple[str, ...]
    status: str
    replicates: Replicates | None = None
    caveat: str = ""
    method: str = ""
    interval: np.ndarray | None = None
    std_err: np.ndarray | None = None
    df: np.ndarray | None = None
    bootstrap: np.ndarray | None = None
    remarks: dict[str, str] = field(default_factory=dict)
    points: dict[str, Any] = field(default_factory=dict)
    run_ids: list[str] = field(default_factory=list)
    excluded: list[tuple[str, str]] = field(default_factory=list)
    choice: dict = field(default_factory=dict)
    note: str = ""
    checks: dict = field(default_factory=dict)
    prediction: dict = field(default_factory=dict)
    details: dict = field(default_factory=dict)
    results: Any = None

    def __post_init__(self):
        if not self.method:
            own = JACKKNIFE if self.replicates is None else self.replicates.method
            object.__setattr__(self, "method", own)

    @property
    def ok(self) -> bool:
        """Whether the fit may be used."""
        return self.status == "ok"

    @property
    def params(self) -> np.ndarray:
        """Estimates, shape (p,); NaN where nothing was fitted."""
        if self.replicates is None:
            return np.full(len(self.names), np.nan)
        return self.replicates.estimate

    @property
    def n_runs(self) -> int:
        """Runs behind the estimates."""
        if self.run_ids:
            return len(set(self.run_ids))
        return 0 if self.replicates is None else self.replicates.n_runs

    @property
    def n_obs(self) -> int:
        """Observations fitted."""
        return max((len(column) for column in self.points.values()), default=0)

    def cov_params(self) -> np.ndarray:
        """Covariance of the estimates by `Replicates.method`, shape (p, p)."""
        if self.replicates is None:
            return np.full((len(self.names),) * 2, np.nan)
        return self.replicates.covariance()

    def conf_int(self, level: float = LEVEL) -> np.ndarray:
        """Intervals by ``method``, shape (p, 2); another level only for the jackknife."""
        if self.interval is not None and level == LEVEL:
            return self.interval
        if self.replicates is None:
            return np.full((len(self.names), 2), np.nan)
        return self.replicates.conf_int(level)

    def errors(self) -> tuple[np.ndarray, np.ndarray]:
        """Standard errors by ``method`` and degrees of freedom of Student's t, each (p,)."""
        none = np.full(len(self.names), np.nan)
        if self.interval is not None:
            return tuple(none if own is None else own for own in (self.std_err, self.df))
        if self.replicates is None:
            return none, none
        return self.replicates.std_err(), self.replicates.df()

    def jackknife_conf_int(self) -> np.ndarray:
        """Intervals by the delete-one-run jackknife, shape (p, 2)."""
        if self.replicates is None:
            return np.full((len(self.names), 2), np.nan)
        return self.replicates.deleted().conf_int()

    def __getitem__(self, name: str) -> tuple[float, float, float]:
        """Estimate, low and high of one parameter: ``law["alpha_N"]``."""
        index = self.names.index(name)
        low, high = self.conf_int()[index]
        return float(self.params[index]), float(low), float(high)

    def compared_with(self, constants: dict[str, dict]) -> dict[str, float]:
        """The paper's printed values of this law's parameters, scales as log10."""
        return {name: own["value"] for name, own in self._printed(constants).items()}

    def joint_test_of(self, constants: dict[str, dict]) -> dict[str, float] | None:
        """F test of all printed values together; None where fewer than two are printed.

        Hotelling's where the covariance is a jackknife's (`Replicates.region`); None from fewer
        runs than that takes.

        As printed (F, p_value), and at the best values that round to them (F_rounded,
        p_value_rounded): inside the 95 % joint region where p > 0.05. Exponents and scales are
        nearly collinear: each can lie inside its own interval and both together outside.
        """
        printed = self._printed(constants)
        if self.replicates is None or len(printed) < 2:
            return None
        own = self.replicates.pick(*printed)
        factor, df = own.region()
        if np.isnan(factor):
            return None
        found = {}
        limits = np.array([[e["value"], e["value"]] for e in printed.values()])
        for suffix in ("", "_rounded"):
            statistic = distance(own.estimate, own.covariance(), limits) / factor
            found[f"F{suffix}"] = statistic
            found[f"p_value{suffix}"] = float(stats.f.sf(statistic, len(printed), df))
            limits = np.array([[e["low"], e["high"]] for e in printed.values()])
        return {**found, "df": df, "n_values": len(printed)}

    def _printed(self, constants: dict[str, dict]) -> dict[str, dict[str, float]]:
        found = {}
        for constant in constants.values():
            name = constant.get("parameter")
            if constant.get("law") == self.law and name in self.names:
                value, rounding = float(constant["value"]), float(constant["rounding"])
                three = np.array([value, value - rounding, value + rounding])
                three = np.log10(three) if name.startswith("log10_") else three
                found[name] = dict(zip(("value", "low", "high"), map(float, three), strict=True))
        return found

    def summary(self):
        """statsmodels' tables of the estimates, without date and time."""
        return fit_text.summary(self)

    def to_parameters(self, constants: dict[str, dict]) -> list[dict]:
        """Rows of PARAMETERS, one an estimate."""
        printed, joint = self.compared_with(constants), self.joint_test_of(constants)
        std_err, _ = self.errors()
        intervals, deleted = self.conf_int(), self.jackknife_conf_int()
        boot = np.full((len(self.names), 2), np.nan) if self.bootstrap is None else self.bootstrap
        return [
            row(
                law=self.law,
                parameter=name,
                estimate=or_none(self.params[i]),
                std_err=or_none(std_err[i]),
                ci=intervals[i],
                boot=boot[i],
                jackknife=deleted[i],
                n_runs=self.n_runs,
                n_obs=self.n_obs,
                method=self.method,
                paper_value=printed.get(name),
                joint=joint if name in printed else None,
                unit=self.units[i],
                status=self.status,
                caveat="; ".join(filter(None, (self.remarks.get(name), self.caveat))),
            )
            for i, name in enumerate(self.names)
        ]

    def to_json(self, constants: dict[str, dict]) -> dict:
        """Everything a figure or another program needs, in full precision; no NaN, no infinity."""
        replicates = self.replicates
        return plain(
            {
                "law": self.law,
                "equation": self.equation,
                "status": self.status,
                "caveat": self.caveat,
                "remarks": self.remarks,
                "names": list(self.names),
                "units": list(self.units),
                "estimates": self.params,
                "covariance": self.cov_params(),
                "conf_int": self.conf_int(),
                "level": LEVEL,
                "std_err": self.errors()[0],
                "df": self.errors()[1],
                "interval": self.method,
                "jackknife_conf_int": self.jackknife_conf_int(),
                "bootstrap_conf_int": self.bootstrap,
                "replicates": None
                if replicates is None
                else {
                    "without": list(replicates.labels),
                    "strata": list(replicates.strata),
                    "estimates": replicates.redone,
                },
                "n_runs": self.n_runs,
                "n_obs": self.n_obs,
                "fitted_runs": list(dict.fromkeys(self.run_ids)),
                "points": self.points,
                "note": self.note,
                "excluded": [{"run_id": run, "reason": reason} for run, reason in self.excluded],
                "selection": self.choice,
                "checks": self.checks,
                "prediction": self.prediction,
                "details": self.details,
                "paper": self.compared_with(constants),
                "paper_joint_test": self.joint_test_of(constants),
            }
        )

    def to_text(self, constants: dict[str, dict]) -> str:
        """The summary to read: what was fitted to what, and the paper's values beside ours."""
        return fit_text.full_text(self, constants)


def distance(estimate: np.ndarray, covariance: np.ndarray, limits: np.ndarray) -> float:
    """Least (t - estimate)' V^-1 (t - estimate) over t within ``limits``, shape (p, 2).

    NaN where V is not finite or not positive definite.
    """
    if not np.isfinite(covariance).all():
        return float("nan")
    try:
        whitening = np.linalg.inv(np.linalg.cholesky(covariance))
    except np.linalg.LinAlgError:
        return float("nan")
    target = whitening @ estimate
    if not np.isfinite(whitening).all() or not np.isfinite(target).all():
        return float("nan")
    if np.all(limits[:, 0] == limits[:, 1]):
        return float(np.sum((whitening @ limits[:, 0] - target) ** 2))
    best = optimize.lsq_linear(whitening, target, bounds=(limits[:, 0], limits[:, 1]))
    return float(2.0 * best.cost)
