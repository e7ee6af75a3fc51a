"""The small panels: loss above the lowest against the setting, with the band of seed noise."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from scalinglaws.calibration.figure_rates import DOTS, nothing, rate_ticks
from scalinglaws.calibration.grid_sheet import GridSheet
from scalinglaws.calibration.results import Calibration
from scalinglaws.figures.colour_scale import ColourScale
from scalinglaws.plotting import log_x

ABOVE = "Above lowest (%)"
TITLES = {
    "warmup": ("Warm-up", "Steps"),
    "beta1": (r"Adam's $\beta_1$", r"$1/(1-\beta_1)$ (steps)"),
    "beta2": (r"Adam's $\beta_2$", r"$1/(1-\beta_2)$ (steps)"),
    "initialisation": ("Initialisation", "Standard deviation"),
}
TICKS_AT_VALUES = ("warmup", "beta1")  # few enough, and far enough apart
BETAS = ("beta1", "beta2")  # drawn as the steps over which the moment remembers


def draw_sweep(sheet: GridSheet, name: str, found: Calibration, colours: ColourScale) -> None:
    """One sweep, a line a size."""
    axes, curves = sheet.axes[name], found.curves[name]
    title, label = TITLES[name]
    axes.set_title(title)
    if not any(curve.finished for curve in curves):
        nothing(sheet, name, name)
        return
    for curve in curves:
        sheet.points(
            name,
            f"N = {curve.n_params}",
            [_place(name, curve.setting(row)) for row in curve.finished],
            [curve.above(row) for row in curve.finished],
            [row["run_id"] for row in curve.finished],
            color=colours(curve.n_params),
            linestyle="-",
        )
    _finish(sheet, name, found, label)
    if name in TICKS_AT_VALUES:
        _ticks_at(axes, {_place(name, c.setting(row)) for c in curves for row in c.rows})
    else:
        rate_ticks(axes, (1.0,) if name == "beta2" else (1.0, 3.0))
    for curve in curves:
        gone = [_place(name, curve.setting(row)) for row in curve.diverged]
        sheet.crosses(name, gone, colours(curve.n_params))


def _place(name: str, value: float) -> float:
    return 1.0 / (1.0 - value) if name in BETAS else max(value, 1.0) if name == "warmup" else value


def draw_context(sheet: GridSheet, found: Calibration, colours: ColourScale) -> None:
    """All positions (nats/byte) as a line; only those that all contexts have, dotted."""
    axes = sheet.axes["context"]
    axes.set_title("Context")
    columns = (("nats_per_byte", "all positions"), ("shared_loss", "shared positions"))
    for size in sorted({row["n_params"] for row in found.context}):
        for column, series in columns:
            own = [
                row
                for row in sorted(found.context, key=lambda row: row["n_ctx"])
                if row["n_params"] == size and row[column] and not math.isnan(row[column])
            ]
            losses = np.array([row[column] for row in own])
            if not len(losses):
                continue
            sheet.points(
                "context",
                series,
                [row["n_ctx"] for row in own],
                100.0 * (losses / losses.min() - 1.0),
                [row["run_id"] for row in own],
                color=colours(size),
                **(DOTS if column == "shared_loss" else {"linestyle": "-"}),
            )
    if found.context:
        _finish(sheet, "context", found, "$n_{ctx}$ (tokens)")
        _ticks_at(axes, {row["n_ctx"] for row in found.context})
    else:
        nothing(sheet, "context", "context")


def draw_vocabulary(sheet: GridSheet, found: Calibration, colours: ColourScale) -> None:
    """Nats a byte after equal bytes of text, at the best rate of each vocabulary."""
    axes = sheet.axes["vocabulary"]
    axes.set_title("Vocabulary")
    shown = [row for row in found.vocabulary if not math.isnan(row["nats_per_byte"])]
    for size in sorted({row["n_params"] for row in shown}):
        own = [row for row in shown if row["n_params"] == size]
        sheet.points(
            "vocabulary",
            f"N = {size}",
            [row["n_vocab"] for row in own],
            [row["above_best_percent"] for row in own],
            color=colours(size),
            linestyle="-",
        )
    if shown:
        _finish(sheet, "vocabulary", found, "$n_{vocab}$ (tokens)")
        _ticks_at(axes, {row["n_vocab"] for row in shown})
    else:
        nothing(sheet, "vocabulary", "vocabulary")


def _finish(sheet: GridSheet, name: str, found: Calibration, label: str) -> None:
    axes = sheet.axes[name]
    log_x(axes, label)
    axes.set_ylabel(ABOVE)
    sheet.noise_band(name, 100.0 * math.expm1(found.noise.least_difference))


def _ticks_at(axes: Axes, values: set[float]) -> None:
    """Ticks at the swept values only, in plain numbers."""
    axes.xaxis.set_major_locator(FixedLocator(sorted(values)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_locator(NullLocator())
