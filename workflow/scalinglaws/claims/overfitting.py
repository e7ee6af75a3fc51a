"""Overfitting is set by N^p / D (Sec. 4, Eqs 1.5 and 4.3): small D predicted from larger D."""

from __future__ import annotations

import numpy as np

from scalinglaws.claims.claim import Claim, Quantity, interval
from scalinglaws.claims.evidence import Evidence, cost
from scalinglaws.claims.held_out import METHOD, held_out, with_scatter
from scalinglaws.laws.curves.overfitting import excess_loss
from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.prediction import run_scatter
from scalinglaws.laws.run_table import Observations, run_observations
from scalinglaws.laws.surface_fit import fit_surface
from scalinglaws.laws.surfaces.joint import L_N_D

HELD_OUT = 2  # of the smallest dataset sizes
# Predicted where limited text costs between four fifths and five fourths of what is predicted.
FACTOR = 1.25
CONSTANTS = ("alpha_N", "alpha_D", "log10_N_c", "log10_D_c")
PAPER_POWER = 0.74  # Table 2, Eq. 4.4
AS_RATIO = f"{METHOD}; the ratio is of logarithms of losses"


def overfitting(evidence: Evidence) -> Claim:
    """L(N, D) fitted without the smallest D, and what it says of those runs."""
    about = {
        "key": "overfitting",
        "title": "Overfitting set by N^p / D",
        "statement": "what limited text costs depends on model size and dataset size through one "
        "ratio, N^0.74 / D, and follows from L(N, D)",
        "section": "Sec. 4.2, Eqs 1.5 and 4.3, Fig. 9",
    }
    declared = evidence.selection("L(N,D)") or {"experiment": "data_size"}
    if not evidence.runs(declared["experiment"]):
        return Claim(**about, missing="data_size")
    # The selection may leave out the smallest D; here they are what is to be predicted.
    ranges = {k: v for k, v in declared.get("select", {}).items() if k != "dataset_tokens"}
    found = run_observations(
        evidence.tables["runs"], declared | {"select": ranges}, L_N_D.variables
    )
    sizes = np.unique(found.x[np.isfinite(found.x[:, 1]), 1])
    small = np.isin(found.x[:, 1], sizes[:HELD_OUT])
    law = _fit(found, ~small)
    about["runs"] = cost(evidence.runs(declared["experiment"]))
    if not law.ok or not small.any():
        reason = f"L(N,D) without the {HELD_OUT} smallest D: {law.status}"
        return Claim(**about, reason=f"{reason}; more dataset and model sizes")
    own = found.x[small], found.loss[small]
    ratio = _cost_ratio(law, *own)
    power = law.replicates.map(["p"], lambda v: np.array([v[0] / v[1]]))
    cells = held_out(law, *own)
    quantities = [
        ratio,
        Quantity(
            "p = alpha_N / alpha_D",
            float(power.estimate[0]),
            *map(float, power.conf_int()[0]),
            method=power.method,
            n=law.n_runs,
            paper=PAPER_POWER,
        ),
        Quantity(
            "mean error of the predicted losses",
            *(100.0 * value for value in cells.mean),
            unit="%",
            method=METHOD,
            n=int(small.sum()),
        ),
        *(
            Quantity(
                f"error at N = {n:.3g}, D = {d:.3g}",
                *(100.0 * float(value) for value in cell),
                unit="%",
                method=METHOD,
                n=law.n_runs,
            )
            for (n, d), *cell in zip(own[0], cells.error, cells.low, cells.high, strict=True)
        ),
    ]
    sentence = (
        f"Fitted without D = {' and '.join(f'{d:.3g}' for d in sizes[:HELD_OUT])} tokens, L(N, D) "
        f"misses the losses there by {interval(quantities[2])} in the mean; the cost of limited "
        f"text is {interval(ratio)} times the predicted one, and p is {interval(quantities[1])}."
    )
    return Claim(**about, quantities=quantities, sentence=sentence)


def _fit(found: Observations, kept: np.ndarray) -> LawFit:
    run_ids = [run for run, own in zip(found.run_ids, kept, strict=True) if own]
    return fit_surface(
        L_N_D, found.x[kept], found.loss[kept], run_ids, law="L(N,D)", bootstrap=False
    )


def _cost_ratio(law: LawFit, x: np.ndarray, loss: np.ndarray) -> Quantity:
    """Measured over predicted ln L - ln L(N, infinity), means over the held-out runs."""
    n_params, tokens = x.T
    constants = law.replicates.pick(*CONSTANTS)

    def ln_ratio(values: np.ndarray) -> np.ndarray:
        alpha_n, _, log10_n_c, _ = values
        all_text = alpha_n * np.log(10.0) * (log10_n_c - np.log10(n_params))
        predicted = np.log1p(excess_loss(n_params, tokens, *values)).mean()
        measured = (np.log(loss) - all_text).mean()
        return np.array([np.log(max(measured, np.finfo(float).tiny) / predicted)])

    found = constants.map(["ln ratio"], ln_ratio)
    predicted = np.log1p(excess_loss(n_params, tokens, *constants.estimate)).mean()
    scatter = run_scatter(law) / np.sqrt(len(loss)) / (predicted * np.exp(found.estimate[0]))
    return Quantity(
        "measured over predicted cost of limited text",
        *(float(np.exp(value)) for value in with_scatter(found, scatter)),
        method=AS_RATIO,
        n=law.n_runs,
        allowed=(1.0 / FACTOR, FACTOR),
    )
