"""Learning curves of the ladder at its fixed batch, and L(N, S) fitted to parts of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from scalinglaws.claims.evidence import Evidence
from scalinglaws.laws.batch.chain import Variant
from scalinglaws.laws.batch.ladder import LadderRun, ladder
from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.surface_fit import fit_surface
from scalinglaws.laws.surfaces.additive import L_N_S

# Whose selection says which curves: the first of these laws with enough of them.
CURVE_LAWS = ("L(N,S_min)", "L(N)")
FEWEST = 5  # models: two held out, three to fit


@dataclass(frozen=True)
class LadderCurves:
    """Curves by run, from the smallest N to the largest; without warm-up and cool-downs.

    ``critical`` holds the fitted B_crit(L) that steps are converted by (Eq. 5.4), None where the
    study has none: then S is measured steps, and S_c belongs to the batch of the runs.
    """

    runs: dict[str, LadderRun] = field(default_factory=dict)
    critical: Variant | None = None

    @property
    def steps(self) -> str:
        """Which steps S are."""
        return "measured steps" if self.critical is None else "S_min by the fitted B_crit(L)"

    def points(self, run: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Measured steps, S and loss of one run, means over tenths of a decade, each (m,)."""
        own = self.runs[run].averaged()
        return (
            own.step,
            own.step if self.critical is None else own.step_min(self.critical),
            own.loss,
        )

    def fit(self, runs: list[str], until: float = 1.0) -> LawFit:
        """L(N, S) of ``runs``, of each the first ``until`` of its steps."""
        x, loss, run_ids = [], [], []
        for run in runs:
            measured, step, own = self.points(run)
            kept = measured <= until * measured[-1]
            x += [(self.runs[run].n_params, value) for value in step[kept]]
            loss += list(own[kept])
            run_ids += [run] * int(kept.sum())
        points = np.array(x, dtype=float).reshape(len(run_ids), 2)
        return fit_surface(L_N_S, points, np.array(loss), run_ids, law="L(N,S)", bootstrap=False)

    def ends(self, runs: list[str]) -> tuple[np.ndarray, np.ndarray]:
        """N and S (n, 2) and loss (n,) of the last point of each of ``runs``."""
        last = [(self.runs[run].n_params, *(own[-1] for own in self.points(run))) for run in runs]
        return (
            np.array([(n_params, step) for n_params, _, step, _ in last], dtype=float),
            np.array([loss for *_, loss in last]),
        )


def ladder_curves(evidence: Evidence) -> LadderCurves:
    """The curves of the study; none where it has no ladder."""
    found: dict[str, LadderRun] = {}
    for declared in filter(None, map(evidence.selection, CURVE_LAWS)):
        if len(found) < FEWEST:
            found = ladder(evidence.measurements, declared).runs
    law = evidence.law("B_crit(L)")
    ordered = dict(sorted(found.items(), key=lambda item: (item[1].n_params, item[0])))
    if law is None:
        return LadderCurves(ordered)
    alpha, star = law["estimates"][:2]
    return LadderCurves(ordered, Variant(alpha_B=alpha, log10_B_star=star))
