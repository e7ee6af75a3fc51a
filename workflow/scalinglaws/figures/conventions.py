"""The exponent of N_opt(C) after each step from Kaplan's conventions to Chinchilla's."""

import textwrap

import numpy as np
from matplotlib import colormaps

from scalinglaws.figures.source import Source
from scalinglaws.plotting import GREY, Sheet, log_x, log_y, no_panels, span

EXPONENT, SIZES = "exponents", "sizes"
SHOWN = (-0.5, 2.0)  # exponents; intervals are cut there
BOX = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
PRINTED = (
    ("a_chinchilla", "Hoffmann et al., approach 1", (0, (1, 1.5))),
    ("p_N", r"Kaplan et al., $C_\mathrm{min}$", (0, (4, 2))),
    ("p_N_naive", "Kaplan et al., fixed batch", (0, (6, 2, 1, 2))),
)


def draw(source: Source) -> Sheet:
    """Left a row a step, simulations below; right the models behind each line, as counted."""
    rows = source.tables["conventions"].to_pylist()
    own = [row for row in rows if row["source"] == rows[0]["source"]]
    if not any(row["status"] == "ok" for row in own):
        return no_panels(source.why_missing())
    panels = [(EXPONENT, "1", "row of the panel"), (SIZES, "PF-days", "parameters")]
    sheet = Sheet(panels, height=max(2.8, 0.42 * len(rows) + 1.0))
    colours = dict(
        zip(
            (row["step"] for row in own),
            colormaps["viridis"](np.linspace(0.0, 0.85, len(own))),
            strict=True,
        )
    )
    _draw_exponents(sheet, source, rows, own, colours)
    _draw_sizes(sheet, own, colours)
    return sheet


def _draw_exponents(sheet: Sheet, source: Source, rows, own, colours) -> None:
    axes = sheet.axes[EXPONENT]
    known = [row for row in rows if row["status"] == "ok"]
    places = [row[key] for row in known for key in ("exponent", "ci_low", "ci_high")]
    edges = max(min(places) - 0.1, SHOWN[0]), min(max(places) + 0.25, SHOWN[1])
    axes.set_xlim(*edges)
    for at, row in enumerate(rows):
        if row["status"] != "ok":
            look = {"va": "center", "color": GREY, "fontsize": 6.5, "bbox": BOX}
            axes.text(edges[0] + 0.02, at, "not identified", **look)
            continue
        colour = colours[row["step"]] if row in own else GREY
        low, high = (np.clip(row[end], *SHOWN) for end in ("ci_low", "ci_high"))
        look = {"color": colour, "along": "x", "marker": "o" if row in own else "D"}
        name = f"{row['source']}: {row['title']}"
        sheet.intervals(EXPONENT, name, [row["exponent"]], [at], [low], [high], **look)
        axes.text(high + 0.02, at, f"{row['exponent']:.2f}", va="center", fontsize=6.5, bbox=BOX)
    for constant, words, dashes in PRINTED:
        value = source.printed(constant)
        look = {"color": GREY, "linewidth": 0.9, "zorder": 1, "linestyle": dashes}
        ends = [-0.6, len(rows) - 0.4]
        sheet.line(EXPONENT, words, [value] * 2, ends, label=f"{words}: {value:.2f}", **look)
    axes.set_yticks(range(len(rows)), [_label(row, row in own) for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(r"Exponent of $N_\mathrm{opt}(C)$")
    axes.set_title("After each step")
    sheet.figure.legend(*axes.get_legend_handles_labels(), loc="outside lower left", ncols=3)


def _label(row: dict, own: bool) -> str:
    words = f"{row['step']}. {row['title']}" if own else f"{row['source']}: {row['title']}"
    return textwrap.fill(words, 30, break_on_hyphens=False)


def _draw_sizes(sheet: Sheet, own, colours) -> None:
    axes = sheet.axes[SIZES]
    for row in own:
        if row["status"] != "ok":
            continue
        colour, name = colours[row["step"]], f"{row['step']}. {row['title']}"
        look = {"color": colour, "markersize": 3}
        sheet.points(SIZES, name, row["compute"], row["size"], **look)
        grid = span(row["compute"], count=2)  # straight on these axes
        line = 10.0 ** (row["log10_scale"] + row["exponent"] * np.log10(grid))
        sheet.line(SIZES, f"{name}, line", grid, line, color=colour, label=f"{row['step']}")
    log_x(axes, "Compute $C$ (PF-days), as counted")
    log_y(axes, "Best model $N$ (parameters), as counted")
    axes.set_title("The models behind it")
    axes.legend(title="step", loc="upper left")
