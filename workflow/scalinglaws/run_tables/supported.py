"""Which laws the runs of a table can be fitted with, by which of them, and why not the others."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from scalinglaws.laws.curves.isoflop import FEWEST as FEWEST_SIZES
from scalinglaws.laws.curves.isoflop_points import TOLERANCE, grouped
from scalinglaws.laws.curves.learning_rate import AXES as RATE_AXES
from scalinglaws.laws.curves.minima_line import FEWEST_MINIMA
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.names import SLUGS
from scalinglaws.laws.one_variable import SMALLEST_DISTINCT, SMALLEST_SAMPLE
from scalinglaws.laws.surfaces.additive import CHINCHILLA
from scalinglaws.laws.surfaces.joint import L_N_D
from scalinglaws.laws.surfaces.verdict import SPARE_POINTS
from scalinglaws.run_tables.names import EXPERIMENT, MOST_RUNS, SAME_LENGTH
from scalinglaws.units import PF_DAY

BUDGETS_A_DECADE = 4  # at which learning curves are read
PROPORTIONAL = 0.999  # correlation of ln N and ln D above which their terms cannot be told apart
MOSTLY = 0.8  # of the runs saw equally much text: no grid of N and D
CONVERTED = ("L(C_min)", "N_opt(C_min)", "S_min(C_min)", "B_crit(C_min)", "D_opt(C_min)")


@dataclass(frozen=True)
class Support:
    """The law's entry of a configuration, empty where it cannot be fitted for ``reason``."""

    declared: dict = field(default_factory=dict)
    reason: str = ""


def supported(found: Measurements) -> dict[str, Support]:
    """Every law but "derived", in the order of SLUGS."""
    if len(found.runs) > MOST_RUNS:
        many = f"{len(found.runs)} runs are too many for one fit, at most {MOST_RUNS}: choose some"
        return {law: Support(reason=many) for law in SLUGS if law != "derived"}
    runs = _Runs(found)
    by_law = {
        "L(N)": runs.by_size(),
        "L(N) logarithm": runs.by_size(),
        "L(D)": runs.by_data(),
        "L(N,D)": runs.surface(len(L_N_D.parameters), along_curves=False),
        **dict.fromkeys(
            ("Chinchilla", "Chinchilla Huber", "Chinchilla LAD"),
            runs.surface(len(CHINCHILLA.parameters), along_curves=True),
        ),
        **dict.fromkeys(("L(C)", "N_opt(C)"), runs.ladder()),
        "IsoFLOP N_opt(C)": runs.isoflop("N"),
        "IsoFLOP D_opt(C)": runs.isoflop("D"),
        "B_crit(L)": runs.scan(),
        **dict.fromkeys((*CONVERTED, "L(N,S_min)"), runs.converted()),
        "LR(N)": runs.rates(),
        "L(T)": Support(reason="needs losses by token position, which no run table has"),
        "overfitting": runs.limited_text(),
        "S_stop": Support(reason="needs the steps at which runs on limited text stop improving"),
    }
    return {law: by_law[law] for law in SLUGS if law in by_law}


