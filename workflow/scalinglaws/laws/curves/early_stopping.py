"""Law S_stop: the step of early stopping against its lower bound (Eq. 5.7, Fig. 16 left).

    S_stop >= S_c / [L(N, D) - L(N, infinity)]^(1 / alpha_S)

L(N, D) is the run's own loss where it stopped, as in Figure 16; L(N, infinity) comes from the fit
of L(N,D), S_c and alpha_S from that of L(N,S_min). The left side is a measured step, taken to S_min
by the fitted B_crit(L) (Eq. 5.4). Both sides count steps at a batch far above the critical one, and
S_c belongs to such steps; Figure 16 plots both sides at the critical batch, twice as large. The
interval redoes everything without each run behind any of the three fits or the stops.
"""

from dataclasses import dataclass

import numpy as np

from scalinglaws.laws.batch.conversion import s_min
from scalinglaws.laws.curves.stop_runs import StopRuns, stop_runs
from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.line import LN10
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.replicates import FEWEST_RUNS, SHARED, Replicates
from scalinglaws.laws.undeclared import undeclared

LAW = "S_stop"
EQUATION = "S_stop >= S_c / [L(N,D) - L(N,inf)]^(1 / alpha_S)"
NAMES = ("log10_ratio", "slope")
UNITS = ("log10(S_stop / bound)", "1")
STOPS = "early stopping"  # the sample of runs that stop but are not behind L(N,D)
SIZE_DATA = ("alpha_N", "log10_N_c")
STEPS = ("alpha_S", "log10_S_c")
CRITICAL = ("alpha_B", "log10_B_star")
NOTE = (
    "ratio: geometric mean over runs of the stop's S_min over the bound; slope: of ln S_stop on ln "
    "bound, 1 where the stop keeps its distance; the interval redoes L(N,D), L(N,S_min) and B_crit"
)


@dataclass(frozen=True)
class Pass:
    """The chain once: constants (6,) of the three fits, and which run or shift is left out."""

    constants: np.ndarray
    label: str = ""
    stratum: str = ""


def lower_bound(loss, n_params, constants: np.ndarray) -> np.ndarray:
    """Eq. 5.7 in steps from the loss at the stop; ``constants`` starts with SIZE_DATA and STEPS.

    Arrays broadcast. NaN where the loss is no larger than L(N, infinity) = (N_c / N)^alpha_N.
    """
    alpha_n, log10_n_c, alpha_s, log10_s_c = constants[:4]
    excess = loss - 10.0 ** (alpha_n * (log10_n_c - np.log10(n_params)))
    with np.errstate(invalid="ignore", divide="ignore"):
        return 10.0**log10_s_c * np.where(excess > 0.0, excess, np.nan) ** (-1.0 / alpha_s)


def early_stopping(
    measurements: Measurements,
    declared: dict | None,
    size_data: LawFit,
    steps: LawFit,
    critical: LawFit,
) -> LawFit:
    """Law S_stop of the runs of ``declared["experiment"]`` that stopped early on limited text.

    ``size_data``, ``steps`` and ``critical`` are the fits of L(N,D), L(N,S_min) and B_crit(L).
    ``points`` has a row a run: N, D, bound, S_stop (S_min), their ratio and, from the bound alone,
    its interval.
    """
    if declared is None:
        return undeclared(LAW, EQUATION, NAMES, UNITS)
    found = stop_runs(measurements.runs, declared)
    if size_data.ok:
        found = found.only(
            found.loss > _limit(size_data, found.n_params), "no larger a loss than L(N,inf)"
        )
    about = {
        "law": LAW,
        "equation": EQUATION,
        "names": NAMES,
        "units": UNITS,
        "excluded": found.excluded,
        "choice": found.choice,
        "note": NOTE,
    }
    for fit in (size_data, steps, critical):
        if not fit.ok:
            return LawFit(**about, status=f"the bound needs {fit.law}: {fit.status}")
    if (n := len(found.run_ids)) < FEWEST_RUNS:
        return LawFit(
            **about,
            status=f"too few runs stopped early: {n}, at least {FEWEST_RUNS} are needed",
        )
    joined = Replicates.joined(
        size_data.replicates.pick(*SIZE_DATA),
        steps.replicates.pick(*STEPS),
        critical.replicates.pick(*CRITICAL),
    )
    chain = _passes(joined, found.run_ids)
    estimates = np.array([_summary(one, found, measurements.test_error) for one in chain])
    replicates = Replicates(
        NAMES,
        estimates[0],
        estimates[1:],
        tuple(one.label for one in chain[1:]),
        tuple(one.stratum for one in chain[1:]),
    )
    own = _each_run(joined, found)
    return LawFit(
        **about,
        status=_status(replicates),
        replicates=replicates,
        points=own,
        run_ids=found.run_ids,
        checks=_checks(own),
    )


