"""The house style of figures: one sheet that draws, remembers what it drew, and saves it.

Only matplotlib and numpy: a figure script must start quickly. Laws come as their JSON files.
"""

import csv
import math
import textwrap
from pathlib import Path

import numpy as np
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import (
    FixedLocator,
    FuncFormatter,
    LogLocator,
    NullFormatter,
    NullLocator,
)

style.use(Path(__file__).with_name("house.mplstyle"))

# Okabe and Ito's categories, by their part in a figure.
BLUE, VERMILION, GREEN, PURPLE, BLACK = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000"
GREY = "#777777"  # what the paper printed
WIDTH = 7.0  # inches, a text column
COLUMNS = (
    *("panel", "series", "kind", "run_id"),
    *("x", "x_low", "x_high", "x_unit", "y", "y_low", "y_high", "y_unit"),
)
Panel = tuple[str, str, str]


class Sheet:
    """A figure of panels, and the table of everything drawn in it.

    A panel is ``(name, x_unit, y_unit)``, and None a place that stays empty. They stand in one row,
    or in rows of ``columns``. Draw data through the methods here: what goes around them does not
    reach the CSV file.
    """

    def __init__(self, panels: list[Panel | None], height: float = 2.7, columns: int | None = None):
        # A lone panel is not stretched to the whole column.
        width = WIDTH if len(panels) > 1 else 0.62 * WIDTH
        # Not pyplot: it takes a tenth of a second to import and keeps every figure alive.
        self.figure = Figure(figsize=(width, height))
        self.axes: dict[str, Axes] = {}
        self.units: dict[str, tuple[str, str]] = {}
        columns = columns or len(panels)
        for i, panel in enumerate(panels):
            if panel is not None:
                name, x_unit, y_unit = panel
                self.units[name] = x_unit, y_unit
                place = (math.ceil(len(panels) / columns), columns, i + 1)
                self.axes[name] = self.figure.add_subplot(*place)
        self.rows: list[dict] = []

    def points(self, panel: str, series: str, x, y, run_ids=None, kind="point", **look):
        """Markers; ``run_ids`` names the run behind each."""
        look = {"marker": "o", "linestyle": "none", "zorder": 3, **look}
        self._record(panel, series, kind, x, y, run_ids=run_ids)
        return self.axes[panel].plot(x, y, **look)[0]

    def line(self, panel: str, series: str, x, y, run_ids=None, **look):
        """A line through x, y."""
        self._record(panel, series, "line", x, y, run_ids=run_ids)
        return self.axes[panel].plot(x, y, **look)[0]

    def band(self, panel: str, series: str, x, y, low, high, color: str, **look):
        """A line with the band [low, high] behind it."""
        self._record(panel, series, "band", x, y, y_low=low, y_high=high)
        self.axes[panel].fill_between(x, low, high, color=color, alpha=0.25, linewidth=0)
        return self.axes[panel].plot(x, y, color=color, **look)[0]

    def intervals(
        self, panel: str, series: str, x, y, low, high, run_ids=None, along="y", width=1.0, **look
    ):
        """Markers with bars of ``width`` points from low to high, ``along`` "x" or "y"."""
        look = {"marker": "o", "linestyle": "none", "zorder": 3, **look}
        bars = {f"{along}_low": low, f"{along}_high": high}
        self._record(panel, series, "interval", x, y, run_ids=run_ids, **bars)
        axes = self.axes[panel]
        draw, at = (axes.vlines, x) if along == "y" else (axes.hlines, y)
        draw(at, low, high, color=look.get("color"), linewidth=width, zorder=look["zorder"])
        return axes.plot(x, y, **look)[0]

    def legend_below(self, panel: str, title: str | None = None, columns: int = 1) -> None:
        """The panel's legend under it, where it can cover no data."""
        self.axes[panel].legend(
            loc="upper left",
            bbox_to_anchor=(-0.06, -0.2),
            title=title,
            alignment="left",
            ncols=columns,
            columnspacing=1.0,
        )

    def remark(self, panel: str, text: str) -> None:
        """A line of words in the panel's legend, wrapped to a panel's width."""
        self.axes[panel].plot([], [], linestyle="none", label=self.wrapped(text))

    def wrapped(self, text: str) -> str:
        """Words in lines of at most a panel's width."""
        columns = 33 if len(self.axes) > 2 else 48
        return "\n".join(textwrap.fill(line, columns) for line in text.split("\n"))

    def _record(self, panel, series, kind, x, y, run_ids=None, **bounds) -> None:
        x_unit, y_unit = self.units[panel]
        own = {"panel": panel, "series": series, "kind": kind, "x_unit": x_unit, "y_unit": y_unit}
        columns = {"x": x, "y": y, **bounds}
        for i, values in enumerate(zip(*columns.values(), strict=True)):
            numbers = dict(zip(columns, (repr(float(value)) for value in values), strict=True))
            run_id = "" if run_ids is None else run_ids[i]
            self.rows.append(dict.fromkeys(COLUMNS, "") | own | numbers | {"run_id": run_id})

    def save(self, pdf: str | Path, png: str | Path, table: str | Path) -> None:
        """Write PDF, PNG and CSV; equal drawings give equal bytes (no dates, no version)."""
        for path in (pdf, png, table):
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        nothing = {"Creator": None, "Producer": None, "CreationDate": None}
        self.figure.savefig(pdf, format="pdf", metadata=nothing)
        self.figure.savefig(png, format="png", metadata={"Software": None})
        with Path(table).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.rows)


