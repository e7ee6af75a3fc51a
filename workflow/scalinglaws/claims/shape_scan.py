"""Scans of one shape parameter at fixed N: how far apart the losses are, beside the effect of N."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np
from scipy import stats

from scalinglaws.claims.claim import Quantity
from scalinglaws.claims.evidence import Evidence, Scatter, column, ln_loss
from scalinglaws.claims.regression import FEWEST, coefficient
from scalinglaws.laws.replicates import LEVEL

SHAPE = ("n_layer", "d_model", "d_ff", "n_heads", "d_ff_ratio")
ENOUGH = 5  # shapes of a series whose own scatter stands for the noise
SAME_SIZE = 1.5  # models whose N differ by more are other series
SEEDS = "studentised range of the noise between seeds, the effect of N at the ends of its interval"
PARABOLA = "studentised range of the scatter about a parabola, the effect of N as it is"


def _feed_forward(row: dict) -> float:
    return row["d_ff_ratio"] or row["d_ff"] / row["d_model"]


# Experiment: what it varies, its value in a row of RUNS, the paper's largest spread in per cent.
SCANS = {
    "feed_forward_ratio": ("d_ff / d_model", _feed_forward, 8.35),
    "aspect_ratio": ("d_model / n_layer", lambda row: row["d_model"] / row["n_layer"], 7.81),
    "head_dimension": ("d_model / n_heads", lambda row: row["d_model"] / row["n_heads"], 1.82),
}


def scan_quantities(name: str, evidence: Evidence, weak: float) -> list[Quantity]:
    """For each series of models of one N, the spread as a share of the effect of N, which may be
    up to ``weak``, and the spread in per cent."""
    rows = [
        row
        for row in evidence.finished
        if name in row["experiments"]
        and row["n_params"]
        and (row["test_loss"] or row["loss_increase"] is not None)
    ]
    slope = _effect_of_size(evidence, rows)
    found = []
    for label, series in _series(name, rows).items():
        found.append(_spread(name, label, series, slope, evidence.seed_scatter, weak))
    # Beside series that can be judged, those too short to be are only shown.
    judged = [own for own in found if not np.isnan(own[0].low)]
    for own in found:
        if judged and np.isnan(own[0].low):
            own[0] = replace(own[0], allowed=None)
    return [quantity for own in found for quantity in own]


def _effect_of_size(evidence: Evidence, rows: list[dict]) -> tuple[float, float, float] | None:
    """alpha_N with its interval, of models trained as long as the shapes; else that of L(N)."""
    line = evidence.beside(rows) if rows else []
    if len(line) >= FEWEST and all(row["test_loss"] for row in rows):
        found = coefficient(ln_loss(line), -np.log(column(line, "n_params")))
        if found[1] > 0.0:
            return found
    law = evidence.law("L(N)")
    return None if law is None else (law["estimates"][1], *law["conf_int"][1])


def _series(name: str, rows: list[dict]) -> dict[str, list[dict]]:
    """Runs that differ in the scanned parameter alone, apart from seeds; named where several."""
    series, size = defaultdict(list), 0.0
    for row in rows:  # by N
        size = row["n_params"] if row["n_params"] > SAME_SIZE * size else size
        other = ""
        if name == "head_dimension":
            other = f", d_model {row['d_model']}"
        if name == "feed_forward_ratio" and row["d_ff_ratio"]:
            other = f", {row['n_heads']} heads" if row["n_heads"] else ", heads of 64"
        series[f"N = {size:.2g}{other}"].append(row)
    return series


def _spread(
    name: str,
    label: str,
    rows: list[dict],
    slope: tuple[float, float, float] | None,
    noise: Scatter,
    weak: float,
) -> list[Quantity]:
    varied, ratio, paper = SCANS[name]
    by_shape = defaultdict(list)
    for row in rows:
        by_shape[tuple(row[key] for key in SHAPE)].append(row)
    seeds, k = min(map(len, by_shape.values())), len(by_shape)
    title = f"spread over {varied} at {label}"
    about = {"n": seeds, "of": "seed of each shape" if seeds == 1 else "seeds of each shape"}
    if k < 2 or slope is None:
        why = "the law L(N) is not usable" if slope is None else "two shapes or more"
        return [Quantity(title, np.nan, **about, allowed=(0.0, weak), note=why)]
    x = np.log([ratio(own[0]) for own in by_shape.values()])
    y = np.array([_corrected(own, slope[0]) for own in by_shape.values()])
    span, spread = float(np.ptp(x)), float(np.ptp(y))
    method, slopes = SEEDS, slope[1:]
    if not noise.df:
        noise, method, slopes = _about_a_parabola(x, y), PARABOLA, (slope[0], slope[0])
    low = high = np.nan
    if noise.df:
        # All pairs at once: the two shapes that are furthest apart were not chosen beforehand.
        half = stats.studentized_range.ppf(LEVEL, k, noise.df) * noise.sd / np.sqrt(seeds)
        low, high = max(spread - half, 0.0), spread + half
    share = spread / (slope[0] * span), low / (slopes[1] * span), high / (slopes[0] * span)
    return [
        Quantity(
            title,
            *share,
            method=method,
            df=float(noise.df),
            allowed=(0.0, weak),
            note="the noise between seeds was not measured: two seeds of one shape",
            **about,
        ),
        Quantity(
            f"the same as a difference of the loss, over a {np.exp(span):.3g}-fold range",
            *(100.0 * float(np.expm1(value)) for value in (spread, low, high)),
            unit="%",
            n=k,
            of="shapes",
            paper=paper,
        ),
    ]


def _corrected(rows: list[dict], slope: float) -> float:
    """Mean ln loss brought to N = 1 by L(N); the paper's increases are corrected already."""
    if rows[0]["test_loss"]:
        return float(np.mean(ln_loss(rows) + slope * np.log(column(rows, "n_params"))))
    return float(np.mean(np.log1p(column(rows, "loss_increase") / 100.0)))


def _about_a_parabola(x: np.ndarray, y: np.ndarray) -> Scatter:
    """Scatter about a parabola in the logarithm of the ratio: noise, and what bends otherwise."""
    if len(y) < ENOUGH:
        return Scatter(np.nan, 0)
    df = len(y) - 3
    residual = y - np.polyval(np.polyfit(x, y, 2), x)
    return Scatter(float(np.sqrt(residual @ residual / df)), df)
