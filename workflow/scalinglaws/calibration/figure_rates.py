"""The panels on the peak rate."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator

from scalinglaws.calibration.grid_sheet import GridSheet
from scalinglaws.calibration.rate_law import rate_band
from scalinglaws.calibration.rates import Key, parabola_loss
from scalinglaws.calibration.results import Calibration
from scalinglaws.calibration.sweeps import Curve
from scalinglaws.figures.colour_scale import ColourScale
from scalinglaws.plotting import BLACK, GREY, VERMILION, log_loss_y, log_x, log_y, number, span

CHOSEN = {"color": GREY, "linestyle": (0, (4, 2)), "linewidth": 1.1, "zorder": 1}
DOTS = {"linestyle": (0, (1, 1.5)), "marker": "s", "markersize": 3}  # the other of two kinds


def nothing(sheet: GridSheet, panel: str, experiment: str) -> None:
    """Words in a panel whose experiment has no run with a loss."""
    axes = sheet.axes[panel]
    text = f"no loss of\n{experiment}"
    axes.text(0.5, 0.5, text, ha="center", va="center", transform=axes.transAxes, fontsize=7)
    axes.set_xticks([])
    axes.set_yticks([])


def rate_ticks(axes: Axes, digits: tuple[float, ...]) -> None:
    """Plain labels at these digits of every decade: as many as the panel's width bears."""
    axes.xaxis.set_major_locator(LogLocator(subs=digits, numticks=12))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))


def _key(curve: Curve) -> Key:
    return curve.n_params, curve.batch_tokens, curve.steps


def draw_losses(sheet: GridSheet, found: Calibration, colours: ColourScale) -> None:
    """Loss against peak rate at each size, with the parabolas and their vertices."""
    axes, curves = sheet.axes["losses"], found.curves["learning_rate"]
    for curve in curves:
        colour, finished = colours(curve.n_params), curve.finished
        rates = [curve.setting(row) for row in finished]
        sheet.points(
            "losses",
            f"N = {curve.n_params}",
            rates,
            [row["test_loss"] for row in finished],
            [row["run_id"] for row in finished],
            color=colour,
        )
        minimum = found.minima.get(_key(curve))
        if minimum and minimum.parabola is not None:
            x = span(rates, count=60)
            name = f"parabola, N = {curve.n_params}"
            sheet.line("losses", name, x, parabola_loss(minimum, x), color=colour, linewidth=1.0)
            if minimum.ok:
                star = {"marker": "*", "markersize": 8, "color": colour, "zorder": 4}
                place, loss = [minimum.place[0]], [minimum.loss[0]]
                name = f"best, N = {curve.n_params}"
                sheet.points("losses", name, place, loss, kind="vertex", **star)
    if any(curve.finished for curve in curves):
        log_x(axes, "Peak rate")
        rate_ticks(axes, (1.0, 2.0, 5.0))
        log_loss_y(axes)
        for curve in curves:
            gone = [curve.setting(row) for row in curve.diverged]
            sheet.crosses("losses", gone, colours(curve.n_params))
    else:
        nothing(sheet, "losses", "learning_rate")
    axes.set_title("Loss against peak rate")


def draw_best_by_size(
    sheet: GridSheet, found: Calibration, colours: ColourScale, chosen: dict
) -> None:
    """Best rate against N: vertices, the law with its band, what the configuration has chosen."""
    axes, curves = sheet.axes["sizes"], found.curves["learning_rate"]
    shown = [curve for curve in curves if curve.finished]
    for curve in shown:
        _best(sheet, "sizes", curve.n_params, curve, found, colours(curve.n_params))
    if shown:
        x = span([curve.n_params for curve in shown], 1.25)
        if found.law["status"] == "ok":
            band = rate_band(found.law, x)
            sheet.band("sizes", "LR(N)", x, *band, color=VERMILION, linewidth=1.2, zorder=2)
        # At the batch of the sweep: the chosen law is of both.
        by_batch = _by_batch(shown[0].batch_tokens, chosen)
        law = chosen["value"] * by_batch * (x / chosen["at_n_params"]) ** chosen["exponent"]
        sheet.line("sizes", "config/config.yaml", x, np.minimum(law, chosen["maximum"]), **CHOSEN)
        log_x(axes, "Parameters $N$ (without embeddings)")
        log_y(axes, "Best peak rate")
        # The rates that were tried: an interval that reaches far beyond them leaves the panel.
        tried = [curve.setting(row) for curve in shown for row in curve.finished]
        axes.set_ylim(0.8 * min(tried), 1.25 * max(tried))
    else:
        nothing(sheet, "sizes", "learning_rate")
    axes.set_title("Best rate: LR(N)")