def _limit(size_data: LawFit, n_params: np.ndarray) -> np.ndarray:
    """L(N, infinity) = (N_c / N)^alpha_N of the fit of L(N,D)."""
    alpha_n, log10_n_c = size_data.replicates.pick(*SIZE_DATA).estimate
    return 10.0 ** (alpha_n * (log10_n_c - np.log10(n_params)))


def _passes(joined: Replicates, run_ids: list[str]) -> list[Pass]:
    found = [Pass(joined.estimate)]
    for row, label, stratum in zip(joined.redone, joined.labels, joined.strata, strict=True):
        found.append(Pass(row, label, stratum))
    deleted = {one.label for one in found}
    return found + [Pass(joined.estimate, run, STOPS) for run in run_ids if run not in deleted]


def _sides(constants: np.ndarray, found: StopRuns, shift: float = 0.0) -> np.ndarray:
    """ln of the bound and of S_min at the stop, shape (2, n); ``shift`` is added to every ln L."""
    loss = found.loss * np.exp(shift)
    bound = lower_bound(loss, found.n_params, constants)
    stop = s_min(found.stop_step, loss, found.batch_tokens, *constants[4:])
    return np.log([bound, stop])


def _summary(one: Pass, found: StopRuns, test_error: float) -> np.ndarray:
    """log10 of the mean ratio, and slope, without the run that the pass leaves out."""
    kept = np.array([run != one.label for run in found.run_ids])
    shift = test_error if one.stratum == SHARED else 0.0
    bound, stop = _sides(one.constants, found, shift)[:, kept]
    away = bound - bound.mean()
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.sum(away * stop) / np.sum(away**2)
    return np.array([np.mean(stop - bound) / LN10, slope])


def _each_run(joined: Replicates, found: StopRuns) -> dict[str, list[float]]:
    """Bound, stop and their ratio with its interval, run by run."""
    bound, stop = np.exp(_sides(joined.estimate, found))
    ratio = joined.map(found.run_ids, lambda row: np.diff(_sides(row, found), axis=0)[0])
    columns = {
        "N": found.n_params,
        "D": found.dataset_tokens,
        "bound": bound,
        "S_stop": stop,
        "ratio": np.exp(ratio.estimate),
        "ratio_low": np.exp(ratio.conf_int()[:, 0]),
        "ratio_high": np.exp(ratio.conf_int()[:, 1]),
    }
    return {name: [float(value) for value in column] for name, column in columns.items()}


def _status(replicates: Replicates) -> str:
    if not np.isfinite(replicates.estimate).all():
        return "the bound is the same for all runs"
    broken = ~np.isfinite(replicates.redone).all(axis=1)
    if broken.any():
        first = replicates.labels[int(np.argmax(broken))]
        return f"hangs on {first}: without it a run's loss is no larger than the fitted L(N,inf)"
    return "ok"


def _checks(own: dict[str, list[float]]) -> dict:
    """Whether the bound holds, run by run: a verdict by the intervals."""
    ratio, low, high = (np.array(own[name]) for name in ("ratio", "ratio_low", "ratio_high"))
    below, above = int(np.sum(high < 1.0)), int(np.sum(low > 1.0))
    verdict = "contradicted" if below else "holds" if above == len(ratio) else "not resolved"
    return {
        "lower_bound": verdict,
        "runs_above_the_bound": f"{int(np.sum(ratio > 1.0))} of {len(ratio)}, {above} of them by "
        f"more than its interval; {below} below it by more than that",
        "ratios": f"{ratio.min():.3g} to {ratio.max():.3g}",
    }
