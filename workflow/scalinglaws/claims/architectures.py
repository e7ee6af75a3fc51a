"""LSTMs by position in the context (Fig. 7) and Transformers that reuse layers (Fig. 17)."""

from __future__ import annotations

import numpy as np

from scalinglaws.claims.claim import NEGATIVE, POSITIVE, Claim, Quantity, interval
from scalinglaws.claims.evidence import Evidence, cost
from scalinglaws.claims.regression import OLS, difference, percent

EARLY = 16  # the first n_ctx / EARLY positions are early, the last half late
FEWEST = 2  # runs of another kind
AT_EQUAL_N = f"{OLS}, one slope in ln N for both"


def lstm(evidence: Evidence) -> Claim:
    """LSTM against Transformers of equal N, in octaves of the position."""
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
    named = {
        "late": difference(line, others, lambda row: ln_mean(row, late)),
        "growth": difference(line, others, lambda row: ln_mean(row, late) - ln_mean(row, early)),
    }
    quantities = [
        _quantity(f"LSTM above Transformer at positions {_span(late)}", named["late"], POSITIVE),
        _quantity(
            f"growth of that difference since positions {_span(early)}", named["growth"], POSITIVE
        ),
        *(
            _quantity(
                f"LSTM above Transformer at positions {_span([octave])}",
                difference(line, others, lambda row, own=octave: ln_mean(row, [own])),
            )
            for octave in octaves
        ),
    ]
    if len(octaves) > 1:
        fall = difference(
            line, others, lambda row: ln_mean(row, octaves[-2:-1]) - ln_mean(row, octaves[-1:])
        )
        quantities.append(_quantity("LSTM less Transformer, what the last octave gains", fall))
    whole = evidence.runs("lstm")
    if len(whole) >= FEWEST and len(evidence.beside(whole)) >= FEWEST:
        found = difference(evidence.beside(whole), whole)
        quantities.append(_quantity("LSTM above Transformer, mean over all positions", found))
    sentence = (
        f"At equal N the LSTM's loss is {interval(quantities[0])} above the Transformer's at "
        f"positions {_span(late)}; the difference grew by {interval(quantities[1])} since "
        f"positions {_span(early)}."
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


def _span(octaves: list[int]) -> str:
    first = octaves[0] // 2 + 1
    return f"{first}" if first == octaves[-1] else f"{first} to {octaves[-1]}"


def _quantity(name: str, found: tuple, allowed=None) -> Quantity:
    *values, n = found
    return Quantity(name, *percent(values), unit="%", method=AT_EQUAL_N, n=n, allowed=allowed)


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
    quantities = [
        _quantity("recurrent above plain at equal unique N", difference(line, others), NEGATIVE),
        _quantity(
            "recurrent above plain at equal N times reuse",
            difference(line, others, size=lambda row: row["n_params"] * row["reuse"]),
            POSITIVE,
        ),
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
