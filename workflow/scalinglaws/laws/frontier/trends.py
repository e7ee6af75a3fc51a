"""Trends of compute-efficient training, y = y_e C^p (Sec. 6.1, Tables 4 and 6, Fig. 14).

Optimal model size against compute at fixed batch (C) and at small batch (C_min), and S_min, data
and critical batch size at the optimum. The interval redoes the whole chain, B_crit(L) and the
envelope included, without each run of the batch scan and with each run of the ladder moved both
towards what its neighbours predict for it and away from it (`neighbours`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from scalinglaws.laws.batch.chain import Variant, as_replicates, fault_of, variants
from scalinglaws.laws.batch.conversion import critical_batch
from scalinglaws.laws.batch.critical_batch import fit_critical_batch
from scalinglaws.laws.batch.ladder import Ladder, LadderRun, ladder
from scalinglaws.laws.batch.lines import NO_LINE, fit_lines, line_results
from scalinglaws.laws.frontier.neighbours import METHOD, mirrored, runs_of, two_sided, with_freedom
from scalinglaws.laws.frontier.optimum import PER_DECADE, Frontier, envelope_of, frontier_of
from scalinglaws.laws.frontier.published import is_frontier, published_passes
from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.replicates import Replicates
from scalinglaws.laws.undeclared import undeclared
from scalinglaws.units import PF_DAY

LN10 = np.log(10.0)
FEWEST_MODELS = 4  # two parameters and two models more
MOST_CLAIMS = 2.0  # sizes that take turns as the best: from here on none of them is
NOTE = (
    "one point a model that is the best at some compute, in the log-middle of its computes; the "
    "smallest and the largest model are ends of the grid and give none; the interval redoes the "
    "chain without each run of the batch scan and with each curve moved towards what its "
    "neighbours predict and away from it"
)


@dataclass(frozen=True)
class Trend:
    """A quantity at the optimum: its law, the compute it is plotted against, and how it follows.

    ``response`` gives it from the frontier and the constants of B_crit(L); ``of_loss`` says
    whether it needs the losses on the frontier.
    """

    law: str
    variable: str
    symbol: str
    unit: str
    response: Callable[[Frontier, Variant], np.ndarray]
    of_loss: bool = False

    @property
    def names(self) -> tuple[str, str]:
        """Exponent and scale at 1 PF-day, as in Table 6."""
        return f"p_{self.symbol}", f"log10_{self.symbol}_e"

    @property
    def equation(self) -> str:
        """e.g. N_opt(C) = N_e C^p_N."""
        return f"{self.law} = {self.symbol}_e {self.variable}^p_{self.symbol}"


def _size(found: Frontier, variant: Variant) -> np.ndarray:
    return found.n_params


def _data(found: Frontier, variant: Variant) -> np.ndarray:
    """Tokens of one epoch at the critical batch size: C = 2 C_min = 6 N D (Sec. 6.3)."""
    return 2.0 * found.compute * PF_DAY / (6.0 * found.n_params)


def _batch(found: Frontier, variant: Variant) -> np.ndarray:
    loss = found.loss * np.exp(variant.shift)
    return critical_batch(loss, variant.alpha_B, variant.log10_B_star)


def _steps(found: Frontier, variant: Variant) -> np.ndarray:
    """S_min = C_min / (6 N B_crit), which is Eq. 5.4 at the same point."""
    return found.compute * PF_DAY / (6.0 * found.n_params * _batch(found, variant))


TRENDS = (
    Trend("N_opt(C)", "C", "N", "log10(parameters)", _size),
    Trend("N_opt(C_min)", "C_min", "N", "log10(parameters)", _size),
    Trend("S_min(C_min)", "C_min", "S", "log10(steps)", _steps, of_loss=True),
    Trend("B_crit(C_min)", "C_min", "B", "log10(tokens)", _batch, of_loss=True),
    Trend("D_opt(C_min)", "C_min", "D", "log10(tokens)", _data),
)


def trend_law(measurements: Measurements, declared: dict | None, trend: Trend) -> LawFit:
    """One of TRENDS from the curves of ``declared["experiment"]``.

    ``select``, ``points`` and ``compute_range`` (PF-days) as for L(C). Runs of a single logged
    compute are taken as points of a frontier that somebody else read off: then only they are
    deleted, and a C_min that the source converted stays as it is.
    """
    units = ("1", trend.unit)
    if declared is None:
        return undeclared(trend.law, trend.equation, trend.names, units)
    about = {
        "law": trend.law,
        "equation": trend.equation,
        "names": trend.names,
        "units": units,
        "note": NOTE,
    }
    if is_frontier(measurements, declared):
        if trend.of_loss:
            return LawFit(
                **about, status="the losses on this frontier are not known, only its computes"
            )
        passes = published_passes(measurements, declared, trend.variable)
        about |= {"excluded": passes.excluded, "choice": passes.choice, "note": passes.note}
        return _fit(trend, passes.chain, passes.frontiers, about)
    found = ladder(measurements, declared, needs_batch=trend.variable == "C_min")
    about |= {"excluded": found.excluded, "choice": found.choice}
    critical = None
    if trend.variable == "C_min":
        critical = fit_critical_batch(measurements)
        if not critical.ok:
            fault = f"compute cannot be converted: B_crit(L): {critical.status}"
            return LawFit(**about, status=fault)
    chain = variants(
        list(found.runs),
        found.stratum,
        critical.replicates if critical else None,
        measurements.test_error if critical else 0.0,
    )
    limits = declared.get("compute_range") or {}
    about |= {"choice": found.choice | {"compute_range": limits}, "method": METHOD}
    frontiers = [frontier_in(runs_of(found, variant), variant, limits) for variant in chain]
    opposite = [
        frontier_in(runs, variant, limits) if (runs := mirrored(found, variant)) else None
        for variant in chain
    ]
    return _fit(trend, chain, frontiers, about, found, opposite)


def frontier_in(runs: dict[str, LadderRun], variant: Variant, limits: dict) -> Frontier:
    """The frontier of one pass through the chain, against C, or C_min where B_crit is given."""
    at_fixed_batch = np.isnan(variant.alpha_B)
    curves = {
        run: (c.compute if at_fixed_batch else c.compute_min(variant), c.loss)
        for run, c in runs.items()
    }
    sizes = {run: c.n_params for run, c in runs.items()}
    return frontier_of(envelope_of(curves, sizes, limits, PER_DECADE), sizes)


def _fit(
    trend: Trend,
    chain: list[Variant],
    frontiers: list[Frontier],
    about: dict,
    found: Ladder | None = None,
    opposite: Sequence[Frontier | None] = (),
) -> LawFit:
    """The line through the first of ``frontiers``, redone for each of the others.

    ``found`` is the ladder, if there is one; where ``opposite`` has a frontier too, half of the
    difference between the two counts.
    """
    first = frontiers[0]
    if len(first.compute) < FEWEST_MODELS:
        return LawFit(
            **about,
            status=f"too few models on the frontier: {len(first.compute)}, at least "
            f"{FEWEST_MODELS} are needed besides the smallest and the largest",
        )
    centre = float(np.log(first.compute).mean())
    lines = np.array([_line(trend, *own, centre) for own in zip(frontiers, chain, strict=True)])
    if opposite:
        away = [
            NO_LINE if frontier is None else _line(trend, frontier, variant, centre)
            for frontier, variant in zip(opposite, chain, strict=True)
        ]
        lines = two_sided(lines, np.array(away))
    estimates = np.column_stack([lines[:, 1], (lines[:, 0] - lines[:, 1] * centre) / LN10])
    replicates = as_replicates(trend.names, chain, estimates)
    line_names = (f"ln_{trend.symbol}_at_centre", f"-p_{trend.symbol}")
    internal = as_replicates(line_names, chain, lines * [1.0, -1.0])
    if found:
        replicates, internal = (with_freedom(each, found) for each in (replicates, internal))
    ln_x, response = np.log(first.compute), np.log(trend.response(first, chain[0]))
    residual = response - lines[0, 0] - lines[0, 1] * (ln_x - centre)
    return LawFit(
        **about,
        status=_status(trend, replicates, first.claims),
        replicates=replicates,
        remarks=_remarks(trend, replicates),
        points={
            trend.variable: first.compute,
            "N": first.n_params,
            "loss": first.loss,
            trend.symbol + "_opt": np.exp(response),
        },
        checks={
            "rms_residual_percent": float(100 * np.sqrt(np.mean(np.expm1(residual) ** 2))),
            "sizes_that_are_the_best_around_the_same_compute": float(first.claims),
        },
        prediction={
            "form": "line",
            "variables": [trend.variable],
            "centre_ln_x": centre,
            "names": list(line_names),
            "estimates": internal.estimate,
            "redone": internal.redone,
        },
        results=line_results(ln_x, response, line_names, f"ln {trend.symbol}", internal),
    )


def _line(trend: Trend, found: Frontier, variant: Variant, centre: float) -> np.ndarray:
    """Level at the centre and slope, NaN through fewer than two models."""
    return fit_lines(np.log(found.compute), np.log(trend.response(found, variant)), centre)


def _status(trend: Trend, replicates: Replicates, claims: float) -> str:
    if claims >= MOST_CLAIMS:
        return (
            "no frontier: models of different sizes take turns as the best, on average "
            f"{claims:.1f} at the same compute"
        )
    if fault := fault_of(replicates):
        return fault
    low = replicates.conf_int()[0, 0]
    if not np.isfinite(low):
        return "too few runs on the frontier for an interval"
    # Steps may well not change along the frontier; size, data and batch must.
    if trend.symbol != "S" and not low > 0.0:
        return f"exponent not resolved: the 95 % interval of {trend.names[0]} includes zero"
    return "ok"


def _remarks(trend: Trend, replicates) -> dict[str, str]:
    low, high = replicates.conf_int()[0]
    if trend.symbol == "S" and low <= 0.0 <= high:
        return {trend.names[0]: "compatible with steps that do not change with compute"}
    return {}


FRONTIER_LAWS = {trend.law: partial(trend_law, trend=trend) for trend in TRENDS}
