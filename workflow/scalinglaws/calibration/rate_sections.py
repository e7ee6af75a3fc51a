"""The page's sections on the peak rate: by size, by batch and by run length."""

from __future__ import annotations

from typing import Any

from scalinglaws.calibration.rate_law import exponent, rate_band
from scalinglaws.calibration.rates import Key
from scalinglaws.calibration.results import Calibration
from scalinglaws.calibration.sweeps import Curve
from scalinglaws.calibration.words import diverged, interval, number, percent
from scalinglaws.laws.curves.minima import Minimum
from scalinglaws.markup import markdown_table

REMARKABLE = 0.01


def rate_sections(found: Calibration, config: dict[str, Any]) -> list[str]:
    """Lines of the three sections; ``config`` is the default study's, for its length."""
    return [*_by_size(found), *_by_batch(found), *_by_length(found, config["training"]["steps"])]


def _missing(found: Calibration, experiment: str) -> list[str]:
    if found.curves[experiment]:
        return []
    return [f"No run carries the experiment `{experiment}`.", ""]


def _losses(found: Calibration, experiment: str, minima: dict[Key, Minimum]) -> list[str]:
    """A row a curve: the lowest run, what the rates beside it cost, and the vertex."""
    rows = []
    for curve in found.curves[experiment]:
        key = (curve.n_params, curve.batch_tokens, curve.steps)
        minimum = minima.get(key)
        costs = ", ".join(_cost(curve, row) for row in curve.rows)
        rows.append(
            [
                *map(number, key),
                costs,
                f"{curve.best['test_loss']:.4f}" if curve.best else "–",
                _place(curve, minimum),
                interval(minimum.loss) if minimum and minimum.ok else "–",
            ]
        )
    header = ["N", "B (tokens)", "S", "Peak rate: loss above the lowest", "Lowest loss"]
    note = "In brackets: within seed noise of the lowest."
    return [*markdown_table([*header, "Best rate", "Loss there"], rows), "", note, ""]


def _cost(curve: Curve, row: dict) -> str:
    rate = number(curve.setting(row))
    if row in curve.diverged:
        return f"{rate}: diverged"
    above = percent(curve.above(row))
    return f"{rate}: ({above})" if curve.beyond_noise(row) is False else f"{rate}: {above}"


def _place(curve: Curve, minimum: Minimum | None) -> str:
    if minimum is None:
        return "all diverged"
    if not minimum.ok and "stable" in curve.edge:
        return f"no minimum inside: the best rate is {curve.edge}"
    return interval(minimum.place) if minimum.ok else minimum.verdict


def _diverged(found: Calibration, experiment: str) -> list[str]:
    return diverged([row for curve in found.curves[experiment] for row in curve.diverged])


def _by_size(found: Calibration) -> list[str]:
    name = "learning_rate"
    lines = ["## Peak rate by size", ""]
    if missing := _missing(found, name):
        return lines + missing
    lines += _losses(found, name, found.minima_of(name))
    law = found.law
    if law["status"] == "ok":
        at = law["prediction"]["reference"]
        best = tuple(float(x[0]) for x in rate_band(law, [at]))
        lines += [
            f"LR(N) = {interval(best)} x (N / {number(at)})^p, p = {interval(exponent(law))}, "
            f"through the vertices of {law['n_runs']} runs.",
            *(f"Remark: {remark}." for remark in law["remarks"].values()),
            "",
        ]
    else:
        lines += [f"No law LR(N): {law['status']}.", ""]
    return lines + _diverged(found, name)


def _by_batch(found: Calibration) -> list[str]:
    name, line = "batch_rate", found.by_batch
    lines = ["## Peak rate by batch, equal tokens", ""]
    if missing := _missing(found, name):
        return lines + missing
    lines += _losses(found, name, found.minima_of(name))
    if line.ok:
        slope = interval((line.slope, line.low, line.high))
        lines.append(
            f"Best rate proportional to B^p over {len(line.values)} batches, p = {slope}: at equal "
            "tokens, so that larger batches take fewer steps."
        )
        if line.misfit < REMARKABLE:
            lines.append(
                f"Remark: the best rates lie further off that line than their own errors allow "
                f"(p = {line.misfit:.2g}): it is no single power of B."
            )
    else:
        lines.append(f"No slope: {line.why_not}.")
    return [*lines, "", *_diverged(found, name)]


def _by_length(found: Calibration, steps: int) -> list[str]:
    name, line = "run_length", found.by_length
    lines = ["## Peak rate by run length", ""]
    if missing := _missing(found, name):
        return lines + missing
    lines += _losses(found, name, found.minima_of(name))
    if not line.ok:
        return [*lines, f"No ratio: {line.why_not}.", "", *_diverged(found, name)]
    short, long = line.values[0], line.values[-1]
    ratio = interval(line.ratio(long / short))
    power = interval((line.slope, line.low, line.high))
    lines.append(
        f"The best rate of {number(long)} steps is {ratio} times that of {number(short)} steps: "
        f"proportional to S^p, p = {power}."
    )
    if steps != short:
        lines.append(
            f"The default study's {number(steps)} steps would by that want "
            f"{interval(line.ratio(steps / short))} times the rate of {number(short)} steps."
        )
    return [*lines, "", *_diverged(found, name)]