class _Runs:
    """Columns of RUNS as floats (NaN unknown), of runs with a loss, and their curves."""

    def __init__(self, found: Measurements) -> None:
        names = ("n_params", "n_params_total", "dataset_tokens", "tokens", "batch_tokens")
        names += ("compute_6nbs", "compute_counted", "peak_learning_rate", "test_loss")
        self.runs = found.runs.select(["run_id", *names]).to_pandas()
        self.runs = self.runs[self.runs["test_loss"].notna()].astype(dict.fromkeys(names, float))
        self.curves = found.curves.select(["run_id", "tokens", "compute_6nbs"]).to_pandas()
        self.scanned = len(found.batch_scan) > 0
        self.size = "n_params" if self._has("n_params") else "n_params_total"
        self.text = "dataset_tokens" if self._has("dataset_tokens") else "tokens"
        self.compute = "compute_counted" if self._has("compute_counted") else "compute_6nbs"

    def _has(self, column: str) -> bool:
        return bool(self.runs[column].notna().any())

    def _declared(self, **more) -> dict:
        return {"experiment": EXPERIMENT, **more}

    def _missing(self, **columns: str) -> str:
        """The sentence about what has no column; "" where all are there."""
        lost = [words for words, column in columns.items() if not self._has(column)]
        if not len(self.runs):
            return "no run has a loss"
        return f"no column for {' and '.join(lost)}" if lost else ""

    def by_size(self) -> Support:
        """Runs of all sizes on the most text: D must not be what limits them."""
        if reason := self._missing(N=self.size):
            return Support(reason=reason)
        own = self.runs[self.runs[self.size].notna()]
        select, text = {}, own[self.text]
        if text.notna().any() and text.min() < SAME_LENGTH * text.max():
            select = {self.text: {"min": float(SAME_LENGTH * text.max())}}
            own = own[text >= SAME_LENGTH * text.max()]
        if len(own) < SMALLEST_SAMPLE or own[self.size].nunique() < SMALLEST_DISTINCT:
            sizes = own[self.size].nunique()
            few = f"{_runs(len(own))} of {sizes} size{'s' * (sizes != 1)}"
            reason = (
                f"{few}, at least {SMALLEST_SAMPLE} runs of {SMALLEST_DISTINCT} sizes are needed"
            )
            if select:
                reason = f"only {few} saw the most text; the others mix size and data: L(N,D)"
            return Support(reason=reason)
        return Support(self._declared(select=select, variables={"N": self.size}))

    def by_data(self) -> Support:
        if reason := self._missing(D="dataset_tokens"):
            return Support(reason=reason)
        if (n := self.runs["dataset_tokens"].nunique()) < SMALLEST_SAMPLE:
            return Support(reason=f"{n} different D, at least {SMALLEST_SAMPLE} are needed")
        return Support(self._declared())

    def surface(self, n_parameters: int, along_curves: bool) -> Support:
        """One point a run where N and D vary freely, or points along the curves."""
        if reason := self._missing(**{"N": self.size, "D or tokens": self.text}):
            return Support(reason=reason)
        own = self.runs[[self.size, self.text, "test_loss"]].dropna()
        if self.text == "dataset_tokens":  # no D is all of the text
            own = self.runs[self.runs[self.size].notna()]
        reason = ""
        needed = n_parameters + SPARE_POINTS
        if len(own.drop_duplicates([self.size, self.text, "test_loss"])) < needed:
            reason = f"{_runs(len(own))}, at least {needed} are needed for {n_parameters} constants"
        elif own[self.size].nunique() < 2 or own[self.text].nunique() < 2:
            one = "N" if own[self.size].nunique() < 2 else "D"
            reason = f"{one} is the same in all runs"
        elif (own[self.text] >= SAME_LENGTH * own[self.text].max()).mean() > MOSTLY:
            reason = "D is the same in nearly all runs"
        elif _follows(own[self.size], own[self.text]):
            reason = "D follows N: their terms cannot be told apart"
        if not reason:
            return Support(self._declared(variables={"N": self.size, "D": self.text}))
        with_tokens = self.curves[self.curves["tokens"].notna()]["run_id"].nunique()
        if along_curves and self.size == "n_params" and with_tokens >= SMALLEST_DISTINCT:
            return Support(self._declared(along_curves=True))
        return Support(reason=reason)

    def _curve_sizes(self) -> int:
        """Different N among runs with two logged computes or more."""
        logged = self.curves.groupby("run_id")["compute_6nbs"].nunique()
        own = self.runs[self.runs["run_id"].isin(logged.index[logged > 1])]
        return int(own["n_params"].nunique())

    def ladder(self) -> Support:
        if not len(self.curves):
            return Support(reason="needs learning curves: rows of several steps of each run")
        if reason := self._missing(N="n_params", C="compute_6nbs"):
            return Support(reason=reason)
        if (n := self._curve_sizes()) < SMALLEST_SAMPLE:
            return Support(reason=f"curves of {n} sizes, at least {SMALLEST_SAMPLE} are needed")
        return Support(self._declared())

    def isoflop(self, x: str) -> Support:
        """Runs trained to common budgets, or curves read at them."""
        columns = {"N": self.size, "D": self.text}
        if reason := self._missing(C=self.compute, **{x: columns[x]}):
            return Support(reason=reason)
        own = self.runs[["run_id", self.compute, columns[x], "test_loss"]].dropna()
        own = own[own[self.compute] > 0]  # a curve may end where it begins, at no compute
        rows = zip(
            own[self.compute] / PF_DAY,
            own[columns[x]],
            own["test_loss"],
            own["run_id"],
            strict=True,
        )
        groups, fault = grouped(list(rows), TOLERANCE)
        full = sum(len(np.unique(group.x)) >= FEWEST_SIZES for group in groups)
        if not fault and full >= FEWEST_MINIMA:
            variables = {"C": self.compute, x: columns[x]}
            return Support(self._declared(variables=variables))
        budgets = self._budgets()
        if len(budgets) >= FEWEST_MINIMA and self.size == "n_params":
            return Support(self._declared(budgets=budgets))
        few = f"{full} budgets of compute with {FEWEST_SIZES} sizes or more"
        return Support(reason=fault or f"{few}, at least {FEWEST_MINIMA} are needed")

    def _budgets(self) -> tuple[float, ...]:
        """Computes in PF-days that the curves of enough sizes cross."""
        # Far below a FLOP nothing is left of it in PF-days.
        some = self.curves["compute_6nbs"] / PF_DAY > 0
        logged = self.curves[some].merge(self.runs[["run_id", "n_params"]])
        reach = logged.groupby("n_params")["compute_6nbs"].agg(["min", "max"]) / PF_DAY
        if not len(reach):
            return ()
        low, high = np.log10(reach["min"].min()), np.log10(reach["max"].max())
        steps = np.arange(np.ceil(low * BUDGETS_A_DECADE), np.floor(high * BUDGETS_A_DECADE) + 1)
        found = [float(f"{10.0 ** (step / BUDGETS_A_DECADE):.4g}") for step in steps]
        inside = [((reach["min"] <= c) & (c <= reach["max"])).sum() for c in found]
        return tuple(c for c, n in zip(found, inside, strict=True) if n >= FEWEST_SIZES)

    def scan(self) -> Support:
        if not self.scanned:
            return Support(reason="needs learning curves of one N in three batch sizes or more")
        return Support(self._declared())

    def converted(self) -> Support:
        """Laws of C_min and S_min need the critical batch size, and B of every curve."""
        parts = (self.ladder(), self.scan())
        reason = next((part.reason for part in parts if part.reason), "")
        reason = reason or self._missing(B="batch_tokens")
        return Support(reason=reason) if reason else Support(self._declared())

    def rates(self) -> Support:
        if reason := self._missing(N="n_params", lr="peak_learning_rate"):
            return Support(reason=reason)
        rates = self.runs.groupby("n_params")["peak_learning_rate"].nunique()
        if (n := int((rates >= RATE_AXES.fewest).sum())) < FEWEST_MINIMA:
            few = f"{n} sizes with {RATE_AXES.fewest} learning rates or more"
            return Support(reason=f"{few}, at least {FEWEST_MINIMA} are needed")
        return Support(self._declared())

    def limited_text(self) -> Support:
        grid = self.surface(len(L_N_D.parameters), along_curves=False)
        if grid.reason or self.text != "dataset_tokens":
            return Support(reason=grid.reason or "no column for D, the text that runs repeat")
        return Support(self._declared(variables=grid.declared["variables"]))


def _runs(n: int) -> str:
    return "1 run" if n == 1 else f"{n} runs"


def _follows(one: Iterable[float], other: Iterable[float]) -> bool:
    both = pd.DataFrame({"one": np.log(one), "other": np.log(other)}).dropna()
    return bool(abs(both["one"].corr(both["other"])) > PROPORTIONAL)
