"""How much the exponent of L(C) changes along the envelope, whose points are minima over runs.

Where the noise between seeds was measured, every curve is moved up or down by it and the envelope
drawn again: the interval of the study's own sizes. Else each run is left out in turn, which also
counts what the envelope misses where a size is absent, and is far wider.
"""

from __future__ import annotations

import numpy as np

from scalinglaws.claims.evidence import Evidence
from scalinglaws.laws.bootstrap import generator, percentile_interval
from scalinglaws.laws.compute_points import declared_curves, envelope_points
from scalinglaws.laws.envelope import Curve, interior, lower_envelope
from scalinglaws.laws.replicates import FEWEST_RUNS, Replicates
from scalinglaws.laws.selection import Selection

N_RESAMPLES = 499
SEEDS = f"{N_RESAMPLES} envelopes of curves moved by the noise between seeds"
JACKKNIFE = "jackknife of runs, t(G-1)"


def bend_of_envelope(
    evidence: Evidence, law: dict
) -> tuple[tuple[float, float, float], str, float]:
    """Estimate and interval, method and degrees of freedom; NaN where too little is left."""
    chosen = law["selection"]
    names = ("experiment", "select", "points", "ends", "compute_range")
    declared = {name: chosen.get(name) or {} for name in names}
    tables = evidence.measurements
    found = envelope_points(tables.runs, tables.curves, declared, chosen["x"])
    span = float(np.ptp(np.log(found.x)))
    whole = float(_bend(found.x, found.loss, span)[0])
    if evidence.seed_scatter.df:
        curves, _ = declared_curves(
            tables.runs, tables.curves, _candidates(evidence, found), chosen["x"], declared
        )
        low, high = _by_seeds(evidence, curves, found.x, span)
        return (whole, low, high), SEEDS, np.inf
    without = {run: _bend(*points, span) for run, points in found.without.items()}
    if len(without) < FEWEST_RUNS:
        return (whole, np.nan, np.nan), JACKKNIFE, np.nan
    low, high = Replicates.of(["bend"], [whole], without).conf_int()[0]
    return (whole, float(low), float(high)), JACKKNIFE, len(without) - 1.0


def _candidates(evidence: Evidence, found: Selection) -> list[str]:
    """Runs that the envelope was taken of."""
    excluded = {run for run, _ in found.excluded}
    rows = evidence.runs(found.choice["experiment"])
    return [row["run_id"] for row in rows if row["run_id"] not in excluded]


def _by_seeds(
    evidence: Evidence, curves: dict[str, Curve], grid: np.ndarray, span: float
) -> tuple[float, float]:
    """Percentiles over envelopes at ``grid``; the standard deviation itself is drawn as well."""
    noise, rng = evidence.seed_scatter, generator("L(C) bend")
    sizes = {row["run_id"]: row["n_params"] for row in evidence.rows if row["run_id"] in curves}
    drawn = []
    for _ in range(N_RESAMPLES):
        sd = noise.sd * np.sqrt(noise.df / rng.chisquare(noise.df))
        shift = np.exp(sd * rng.normal(size=len(curves)))
        moved = {
            run: (compute, loss * factor)
            for (run, (compute, loss)), factor in zip(curves.items(), shift, strict=True)
        }
        envelope = interior(lower_envelope(moved, grid), sizes)
        drawn.append(_bend(envelope.compute, envelope.loss, span))
    low, high = percentile_interval(np.array(drawn))[0]
    return float(low), float(high)


def _bend(compute: np.ndarray, loss: np.ndarray, span: float) -> np.ndarray:
    """Change of the exponent over ``span`` of ln C as a share of it, shape (1,)."""
    if len(compute) < 4:
        return np.array([np.nan])
    u = np.log(compute) - np.log(compute).mean()
    quadratic, slope, _ = np.polyfit(u, np.log(loss), 2)
    return np.array([2.0 * quadratic * span / slope])
