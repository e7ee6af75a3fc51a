"""All printed constants beside the refit of the paper's points and this study: a forest plot."""

from matplotlib.axes import Axes

from scalinglaws.figures.source import Source
from scalinglaws.plotting import BLUE, GREY, VERMILION, Sheet, log_x, no_panels
from scalinglaws.tables import constants_table

# Column of the table, its colour, words, and where it stands in a constant's row.
SERIES = (
    ("refit", BLUE, "refit of the paper's points", -0.17),
    ("study", VERMILION, "this study", 0.17),
)
SHOWN = (0.0, 2.0)  # of the printed value: exponents beyond are named at the edge
PANELS = {False: "exponents", True: "scales"}
# The printed value in the interval, outside, or not compared: another vocabulary.
MARKS = {
    "yes": ({"marker": "o"}, "inside"),
    "no": ({"marker": "o", "markerfacecolor": "white"}, "outside"),
    "": ({"marker": "x", "markersize": 4}, "not compared"),
}


def draw(source: Source) -> Sheet:
    """Estimates over printed values; left exponents, right scales, on a logarithmic axis."""
    paper = source.tables["paper_estimates"]
    study = None if source.is_paper else source.tables["estimates"]
    rows = list(
        zip(
            source.constants.values(),
            constants_table("constants", source.constants, paper, study),
            strict=True,
        )
    )
    if not any(row["refit"] or row["study"] for _, row in rows):
        return no_panels(source.why_missing())
    sheet = Sheet([(p, "of the printed value", "row of the panel") for p in PANELS.values()], 5.2)
    for is_scale, panel in PANELS.items():
        own = [(c, row) for c, row in rows if _is_scale(c) == is_scale]
        _draw_panel(sheet, panel, own)
        axes = sheet.axes[panel]
        axes.set_title(panel.capitalize())
        if is_scale:
            log_x(axes, "Estimated over printed scale")
        else:
            axes.set_xlabel("Estimated over printed exponent")
    _explain(sheet, study is not None)
    return sheet


def _is_scale(constant: dict) -> bool:
    return constant["parameter"].startswith("log10_")


def _draw_panel(sheet: Sheet, panel: str, rows: list[tuple[dict, dict]]) -> None:
    axes = sheet.axes[panel]
    for at, (constant, row) in enumerate(rows):
        value, half = row["printed"], float(constant["rounding"])
        low, high = (value - half) / value, (value + half) / value
        name = f"{row['law']}: {constant['parameter']}"
        look = {"color": GREY, "marker": "|", "markersize": 7, "along": "x", "width": 3.0}
        sheet.intervals(panel, f"{name}, printed", [1.0], [at], [low], [high], **look)
        for column, colour, _, offset in SERIES:
            if row[column]:
                _draw_estimate(sheet, panel, f"{name}, {column}", row, column, at + offset, colour)
    axes.set_yticks(range(len(rows)), [_label(row) for _, row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")


def _draw_estimate(sheet, panel, series, row, column, at, colour) -> None:
    estimate, low, high = (number / row["printed"] for number in row[column])
    look, words = MARKS[row[f"printed_inside_{column}"]]
    if panel == "exponents":
        # What reaches beyond the axis ends at its edge, and is named there.
        low, high = (min(max(number, SHOWN[0]), SHOWN[1]) for number in (low, high))
        if not SHOWN[0] <= estimate <= SHOWN[1]:
            _name_at_edge(sheet.axes[panel], estimate, at, colour)
    look = {"color": colour, "markersize": 3.5, "along": "x", **look}
    sheet.intervals(panel, f"{series}, {words}", [estimate], [at], [low], [high], **look)


def _name_at_edge(axes: Axes, estimate: float, at: float, colour: str) -> None:
    below = estimate < SHOWN[0]
    words = f"← {estimate:.2g}" if below else f"{estimate:.2g} →"
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
    edge, side = (SHOWN[0], "left") if below else (SHOWN[1], "right")
    axes.text(edge, at, words, color=colour, ha=side, va="center", fontsize=6, bbox=box, zorder=4)


def _label(row: dict) -> str:
    return f"${row['latex']}$ of {row['law']}"


def _explain(sheet: Sheet, has_study: bool) -> None:
    """One legend for both panels, below them."""
    axes = sheet.axes["exponents"]
    axes.set_xlim(*SHOWN)
    dot = {"marker": "o", "markersize": 3.5, "linewidth": 1.0}
    axes.plot([], [], color=GREY, linewidth=3.0, label="printed, to its rounding")
    for column, colour, words, _ in SERIES:
        if column == "refit" or has_study:
            axes.plot([], [], color=colour, label=f"{words}, 95 % interval", **dot)
    dark = {"color": "#555555", "linestyle": "none", "markersize": 3.5}
    axes.plot([], [], label="printed value inside the interval", marker="o", **dark)
    words = "printed value outside the interval"
    axes.plot([], [], label=words, marker="o", markerfacecolor="white", **dark)
    if has_study:
        words = "another vocabulary: not compared"
        axes.plot([], [], label=words, **dark | {"marker": "x", "markersize": 4})
    handles, labels = axes.get_legend_handles_labels()
    sheet.figure.legend(handles, labels, loc="outside lower left", ncols=2)
