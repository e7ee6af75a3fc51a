"""The figure of the calibration: loss against rate, the best rates, and the other sweeps."""

from __future__ import annotations

from typing import Any

from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from scalinglaws.calibration.figure_rates import (
    DOTS,
    draw_best_by_batch,
    draw_best_by_size,
    draw_losses,
    draw_run_length,
)
from scalinglaws.calibration.figure_sweeps import draw_context, draw_sweep, draw_vocabulary
from scalinglaws.calibration.grid_sheet import GridSheet
from scalinglaws.calibration.results import Calibration
from scalinglaws.figures.colour_scale import ColourScale
from scalinglaws.plotting import BLACK, GREY

ABOVE = "% above the lowest"
PANELS = [
    ("losses", "peak rate", "nats/token"),
    ("sizes", "parameters", "peak rate"),
    ("batches", "tokens", "peak rate"),
    ("lengths", "peak rate", ABOVE),
    ("warmup", "steps", ABOVE),
    ("beta1", "steps", ABOVE),
    ("beta2", "steps", ABOVE),
    ("initialisation", "1", ABOVE),
    ("context", "tokens", ABOVE),
    ("vocabulary", "tokens", ABOVE),
]
MOSAIC = [
    ["losses", "losses", "sizes", "sizes"],
    ["batches", "lengths", "warmup", "initialisation"],
    ["beta1", "beta2", "context", "vocabulary"],
]


def draw(found: Calibration, config: dict[str, Any]) -> GridSheet:
    """All panels; one whose experiment has no run says so.

    ``config`` is the content of config/config.yaml, whose chosen rates are drawn beside the best.
    """
    sheet = GridSheet(PANELS, MOSAIC, ratios=[1.45, 1.0, 1.0], height=7.4)
    sizes = {c.n_params for curves in found.curves.values() for c in curves}
    sizes |= {row["n_params"] for row in found.vocabulary}
    colours = ColourScale(sorted(sizes) or [1.0])
    rate = config["training"]["peak_learning_rate"]
    draw_losses(sheet, found, colours)
    draw_best_by_size(sheet, found, colours, rate)
    draw_best_by_batch(sheet, found, colours, rate)
    draw_run_length(sheet, found, colours)
    for name in ("warmup", "beta1", "beta2", "initialisation"):
        draw_sweep(sheet, name, found, colours)
    draw_context(sheet, found, colours)
    draw_vocabulary(sheet, found, colours)
    _legend(sheet, sorted(sizes), colours, found)
    return sheet


def _legend(sheet: GridSheet, sizes: list[int], colours: ColourScale, found: Calibration) -> None:
    """One legend for all panels, under them."""
    dot = {"marker": "o", "linestyle": "none"}
    entries = [Line2D([], [], color=colours(n), **dot, label=f"$N$ = {n:,}") for n in sizes]
    entries += [
        Line2D([], [], color=BLACK, marker="*", markersize=7, linestyle="none", label="best rate"),
        Line2D(
            [], [], color=BLACK, markerfacecolor="white", **dot, label="best run, no minimum inside"
        ),
        Line2D([], [], color=BLACK, marker="x", linestyle="none", label="diverged"),
        Line2D([], [], color=GREY, linestyle=(0, (4, 2)), label="config/config.yaml"),
        Patch(color=GREY, alpha=0.22, linewidth=0, label="within seed noise of the best"),
        *_dotted(found),
    ]
    sheet.figure.legend(handles=entries, loc="outside lower center", ncols=4, columnspacing=1.4)


def _dotted(found: Calibration) -> list[Line2D]:
    """What is dotted, in the panels that have two kinds of losses."""
    longest = max((curve.steps for curve in found.curves["run_length"]), default=None)
    words = [f"{longest:,} steps"] if longest else []
    words += [f"positions 1 to {found.context[0]['shared']}"] if found.context else []
    return [Line2D([], [], color=BLACK, **DOTS, label="; ".join(words))] if words else []
