"""Learning-rate schedules (Appendix D.6, Fig. 22): only the sum of the rate matters."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from scipy import stats

from scalinglaws.claims.claim import Claim, Quantity, interval
from scalinglaws.claims.evidence import DESIGN, Evidence, column, cost, ln_loss
from scalinglaws.claims.regression import OLS, coefficient, regression
from scalinglaws.laws.replicates import LEVEL

FEWEST = 4
# Schedules hardly matter where, at equal sum of the rate, they scatter at most twice as much as
# seeds do.
HARDLY = 2.0


def schedules(evidence: Evidence) -> Claim:
    """Scatter of schedules about their line in the summed rate, beside the scatter of seeds."""
    about = {
        "key": "schedules",
        "title": "The schedule hardly matters",
        "statement": "the choice of learning-rate schedule hardly matters as long as the rate "
        "summed over steps is large enough",
        "section": "Appendix D.6, Fig. 22",
    }
    rows = [row for row in evidence.runs("schedule") if row["learning_rate_sum"]]
    groups = defaultdict(list)
    for row in rows:
        groups[*(row[name] for name in DESIGN), row["learning_rate_sum"]].append(row)
    if len(groups) < FEWEST:
        return Claim(**about, missing="schedule")
    loss = np.array([ln_loss(own).mean() for own in groups.values()])
    rate = np.log([column(own, "learning_rate_sum").mean() for own in groups.values()])
    # A mean over m seeds scatters by the noise over the root of m.
    seeds = 1.0 / np.mean([1.0 / len(own) for own in groups.values()])
    ratio = _beside_seeds(loss, rate, seeds, evidence)
    slope = coefficient(loss, rate)
    many = {"n": len(groups), "of": "schedules"}
    quantities = [
        ratio,
        Quantity("slope of ln loss on ln of the summed rate", *slope, method=OLS, **many),
        Quantity(
            "spread of losses over all schedules",
            100.0 * float(np.expm1(np.ptp(loss))),
            unit="%",
            paper=6.0,
            **many,
        ),
        Quantity(
            "scatter of seeds",
            100.0 * evidence.seed_scatter.sd,
            unit="%",
            n=evidence.seed_scatter.df,
            of="degrees of freedom",
        ),
    ]
    beside = f"Schedules scatter {interval(ratio)} times as much as seeds at equal summed rate"
    if not evidence.seed_scatter.df:
        beside = "How much seeds scatter was not measured"
    sentence = (
        f"{beside}; the slope of ln loss on ln of the summed rate is {interval(quantities[1])}; "
        f"all in all the losses of schedules differ by {quantities[2].estimate:.2g} %."
    )
    return Claim(**about, quantities=quantities, sentence=sentence, runs=cost(rows))


def _beside_seeds(loss: np.ndarray, rate: np.ndarray, seeds: float, evidence: Evidence) -> Quantity:
    """Residual scatter of schedules over that expected of seeds, with its F interval."""
    name, noise = (
        "scatter of schedules at equal summed rate over that of seeds",
        evidence.seed_scatter,
    )
    about = {"n": len(loss), "of": "schedules", "allowed": (0.0, HARDLY)}
    flat = np.ptp(rate) < 1e-9  # all schedules have one sum: nothing to draw a line through
    residual = loss - loss.mean() if flat else regression(loss, rate).resid
    df = len(loss) - (1 if flat else 2)
    if not noise.df:
        note = "the noise between seeds was not measured: two seeds of one schedule"
        return Quantity(name, np.nan, **about, note=note)
    expected = noise.sd / np.sqrt(seeds)
    ratio = float(np.sqrt(residual @ residual / df) / expected)
    tail = 0.5 + LEVEL / 2.0
    low = ratio / np.sqrt(stats.f.ppf(tail, df, noise.df))
    high = ratio * np.sqrt(stats.f.ppf(tail, noise.df, df))
    return Quantity(name, ratio, low, high, method="ratio of variances, F", **about)
