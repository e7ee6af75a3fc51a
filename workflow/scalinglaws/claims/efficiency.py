"""Larger models need fewer tokens, and the best run at a given compute is far from converged."""

from __future__ import annotations

import numpy as np

from scalinglaws.batch_scan import first_crossings
from scalinglaws.claims.claim import NEGATIVE, Claim, Quantity, interval
from scalinglaws.claims.evidence import Evidence, cost
from scalinglaws.claims.frontier import above_converged, above_own_end
from scalinglaws.claims.ladder_curves import FEWEST, ladder_curves
from scalinglaws.claims.regression import OLS, coefficient
from scalinglaws.laws.batch.ladder import LadderRun
from scalinglaws.laws.replicates import Replicates

REACHED_BY = 4  # models, fewest at a level
USUAL = 2.0  # per cent above the converged loss: where practice stops (Appendix B)
PAPER_SHARE = 10.0  # per cent, alpha_N / alpha_S (Appendix B)
CHAIN = "envelope and L(N,S) redone without each run, t(G-1)"


def sample_efficiency(evidence: Evidence) -> Claim:
    """Tokens to reach a loss against N, at losses where smaller models end."""
    about = {
        "key": "sample_efficiency",
        "title": "Larger models are more sample-efficient",
        "statement": "a larger model reaches the same loss from fewer tokens",
        "section": "Sec. 1.1, Figs 2 and 19",
    }
    curves = ladder_curves(evidence).runs
    if len(curves) < REACHED_BY + 1:
        return Claim(**about, missing=f"model_size with curves of {REACHED_BY + 1} sizes")
    quantities, ends = [], ""
    for level in _levels(curves):
        tokens, sizes = _tokens(curves, level)
        few = len(tokens) < REACHED_BY
        quantities.append(
            Quantity(
                f"slope of ln tokens on ln N at loss {level:.3g}",
                *((np.nan,) * 3 if few else coefficient(np.log(tokens), np.log(sizes))),
                method=OLS,
                n=len(tokens),
                of="models",
                df=len(tokens) - 2.0,
                allowed=NEGATIVE,
                note=f"{REACHED_BY} models that reach loss {level:.3g}",
            )
        )
        ends = ends or (
            f"Loss {level:.3g} takes the model of N = {sizes[0]:.3g} {tokens[0]:.3g} tokens and "
            f"the one of N = {sizes[-1]:.3g} {tokens[-1]:.3g}"
        )
    slopes = "; ".join(f"the {q.name} is {interval(q)}" for q in quantities)
    rows = [row for row in evidence.rows if row["run_id"] in curves]
    return Claim(**about, quantities=quantities, sentence=f"{ends}; {slopes}.", runs=cost(rows))


def _levels(curves: dict[str, LadderRun]) -> list[float]:
    """The loss where a model ends that most models pass, and the lowest that enough of them pass.

    Larger models may be below a high level before anything is logged.
    """
    ends = sorted({float(curve.loss.min()) for curve in curves.values()})
    passed = [len(_tokens(curves, level)[0]) for level in ends]
    lowest = next((k for k, count in enumerate(passed) if count >= REACHED_BY), 0)
    return [ends[k] for k in dict.fromkeys((int(np.argmax(passed)), lowest))]


def _tokens(curves: dict[str, LadderRun], level: float) -> tuple[np.ndarray, np.ndarray]:
    """Tokens at which each model first reaches ``level``, and the N of those that do."""
    reached = []
    for curve in curves.values():
        step = first_crossings(curve.step, curve.loss, np.array([level]))[0]
        if np.isfinite(step):
            reached.append((step * curve.batch_tokens, curve.n_params))
    return tuple(np.array(reached, dtype=float).reshape(-1, 2).T)


def inefficiency_of_convergence(evidence: Evidence) -> Claim:
    """How far above its converged loss the best run at a compute stops.

    What the same model went on to lose is a lower bound without any extrapolation: it decides where
    it suffices. Else the converged loss is that of L(N, S).
    """
    about = {
        "key": "inefficiency_of_convergence",
        "title": "Convergence is inefficient",
        "statement": "at a given compute the best run is a larger one that stops far short of "
        "convergence, about 10 % above its final loss",
        "section": "Sec. 6.1, Appendix B (B.5, B.11), Fig. 2",
    }
    curves = ladder_curves(evidence)
    if len(curves.runs) < FEWEST:
        return Claim(**about, missing=f"model_size with curves of {FEWEST} sizes")
    rows = [row for row in evidence.rows if row["run_id"] in curves.runs]
    allowed = (USUAL, np.inf)
    least = _quantity(
        "best run at a compute above what the same run reached later, mean over models",
        above_own_end(curves.runs),
        method="envelope redone without each run, t(G-1)",
    )
    law = curves.fit(list(curves.runs))
    sentence = (
        f"At the computes where a model is the best its loss is {interval(least)} above what the "
        f"same run reached later"
    )
    if least.low > USUAL:
        least = _quantity(least.name, above_own_end(curves.runs), least.method, allowed)
    if not law.ok:
        return Claim(
            **about,
            quantities=[least],
            sentence=f"{sentence}.",
            reason=f"longer runs, or more models: L(N,S): {law.status}",
            runs=cost(rows),
        )
    excess = _quantity(
        "best run at a compute above its converged loss, mean over models",
        above_converged(curves.runs, law),
        CHAIN,
        None if least.allowed else allowed,
        PAPER_SHARE,
    )
    share = law.replicates.map(["f"], lambda v: np.array([v[0] / v[1]]))
    exponents = _quantity(
        "the same from the exponents, alpha_N / alpha_S", share, law.method, paper=PAPER_SHARE
    )
    sentence += (
        f", and {interval(excess)} above what it would converge to by L(N,S); practice stops at "
        f"{USUAL:.0f} %, the paper's advice is {PAPER_SHARE:.0f} %."
    )
    quantities = [least, excess, exponents] if least.allowed else [excess, least, exponents]
    return Claim(**about, quantities=quantities, sentence=sentence, runs=cost(rows))


def _quantity(
    name: str, found: Replicates, method: str, allowed=None, paper: float | None = None
) -> Quantity:
    """A share of the loss as per cent."""
    return Quantity(
        name,
        *(100.0 * float(value) for value in (found.estimate[0], *found.conf_int()[0])),
        unit="%",
        method=method,
        n=found.n_runs,
        of="models",
        df=float(found.df()[0]),
        allowed=allowed,
        paper=paper,
        note="models that are the best at some compute, with larger and smaller ones beside them",
    )