def no_panels(sentence: str) -> Sheet:
    """A page that says why there is nothing to draw: a study's every figure has its files."""
    sheet = Sheet([], height=1.2)
    sheet.figure.text(0.5, 0.5, textwrap.fill(sentence, 60), ha="center", va="center")
    return sheet


def law_band(law: dict, x) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean loss and its 95 % band at x, from a law's JSON file; each of shape (len(x),)."""
    rows = np.column_stack([np.ones(len(x)), law["centre_ln_x"] - np.log(x)])
    mean = rows @ np.array(law["estimates"])
    half = law["t_quantile"] * np.sqrt(
        np.einsum("ij,jk,ik->i", rows, np.array(law["covariance"]), rows)
    )
    inverse = np.exp if law["form"] == "power law" else np.asarray
    return inverse(mean), inverse(mean - half), inverse(mean + half)


def span(x, factor: float = 1.0, count: int = 200) -> np.ndarray:
    """Logarithmic steps over the range of x, widened by ``factor`` on both sides."""
    return np.geomspace(np.min(x) / factor, np.max(x) * factor, count)


def log_x(axes: Axes, label: str) -> None:
    """A logarithmic horizontal axis, labelled at powers of ten, few enough to stand apart."""
    axes.set_xscale("log")
    axes.set_xlabel(label)
    narrow = axes.get_subplotspec().get_gridspec().ncols > 2
    _label_powers(axes.xaxis, axes.get_xlim(), 4 if narrow else 8)


def log_y(axes: Axes, label: str) -> None:
    """The same, vertical."""
    axes.set_yscale("log")
    axes.set_ylabel(label)
    _label_powers(axes.yaxis, axes.get_ylim(), 8)


def _label_powers(axis: Axis, limits: tuple[float, float], most: int) -> None:
    decades = np.log10(limits[1] / limits[0])
    # A short axis may hold a single power of ten, or none: label 2 and 5 between them as well.
    if decades < 1.5:
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=most))
        axis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    else:
        axis.set_major_locator(LogLocator(numticks=most))
    if decades > 4:
        axis.set_minor_locator(NullLocator())
    axis.set_minor_formatter(NullFormatter())


def log_loss_y(axes: Axes, label: str = "Test loss (nats/token)") -> None:
    """A logarithmic loss axis with plain numbers: losses rarely span a decade."""
    axes.set_yscale("log")
    axes.set_ylabel(label)
    _label_losses(axes.yaxis, axes.get_ylim())


def log_loss_x(axes: Axes, label: str) -> None:
    """The same, horizontal; it may run to the right with falling loss."""
    axes.set_xscale("log")
    axes.set_xlabel(label)
    _label_losses(axes.xaxis, axes.get_xlim())


def _label_losses(axis: Axis, limits: tuple[float, float]) -> None:
    low, high = sorted(limits)
    # The finest of 1, 2, 5 x 10^k that gives at most seven ticks, whatever the range of the losses.
    finest = int(np.floor(np.log10(high - low))) - 1
    for step in (digit * 10.0**power for power in range(finest, finest + 4) for digit in (1, 2, 5)):
        ticks = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
        if len(ticks) <= 7:
            break
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_locator(NullLocator())


def number(value: float) -> str:
    """A number for a label: plain from 0.001 to 10,000, else as 8.8 x 10^13."""
    if value == 0.0 or 1e-3 <= abs(value) < 1e4:
        return f"{value:g}"
    mantissa, exponent = f"{value:.1e}".split("e")
    mantissa = f"{float(mantissa):g}"
    power = f"10^{{{int(exponent)}}}"
    return f"${power}$" if mantissa == "1" else rf"${mantissa}\times{power}$"
