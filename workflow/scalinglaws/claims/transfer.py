"""Transfer (Sec. 3.2.2, Figs 8 and 24): loss on other text follows the loss on one's own."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from scipy import stats

from scalinglaws.claims.claim import Claim, Quantity, interval
from scalinglaws.claims.evidence import Evidence, column, cost
from scalinglaws.claims.regression import OLS, coefficient, regression
from scalinglaws.laws.replicates import LEVEL

FEWEST = 4  # runs on a line
# "In line with the own loss": the paper's own five corpora have slopes from 0.80 to 1.02.
SLOPE = (0.75, 1.25)
# No difference: below 2 %, what the paper takes for noise (Sec. 4.2).
CLOSE = 2.0
DEPTHS = ("depth", "aspect_ratio")  # models of equal N and many depths


def transfer(evidence: Evidence) -> Claim:
    """Slope of loss on another corpus on own loss, and the path of a run beside that line."""
    about = {
        "key": "transfer",
        "title": "Transfer depends on the loss alone",
        "statement": "loss on another corpus is loss on one's own plus a nearly constant offset, "
        "along training as after it",
        "section": "Sec. 3.2.2, Fig. 8",
    }
    rows = _scored(evidence, _line_runs(evidence))
    if len(rows) < FEWEST:
        return Claim(**about, missing="model_size or transfer, scored on other corpora")
    quantities = []
    for corpus in _others(evidence, rows):
        own, other = _losses(evidence, rows, corpus)
        quantities.append(
            Quantity(
                f"slope of loss on {corpus} on own loss",
                *coefficient(other, own),
                method=OLS,
                n=len(own),
                of="models",
                allowed=SLOPE,
            )
        )
    quantities += _along_training(evidence, rows)
    slopes = [quantity for quantity in quantities if quantity.name.startswith("slope")]
    paths = [quantity for quantity in quantities if not quantity.name.startswith("slope")]
    sentence = "; ".join(f"the {quantity.name} is {interval(quantity)}" for quantity in slopes)
    if paths:
        worst = max(paths, key=lambda quantity: abs(quantity.estimate))
        sentence += (
            f"; a run along training lies {interval(worst)} off that line where it is furthest off"
        )
    return Claim(
        **about,
        quantities=quantities,
        sentence=sentence[:1].upper() + sentence[1:] + ".",
        runs=cost(rows),
    )


def _line_runs(evidence: Evidence) -> list[dict]:
    """The ladder where it was scored on other corpora, else the runs named for it."""
    ladder = _scored(evidence, evidence.ladder)
    return ladder if len(ladder) >= FEWEST else evidence.runs("transfer")


def _scored(evidence: Evidence, rows: list[dict]) -> list[dict]:
    """The rows with a score on their own corpus and on another."""
    scores = evidence.scores
    return [
        row
        for row in rows
        if row["corpus"] in scores[row["run_id"]] and len(scores[row["run_id"]]) > 1
    ]


def _others(evidence: Evidence, rows: list[dict]) -> list[str]:
    """Corpora that all rows are scored on, besides their own."""
    common = set.intersection(*(set(evidence.scores[row["run_id"]]) for row in rows))
    return sorted(common - {row["corpus"] for row in rows})


def _losses(evidence: Evidence, rows: list[dict], corpus: str) -> tuple[np.ndarray, np.ndarray]:
    """Losses on the own corpus and on ``corpus``, each (n,), nats/token."""
    scores = [evidence.scores[row["run_id"]] for row in rows]
    own = [score[row["corpus"]] for score, row in zip(scores, rows, strict=True)]
    return np.array(own), np.array([score[corpus] for score in scores])


def _along_training(evidence: Evidence, rows: list[dict]) -> list[Quantity]:
    """Mean distance of the tracked run from the line of finished runs, by corpus.

    Tracked losses are of a smaller part of the test text. So the path is shifted to end where the
    finished run was scored: what is judged is its course.
    """
    paths = _tracked(evidence)
    found = []
    for run_id, by_corpus in paths.items():
        for corpus in sorted(set(by_corpus) & set(_others(evidence, rows))):
            found += _off_the_line(evidence, rows, run_id, by_corpus[corpus], corpus)
    return found


def _off_the_line(
    evidence: Evidence, rows: list[dict], run_id: str, path: np.ndarray, corpus: str
) -> list[Quantity]:
    own, other = _losses(evidence, rows, corpus)
    x, y = path.T
    row = next((row for row in evidence.rows if row["run_id"] == run_id), None)
    if row and {row["corpus"], corpus} <= set(evidence.scores[run_id]):
        x = x * evidence.scores[run_id][row["corpus"]] / x[-1]
        y = y * evidence.scores[run_id][corpus] / y[-1]
    # Only where there are finished runs of that loss; the last point is the run itself.
    kept = (x >= own.min()) & (x <= own.max()) & (np.arange(len(x)) < len(x) - 1)
    if not kept.any():
        return []
    line = regression(np.log(other), np.log(own))
    x, y = np.log(x[kept]), np.log(y[kept])
    mean = float((y - line.predict(np.column_stack([np.ones(len(x)), x]))).mean())
    at = np.array([1.0, x.mean()])
    # One run's own scatter about the line, and the line's error; points of a run move together.
    std_err = np.sqrt(line.scale + at @ line.cov_params() @ at)
    half = stats.t.ppf(0.5 + LEVEL / 2.0, line.df_resid) * std_err
    return [
        Quantity(
            f"loss on {corpus} along training, off the line of finished runs",
            *(100.0 * float(np.expm1(value)) for value in (mean, mean - half, mean + half)),
            unit="%",
            method="prediction of one run from the line, t(n-2)",
            n=len(own),
            of="models",
            allowed=(-CLOSE, CLOSE),
        )
    ]


def _tracked(evidence: Evidence) -> dict[str, dict[str, np.ndarray]]:
    """Run: other corpus: own loss and loss there, in the order of training, (m, 2).

    Losses are means over positions; runs that serve `transfer` come before others.
    """
    corpus_of = {row["run_id"]: row["corpus"] for row in evidence.rows}
    points: dict[tuple, dict] = defaultdict(lambda: defaultdict(list))
    for i, row in enumerate(evidence.tables["tracked"].to_pylist()):
        if row["loss"] is not None and row["run_id"] in corpus_of:
            # Where the steps are not known each row is a point of its own.
            at = row["step"] if row["step"] is not None else i
            points[row["run_id"], row["corpus"]][at].append((row["test_loss"], row["loss"]))
    found: dict[str, dict[str, np.ndarray]] = defaultdict(dict)
    for (run_id, corpus), by_step in points.items():
        own = points.get((run_id, corpus_of[run_id]), {})
        path = [_point(values, own.get(step)) for step, values in sorted(by_step.items())]
        path = [point for point in path if point is not None]
        if corpus != corpus_of[run_id] and path:
            found[run_id][corpus] = np.array(path)
    chosen = {row["run_id"] for row in evidence.runs("transfer")} & set(found)
    return {run: found[run] for run in sorted(chosen or found)}


def _point(values: list[tuple], own: list[tuple] | None) -> tuple[float, float] | None:
    """Own loss and other loss of one step; None where the own loss is not known."""
    if values[0][0] is not None:
        return values[0][0], float(np.mean([loss for _, loss in values]))
    if own is None:
        return None
    return tuple(float(np.mean([loss for _, loss in part])) for part in (own, values))


def depth_and_transfer(evidence: Evidence) -> Claim:
    """Effect of depth on other losses at equal own loss, with the ladder's line."""
    about = {
        "key": "depth_and_transfer",
        "title": "Depth does not matter for transfer",
        "statement": "at equal N, depth changes the loss on other corpora no more than the loss on "
        "one's own",
        "section": "Appendix D.8, Fig. 24",
    }
    rows = [row for row in _scored(evidence, evidence.runs(*DEPTHS)) if row["n_layer"]]
    if len({row["n_layer"] for row in rows}) < 3:
        return Claim(**about, missing="aspect_ratio, scored on other corpora")
    line = [row for row in _scored(evidence, evidence.beside(rows)) if row["n_layer"]]
    both = list({row["run_id"]: row for row in [*line, *rows]}.values())
    depth = np.log(column(both, "n_layer"))
    layers = column(rows, "n_layer")
    span = float(np.log(layers.max() / layers.min()))
    quantities = []
    for corpus in _others(evidence, both):
        own, other = _losses(evidence, both, corpus)
        slope = coefficient(np.log(other), depth, np.log(own))
        quantities.append(
            Quantity(
                f"loss on {corpus} from {layers.min():.0f} to {layers.max():.0f} layers, at equal "
                "own loss",
                *(100.0 * float(np.expm1(span * value)) for value in slope),
                unit="%",
                method=OLS,
                n=len(both),
                allowed=(-CLOSE, CLOSE),
            )
        )
    found = "; ".join(
        f"{quantity.name}, changes by {interval(quantity)}" for quantity in quantities
    )
    return Claim(
        **about,
        quantities=quantities,
        sentence=found[:1].upper() + found[1:] + ".",
        runs=cost(rows),
    )
