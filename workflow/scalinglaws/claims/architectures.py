"""LSTMs by position in the context (Fig. 7) and Transformers that reuse layers (Fig. 17)."""

from __future__ import annotations

import numpy as np

from scalinglaws.claims.claim import NEGATIVE, POSITIVE, Claim, Quantity, interval
from scalinglaws.claims.evidence import Evidence, cost
from scalinglaws.claims.regression import OLS, difference, percent

EARLY = 16  # the first n_ctx / EARLY positions are early, the last half late
FEWEST = 2  # runs of another kind
AT_EQUAL_N = f"{OLS}, one slope in ln N for both"
BY_LEVEL = f"{AT_EQUAL_N}, the mean over times of reuse"
OWN_SLOPES = f"{OLS}, a slope in ln N for each kind, the mean over depths"


def lstm(evidence: Evidence) -> Claim:
    """LSTM against Transformers of equal N, in octaves of the position.

    The paper says that Transformers win asymptotically (Fig. 7): the kinds may have slopes of their
    own in ln N, and what decides is their difference at the largest N that both have.
    """
    about = {
        "key": "lstm",
        "title": "LSTMs fall behind late in the context",
        "statement": "an LSTM does as well as a Transformer of its size on early tokens, and "
        "cannot match it on later ones",
        "section": "Sec. 3.2.1, Fig. 7",
    }
    curves = _by_octave(evidence)
    rows = [row for row in evidence.finished if row["run_id"] in curves and row["n_params"]]
    others = [row for row in rows if row["architecture"] == "lstm"]
    line = [row for row in evidence.beside(others) if row["run_id"] in curves] if others else []
    line = line or [row for row in rows if "context" in row["experiments"]]
    if len(others) < FEWEST or len(line) < FEWEST:
        return Claim(**about, missing="lstm, scored by position")
    octaves = sorted(set.intersection(*(set(curves[row["run_id"]]) for row in line + others)))
    early = [octave for octave in octaves if octave * EARLY <= octaves[-1]] or octaves[:1]

    def ln_mean(row: dict, where: list[int]) -> float:
        own = curves[row["run_id"]]
        return float(np.log(np.mean([loss for octave in where for loss in own[octave]])))

    late = octaves[-1:]
    largest = min(max(row["n_params"] for row in kind) for kind in (line, others))
    middle = float(np.exp(np.mean(np.log([row["n_params"] for row in others]))))

    def above(name: str, value, at: float = largest, allowed=None) -> Quantity:
        found = difference(line, others, value, level=_depth, at=at)
        return _quantity(f"{name}, N = {at:.2g}", found, allowed, OWN_SLOPES)

    def growth(row: dict) -> float:
        return ln_mean(row, late) - ln_mean(row, early)

    title = "LSTM above Transformer at positions"
    grown = f"growth of that difference since positions {_span(early)}"
    quantities = [
        above(f"{title} {_span(late)}", lambda row: ln_mean(row, late), allowed=POSITIVE),
        above(grown, growth, allowed=POSITIVE),
        above(f"{title} {_span(late)}", lambda row: ln_mean(row, late), middle),
        above(grown, growth, middle),
        *(
            above(f"{title} {_span([octave])}", lambda row, own=octave: ln_mean(row, [own]))
            for octave in octaves[:-1]
        ),
    ]
    if len(octaves) > 1:
        last, before = octaves[-1:], octaves[-2:-1]
        fall = above(
            "LSTM less Transformer, what the last octave gains",
            lambda row: ln_mean(row, before) - ln_mean(row, last),
        )
        quantities.append(fall)
    whole = [row for row in evidence.runs("lstm") if row["n_params"]]
    if len(whole) >= FEWEST and len(evidence.beside(whole)) >= FEWEST:
        found = difference(evidence.beside(whole), whole, level=_depth, at=largest)
        name = f"LSTM above Transformer, mean over all positions, N = {largest:.2g}"
        quantities.append(_quantity(name, found, method=OWN_SLOPES))
    sentence = (
        f"At N = {largest:.2g}, the largest that both have, the LSTM's loss is "
        f"{interval(quantities[0])} above the Transformer's at positions {_span(late)}; the "
        f"difference grew by {interval(quantities[1])} since positions {_span(early)}, and by "
        f"{interval(quantities[3])} at N = {middle:.2g}."
    )
    return Claim(**about, quantities=quantities, sentence=sentence, runs=cost(others))


def _by_octave(evidence: Evidence) -> dict[str, dict[int, list[float]]]:
    """Run: last position of an octave (1, 2, 4, ...): losses in it, on the run's own corpus."""
    corpus = {row["run_id"]: row["corpus"] for row in evidence.finished}
    found: dict[str, dict[int, list[float]]] = {}
    for row in evidence.tables["positions"].to_pylist():
        if row["loss"] is not None and corpus.get(row["run_id"]) == row["corpus"]:
            octave = 2 ** int(np.ceil(np.log2(row["position"])))
            found.setdefault(row["run_id"], {}).setdefault(octave, []).append(row["loss"])
    return found


def _depth(row: dict) -> int | None:
    return row["n_layer"]


def _span(octaves: list[int]) -> str:
    first = octaves[0] // 2 + 1
    return f"{first}" if first == octaves[-1] else f"{first} to {octaves[-1]}"


def _quantity(name: str, found: tuple, allowed=None, method: str = AT_EQUAL_N) -> Quantity:
    *values, n = found
    return Quantity(name, *percent(values), unit="%", method=method, n=n, allowed=allowed)


def reuse(evidence: Evidence) -> Claim:
    """Recurrent Transformers at equal unique parameters, and at equal parameters times reuse."""
    about = {
        "key": "reuse",
        "title": "Reused layers: better per parameter, worse per computation",
        "statement": "a Transformer that reuses its layers is slightly better than another of as "
        "many unique parameters, and slightly worse than one of as many parameters times reuse",
        "section": "Appendix D.2, Fig. 17",
    }
    others = [row for row in evidence.runs("recurrent") if row["reuse"] and row["reuse"] > 1]
    line = evidence.beside(others) if others else []
    if len(others) < FEWEST or len(line) < FEWEST:
        return Claim(**about, missing="recurrent")

    def above(size, allowed, name: str) -> Quantity:
        found = difference(line, others, size=size, level=lambda row: row["reuse"])
        return _quantity(f"recurrent above plain at equal {name}", found, allowed, BY_LEVEL)

    quantities = [
        above(lambda row: row["n_params"], NEGATIVE, "unique N"),
        above(lambda row: row["n_params"] * row["reuse"], POSITIVE, "N times reuse"),
    ]
    for times in sorted({row["reuse"] for row in others}):
        own = [row for row in others if row["reuse"] == times]
        quantities.append(
            _quantity(f"the same with reuse {times}, at equal unique N", difference(line, own))
        )
    sentence = (
        f"The loss of recurrent models differs from that of plain ones by "
        f"{interval(quantities[0])} at equal unique N, and by {interval(quantities[1])} at equal N "
        "times reuse."
    )
    return Claim(**about, quantities=quantities, sentence=sentence, runs=cost(others))
