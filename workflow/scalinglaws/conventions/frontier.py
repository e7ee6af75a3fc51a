"""N_opt(C) from the models that are the best somewhere, under any way of counting (Sec. 6.1).

As the law N_opt(C), with one condition more: a model counts only if its reign begins and ends where
two curves cross, not where one of them starts or ends. Where points are left out for their few
steps the larger models start late, and a model that is the best for want of a larger one follows
the edge of the data, N ~ C, instead of the optimum.
"""

from __future__ import annotations

import numpy as np

from scalinglaws.conventions.convert import COUNTED, Converted
from scalinglaws.conventions.steps import Conventions
from scalinglaws.laws.batch.chain import as_replicates, fault_of, variants
from scalinglaws.laws.batch.ladder import LadderRun, ladder
from scalinglaws.laws.batch.lines import NO_LINE, fit_lines
from scalinglaws.laws.envelope import Envelope, log_grid, lower_envelope
from scalinglaws.laws.frontier.neighbours import (
    METHOD,
    mirrored,
    runs_of,
    two_sided,
    with_freedom,
)
from scalinglaws.laws.frontier.optimum import PER_DECADE, Frontier, frontier_of
from scalinglaws.laws.frontier.trends import FEWEST_MODELS, MOST_CLAIMS
from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.line import LN10

NAMES, UNITS = ("p_N", "log10_N_e"), ("1", "log10(parameters)")


def frontier(found: Converted, step: Conventions, budgets=None) -> LawFit:
    """The line through N, as the convention counts it, and the log-middle of each model's computes.

    The interval redoes everything with each curve moved towards what its neighbours predict and
    away from it, as that of the law.
    """
    about = {"law": "N_opt(C)", "equation": "N_opt(C) = N_e C^p_N", "names": NAMES, "units": UNITS}
    declared = {"experiment": step.experiment, "points": step.points, "ends": step.ends}
    own = ladder(found.measurements, declared, needs_batch=False)
    runs = found.measurements.runs
    # Curves are compared at equal tokens, so by N_eff = C / 6D; the line is through N as counted.
    counted = dict(zip(runs["n_params"].to_pylist(), runs[COUNTED].to_pylist(), strict=True))
    chain = variants(list(own.runs), own.stratum)
    frontiers = [_handed_over(runs_of(own, variant)) for variant in chain]
    if (n_models := len(frontiers[0].n_params)) < FEWEST_MODELS:
        reason = f" ({own.excluded[0][1]})" if own.excluded and not own.runs else ""
        return LawFit(
            **about,
            status="too few models whose reign begins and ends where curves cross: "
            f"{n_models}, at least {FEWEST_MODELS} are needed{reason}",
        )
    centre = float(np.log(frontiers[0].compute).mean())

    def size(found: Frontier) -> np.ndarray:
        return np.array([counted[int(n)] for n in found.n_params], dtype=float)

    def line(found: Frontier) -> np.ndarray:
        return fit_lines(np.log(found.compute), np.log(size(found)), centre)

    opposite = [mirrored(own, variant) for variant in chain]
    away = [NO_LINE if runs is None else line(_handed_over(runs)) for runs in opposite]
    lines = two_sided(np.array([line(each) for each in frontiers]), np.array(away))
    estimates = np.column_stack([lines[:, 1], (lines[:, 0] - lines[:, 1] * centre) / LN10])
    replicates = with_freedom(as_replicates(NAMES, chain, estimates), own)
    return LawFit(
        **about,
        status=_status(replicates, frontiers[0].claims),
        replicates=replicates,
        method=METHOD,
        points={"C": frontiers[0].compute, "N": size(frontiers[0])},
        run_ids=list(own.runs),
    )


def _handed_over(runs: dict[str, LadderRun]) -> Frontier:
    """The frontier of one pass, of models whose reign begins and ends where two curves cross."""
    curves = {name: (run.compute, run.loss) for name, run in runs.items()}
    sizes = {name: run.n_params for name, run in runs.items()}
    ends = [end for compute, _ in curves.values() for end in (compute.min(), compute.max())]
    if not ends:
        return frontier_of(Envelope(np.array([]), np.array([]), []), sizes)
    whole = lower_envelope(curves, log_grid(min(ends), max(ends), PER_DECADE))
    size = np.array([sizes[name] for name in whole.best])
    kept: list[int] = []
    for model in np.unique(size):
        at = np.flatnonzero(size == model)
        if _crosses(whole, curves, at[0]) and _crosses(whole, curves, at[-1] + 1):
            kept += at.tolist()
    kept.sort()
    reigns = Envelope(whole.compute[kept], whole.loss[kept], [whole.best[i] for i in kept])
    return frontier_of(reigns, sizes)


def _crosses(whole: Envelope, curves: dict, at: int) -> bool:
    """Whether the best at places ``at`` - 1 and ``at`` of the envelope both were read at both."""
    if not 0 < at < len(whole.compute):
        return False
    before, after = whole.compute[at - 1], whole.compute[at]
    if after > before * 10.0 ** (1.5 / PER_DECADE):  # places between them were left out
        return False
    both = (curves[whole.best[i]][0] for i in (at - 1, at))
    return all(compute.min() <= before and after <= compute.max() for compute in both)


def _status(replicates, claims: float) -> str:
    if claims >= MOST_CLAIMS:
        return f"no frontier: on average {claims:.1f} sizes take turns as the best"
    if fault := fault_of(replicates):
        return fault
    low, high = replicates.conf_int()[0]
    if not np.isfinite([low, high]).all():
        return "too few runs on the frontier for an interval"
    return "ok" if low > 0 else "exponent not resolved: its 95 % interval includes zero"
