"""Figure 3: how growing compute is shared between model size, batch size and serial steps."""

import numpy as np

from scalinglaws.figures.redone import redone
from scalinglaws.figures.source import Source
from scalinglaws.plotting import BLACK, BLUE, GREEN, VERMILION, Sheet, log_x, log_y, span

COMPUTE = (1e-8, 10.0)  # PF-days: the billion-fold increase that the paper draws
LAWS = ("N_opt(C_min)", "B_crit(C_min)", "S_min(C_min)")
WORDS = ("model size", "batch size", "serial steps")
COLOURS = (BLUE, VERMILION, GREEN)
SYMBOLS = "NBS"


def draw(source: Source) -> Sheet:
    """A panel with the printed exponents (Table 6), one with this source's and their intervals."""
    laws = [source.laws[name] for name in LAWS]
    fitted = all(law["status"] == "ok" for law in laws)
    panels = [("printed", "PF-days", "1"), *([("own", "PF-days", "1")] if fitted else [])]
    sheet = Sheet(panels, height=4.2)
    printed = [source.printed(f"p_{symbol}") for symbol in SYMBOLS]
    _draw_areas(sheet, "printed", COMPUTE, printed)
    _label(
        sheet, "printed", [f"{WORDS[i]}: $p_{SYMBOLS[i]}$ = {p:g}" for i, p in enumerate(printed)]
    )
    sheet.axes["printed"].set_title("As printed (Table 6)")
    if fitted:
        # A study's own exponents hold over its own range of compute.
        reached = COMPUTE if source.is_paper else _reached(laws[0])
        _draw_areas(sheet, "own", reached, [law["estimates"][0] for law in laws])
        _draw_intervals(sheet, laws, reached)
        _label(sheet, "own", [_with_interval(*each) for each in zip(WORDS, laws, strict=True)])
        sheet.axes["own"].set_title("Refit" if source.is_paper else "This study")
    else:
        for law in laws:
            if law["status"] != "ok":
                sheet.remark("printed", f"no fit here: {law['law']}: {law['status']}")
    for axes in sheet.axes.values():
        axes.margins(0.0)
    if fitted and source.is_paper:
        sheet.axes["printed"].sharey(sheet.axes["own"])
    for panel, axes in sheet.axes.items():
        log_x(axes, "Compute $C_\\mathrm{min}$ (PF-days, non-embedding)")
        log_y(axes, "Growth (times), multiplied" if panel == "printed" else "")
        sheet.legend_below(panel)
    return sheet


def _reached(law: dict) -> tuple[float, float]:
    compute = law["points"]["C_min"]
    return min(compute), max(compute)


def _draw_areas(sheet: Sheet, panel: str, compute: tuple[float, float], exponents) -> None:
    """Stacked on a logarithmic axis: each area's height is the factor that its quantity grew by."""
    x = span(compute, count=50)
    below = np.ones_like(x)
    for i, p in enumerate(exponents):
        above = below * (x / compute[0]) ** p
        sheet.axes[panel].fill_between(x, below, above, color=COLOURS[i], alpha=0.45, linewidth=0)
        sheet.line(panel, f"up to {WORDS[i]}", x, above, color=COLOURS[i], linewidth=1.0)
        below = above


def _draw_intervals(sheet: Sheet, laws: list[dict], compute: tuple[float, float]) -> None:
    """The 95 % band of the border between two areas; their sum is compute itself."""
    x = span(compute, count=50)
    grown = x / compute[0]
    found = redone(*((law, law["names"][:1]) for law in laws))
    for i, words in enumerate(("size", "size and batch"), start=1):
        mean, low, high = found.log_band(lambda *p, i=i: grown ** sum(p[:i]))
        label = "95 % bands of the borders" if i == 1 else None
        look = {"color": BLACK, "linewidth": 0.8, "label": label}
        sheet.band("own", f"{words}, 95 % band", x, mean, low, high, **look)


def _with_interval(words: str, law: dict) -> str:
    low, high = law["conf_int"][0]
    symbol = law["names"][0]
    return f"{words}: ${symbol}$ = {law['estimates'][0]:.2f} [{low:.2f}, {high:.2f}]"


def _label(sheet: Sheet, panel: str, labels: list[str]) -> None:
    """Words for the areas, in the legend below."""
    for line, label in zip(sheet.axes[panel].lines, labels, strict=False):
        line.set_label(label)
