"""Universality of training curves (Sec. 5, Eq. 1.6): one curve in S for models of all sizes."""

from __future__ import annotations

import numpy as np

from scalinglaws.claims.claim import Claim, Quantity, interval
from scalinglaws.claims.evidence import Evidence, cost
from scalinglaws.claims.held_out import METHOD, held_out
from scalinglaws.claims.ladder_curves import FEWEST, LadderCurves, ladder_curves
from scalinglaws.laws.law_fit import LawFit

LARGEST = 2  # models that are predicted from the smaller ones
EARLY = 0.25  # share of the steps that the later ones are predicted from
# Predicted means within 2 % in the mean: what the paper takes for noise (Sec. 4.2).
CLOSE = 2.0


def training_curves(evidence: Evidence) -> Claim:
    """Late losses predicted from smaller models, and from the early part of all curves."""
    about = {
        "key": "training_curves",
        "title": "Universality of training curves",
        "statement": "loss against steps follows one power law whose parameters hardly depend on "
        "model size, so that late losses and larger models are predicted",
        "section": "Sec. 5.2, Eq. 1.6, Figs 4 and 11",
    }
    curves = ladder_curves(evidence)
    if len(curves.runs) < FEWEST:
        return Claim(**about, missing=f"model_size with curves of {FEWEST} sizes")
    everyone = list(curves.runs)
    smaller, larger = everyone[:-LARGEST], everyone[-LARGEST:]
    from_smaller, from_early = curves.fit(smaller), curves.fit(everyone, EARLY)
    quantities = [
        _mean(
            f"mean error at the end of the {LARGEST} largest models, from the smaller ones",
            from_smaller,
            curves.ends(larger),
        ),
        _mean(
            f"mean error at the end of all curves, from the first {100 * EARLY:.0f} % of the steps",
            from_early,
            curves.ends(everyone),
        ),
        *_each(from_smaller, curves.ends(larger)),
        *_exponent(curves),
    ]
    sentence = (
        f"The late losses of the {LARGEST} largest models are missed by "
        f"{interval(quantities[0])} from the smaller models, those of all models by "
        f"{interval(quantities[1])} from their early steps (S: {curves.steps})."
    )
    rows = [row for row in evidence.rows if row["run_id"] in curves.runs]
    return Claim(**about, quantities=quantities, sentence=sentence, runs=cost(rows))


def _mean(name: str, law: LawFit, ends: tuple[np.ndarray, np.ndarray]) -> Quantity:
    about = {"unit": "%", "method": METHOD, "n": law.n_runs, "of": "models"}
    about["allowed"] = (-CLOSE, CLOSE)
    if not law.ok:
        return Quantity(name, np.nan, **about, note=f"longer runs, or more models: {law.status}")
    values = held_out(law, *ends).mean
    return Quantity(name, *(100.0 * value for value in values), **about, df=law.n_runs - 1.0)


def _each(law: LawFit, ends: tuple[np.ndarray, np.ndarray]) -> list[Quantity]:
    if not law.ok:
        return []
    found = held_out(law, *ends)
    return [
        Quantity(
            f"error at N = {n:.3g}, S = {step:.3g}, from the smaller models",
            *(100.0 * float(value) for value in cell),
            unit="%",
            method=METHOD,
            n=law.n_runs,
            of="models",
        )
        for (n, step), *cell in zip(ends[0], found.error, found.low, found.high, strict=True)
    ]


def _exponent(curves: LadderCurves) -> list[Quantity]:
    law = curves.fit(list(curves.runs))
    if not law.ok:
        return []
    about = {"method": law.method, "n": law.n_runs, "of": "models", "paper": 0.76}
    return [Quantity(f"alpha_S, S being {curves.steps}", *law["alpha_S"], **about)]
