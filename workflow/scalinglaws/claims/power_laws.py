"""Power laws in N, D and C (Sec. 3, Fig. 1): is the exponent positive, and is it one exponent?"""

from __future__ import annotations

import numpy as np

from scalinglaws.claims.claim import POSITIVE, Claim, Quantity, interval
from scalinglaws.claims.compute_bend import bend_of_envelope
from scalinglaws.claims.evidence import Evidence
from scalinglaws.laws.comparison import curvature, leave_one_out_percent, residual_percent

# A power law has one exponent. A logarithm in its place, with the paper's exponent of 0.076 in the
# middle of the paper's three decades of N, would change it by half from end to end.
CONSTANT = 0.5
FORMS = ("power law", "logarithm")
WHAT = {"N": "model size N", "D": "dataset size D", "C": "compute C"}
UNITS = {"N": "parameters", "D": "tokens", "C": "PF-days"}
OBSERVATIONS = {"N": "models", "D": "dataset sizes", "C": "models"}
PAPER = {"N": 0.076, "D": 0.095, "C": 0.057}
SECTION = {"N": "Eq. 1.1, Sec. 3.2", "D": "Eq. 1.2, Sec. 3.3", "C": "Eq. 3.3, Sec. 3.3"}
BEND = "change of the exponent from end to end of the range, as a share of it"


def power_law(evidence: Evidence, variable: str) -> Claim:
    """L(N), L(D) or L(C): exponent, its change over the range, and the logarithm beside it."""
    about = {
        "key": f"power_law_{variable}",
        "title": f"Power law in {variable}",
        "statement": f"loss falls as a power of {WHAT[variable]}, with one exponent over orders "
        "of magnitude",
        "section": f"{SECTION[variable]}, Figs 1 and 23",
    }
    law = evidence.laws.get(f"L({variable})")
    if law is None or not law["points"]["x"]:
        return Claim(**about, missing=f"the law L({variable})")
    if law["estimates"][1] is None:
        return Claim(**about, reason=f"L({variable}): {law['status']}")
    x, loss = (np.array(law["points"][name], dtype=float) for name in ("x", "loss"))
    many = {"n": law["n_runs"], "of": OBSERVATIONS[variable]}
    independent = law["interval"] == "OLS"
    exponent = Quantity(
        f"exponent alpha_{variable}",
        law["estimates"][1],
        *law["conf_int"][1],
        method="least squares, t(n-2)" if independent else "jackknife of runs, t(G-1)",
        df=law["df"],
        allowed=POSITIVE,
        paper=PAPER[variable],
        **many,
    )
    if independent:
        values, method, df = _bend(x, loss, exponent.estimate), "t(n-3)", len(x) - 3.0
    else:
        values, method, df = bend_of_envelope(evidence, law)
    bend = Quantity(
        BEND,
        *values,
        method=f"quadratic term in ln {variable}, {method}",
        df=df,
        fold=x.max() / x.min(),
        allowed=(-CONSTANT, CONSTANT),
        note=f"more {many['of']}: a quadratic term cannot be fitted",
        **many,
    )
    shown = [
        Quantity(f"rms about the {form}", residual_percent(x, loss, form), unit="%")
        for form in FORMS
    ]
    if independent and len(x) > 3:
        shown += [
            Quantity(
                f"each point predicted from the others by the {form}, rms",
                leave_one_out_percent(x, loss, form),
                unit="%",
            )
            for form in FORMS
        ]
    sentence = (
        f"From {x.min():.2g} to {x.max():.2g} {UNITS[variable]} the exponent is "
        f"{interval(exponent)} and changes by {interval(bend)} of itself; the rms about a power "
        f"law is {shown[0].estimate:.2g} %, about a logarithm {shown[1].estimate:.2g} %."
    )
    if bend.low > 0.0 or bend.high < 0.0:
        sentence += " That the points bend is certain."
    return Claim(**about, quantities=[exponent, bend, *shown], sentence=sentence)


def _bend(x: np.ndarray, loss: np.ndarray, exponent: float) -> tuple[float, float, float]:
    """Local exponent at the largest x less that at the smallest, over the exponent."""
    found = curvature(x, loss, "power law")
    scale = -2.0 * np.ptp(np.log(x)) / exponent
    low, high = sorted([scale * found["ci_low"], scale * found["ci_high"]])
    return scale * found["estimate"], low, high