def draw_best_by_batch(
    sheet: GridSheet, found: Calibration, colours: ColourScale, chosen: dict
) -> None:
    """The same against the batch, at one size."""
    axes = sheet.axes["batches"]
    shown = [curve for curve in found.curves["batch_rate"] if curve.finished]
    for curve in shown:
        _best(sheet, "batches", curve.batch_tokens, curve, found, colours(curve.n_params))
    if shown:
        x = span([curve.batch_tokens for curve in shown], 1.25)
        if found.by_batch.ok:
            band = found.by_batch.band(x)
            sheet.band("batches", "LR(B)", x, *band, color=VERMILION, linewidth=1.2, zorder=2)
        by_size = (shown[0].n_params / chosen["at_n_params"]) ** chosen["exponent"]
        law = chosen["value"] * by_size * _by_batch(x, chosen)
        sheet.line("batches", "config/config.yaml", x, np.minimum(law, chosen["maximum"]), **CHOSEN)
        log_x(axes, "Batch $B$ (tokens)")
        log_y(axes, "Best peak rate")
    else:
        nothing(sheet, "batches", "batch_rate")
    axes.set_title("Best rate: batch")


def _by_batch(batch_tokens, chosen: dict):
    """The chosen law's factor of the batch: none above the reference."""
    share = np.minimum(1.0, batch_tokens / chosen["at_batch_tokens"])
    return share ** chosen["batch_exponent"]


def _best(sheet: GridSheet, panel: str, x: float, curve: Curve, found: Calibration, colour) -> None:
    """A star at a vertex with its interval; a hollow point at the best run where there is none."""
    minimum = found.minima[_key(curve)]
    if minimum.ok:
        place, low, high = minimum.place
        star = {"marker": "*", "markersize": 8, "color": colour}
        sheet.points(panel, "best rate", [x], [place], kind="vertex", **star)
        sheet.intervals(panel, "best rate", [x], [place], [low], [high], color=colour)
    else:
        look = {"color": colour, "markerfacecolor": "white"}
        rate, run = curve.setting(curve.best), curve.best["run_id"]
        sheet.points(panel, "best run, no minimum inside", [x], [rate], [run], **look)


def draw_run_length(sheet: GridSheet, found: Calibration, colours: ColourScale) -> None:
    """Loss above the lowest against rate; the longest runs are dotted."""
    axes = sheet.axes["lengths"]
    shown = [curve for curve in found.curves["run_length"] if curve.finished]
    longest = max((curve.steps for curve in shown), default=0)
    for curve in shown:
        colour, rates = colours(curve.n_params), [curve.setting(row) for row in curve.finished]
        is_long = curve.steps == longest and len(shown) > 1
        sheet.points(
            "lengths",
            f"S = {curve.steps}",
            rates,
            [curve.above(row) for row in curve.finished],
            [row["run_id"] for row in curve.finished],
            color=colour,
            **({**DOTS, "linestyle": "none"} if is_long else {}),
        )
        minimum = found.minima[_key(curve)]
        if minimum.parabola is not None:
            x = span(rates, count=60)
            above = 100.0 * (parabola_loss(minimum, x) / curve.best["test_loss"] - 1.0)
            look = {
                "color": colour,
                "linewidth": 1.0,
                "linestyle": DOTS["linestyle"] if is_long else "-",
            }
            sheet.line("lengths", f"parabola, S = {curve.steps}", x, above, **look)
            if minimum.ok:
                at = [100.0 * (minimum.loss[0] / curve.best["test_loss"] - 1.0)]
                star = {"marker": "*", "markersize": 8, "color": BLACK, "zorder": 4}
                name = f"best, S = {curve.steps}"
                sheet.points("lengths", name, [minimum.place[0]], at, kind="vertex", **star)
    if shown:
        log_x(axes, "Peak rate")
        axes.set_ylabel("Above lowest (%)")
        for curve in shown:
            gone = [curve.setting(row) for row in curve.diverged]
            sheet.crosses("lengths", gone, colours(curve.n_params))
        rate_ticks(axes, (1.0, 3.0))
    else:
        nothing(sheet, "lengths", "run_length")
    axes.set_title("Run length")
