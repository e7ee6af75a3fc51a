"""A trend of compute-efficient training, y = y_e C^p: its points, its band, the printed line."""

from scalinglaws.figures.redone import redone
from scalinglaws.plotting import Sheet, number, span


def draw_frontier(
    sheet: Sheet, panel: str, series: str, law: dict, y: str, color: str, **look
) -> None:
    """The points that a trend was fitted to, one a model that is the best at some compute."""
    points = law["points"]
    if points:
        x = points[law["prediction"]["variables"][0]]
        look = {"color": color, "marker": "s", "markersize": 3, **look}
        sheet.points(panel, series, x, points[y], **look)


def draw_trend(sheet: Sheet, panel: str, series: str, law: dict, color: str, label: str) -> None:
    """The fitted trend over its own points with its 95 % band; a remark where there is no fit."""
    found = redone((law, tuple(law["names"])))
    if found is None:
        sheet.remark(panel, f"{label}, no fit: {law['status']}")
        return
    x = span(next(iter(law["points"].values())))
    mean, low, high = found.log_band(lambda p, log10_scale: 10.0**log10_scale * x**p)
    words = f"{label}, refit: {with_interval(law)}"
    sheet.band(panel, series, x, mean, low, high, color=color, label=words, linewidth=1.2)


def draw_printed(
    sheet: Sheet, panel: str, series: str, x, exponent: float, scale: float, variable: str, color
) -> None:
    """The trend that the paper printed, dashed, over the range of ``x``."""
    at = span(x)
    label = rf"printed: {number(scale)} {variable}$^{{{exponent:.2f}}}$"
    look = {"color": color, "linestyle": (0, (4, 2)), "linewidth": 1.1, "zorder": 2.5}
    sheet.line(panel, f"printed, {series}", at, scale * at**exponent, label=label, **look)


def with_interval(law: dict) -> str:
    """The exponent of a trend with its 95 % interval."""
    low, high = law["conf_int"][0]
    symbol = law["names"][0].replace("_", "_{") + "}"
    return f"${symbol}$ = {law['estimates'][0]:.3f} [{low:.3f}, {high:.3f}]"
