"""Figure 14: the best model size at each compute, and the steps that it is trained for."""

import numpy as np

from scalinglaws.figures.source import Source
from scalinglaws.figures.trend_panel import draw_frontier, draw_printed, draw_trend
from scalinglaws.plotting import BLUE, GREY, VERMILION, Sheet, log_x, log_y, no_panels
from scalinglaws.units import PF_DAY

MARKERS = "fig14_right"  # steps at the optimum: measured, but no table of metrics has a place
MINIMUM, FIXED = r"$C_\mathrm{min}$", "$C$"
# Law, column of CURVES, the compute in words, colour, the paper's exponent and scale.
SIZES = (
    ("N_opt(C_min)", "compute_min", MINIMUM, BLUE, ("p_N", "N_e")),
    ("N_opt(C)", "compute_6nbs", FIXED, VERMILION, ("p_N_naive", "N_e_naive")),
)


def draw(source: Source) -> Sheet:
    """Left sizes, right steps; against C_min and, at the fixed batch of the ladder, against C."""
    published = {law: _published(source, column) for law, column, *_ in SIZES}
    if not any(source.laws[law]["points"] or published[law] for law, *_ in SIZES):
        return no_panels(source.why_missing())
    sheet = Sheet([("size", "PF-days", "parameters"), ("steps", "PF-days", "steps")], height=4.6)
    for law, _, compute, colour, constants in SIZES:
        _draw_sizes(sheet, source, law, published[law], compute, colour, constants)
    _draw_steps(sheet, source)
    size, steps = sheet.axes.values()
    size.set_title("Optimal model size")
    log_x(size, "Compute (PF-days, non-embedding)")
    log_y(size, "Parameters $N$ (non-embedding)")
    steps.set_title("Steps at the optimum")
    steps.set_ylabel("Steps")
    steps.set_ylim(bottom=0.0)
    log_x(steps, "Compute (PF-days, non-embedding)")
    for panel in sheet.axes:
        sheet.legend_below(panel)
    return sheet


def _published(source: Source, column: str) -> list[tuple[float, int, str]]:
    """(PF-days, N, run) of the frontier that the paper drew."""
    sizes = {r["run_id"]: r["n_params"] for r in source.runs if _is_marker(r)}
    columns = [source.curves[name].to_pylist() for name in ("run_id", column)]
    rows = zip(*columns, strict=True)
    return [(c / PF_DAY, sizes[run], run) for run, c in rows if run in sizes and c]


def _is_marker(run: dict) -> bool:
    return "optimal_size" in run["experiments"]


def _draw_sizes(sheet, source, name, published, compute, colour, constants) -> None:
    law = source.laws[name]
    if published:
        x, size, runs = zip(*published, strict=True)
        look = {"color": colour, "markersize": 3.5, "label": f"{compute}: the paper's points"}
        sheet.points("size", f"{compute}, paper", x, size, runs, **look)
    hollow = {"markerfacecolor": "white"} if published else {}
    label = f"{compute}: points of the refit" if published else f"{compute}: models on the frontier"
    look = {**hollow, "label": label if law["points"] else None}
    draw_frontier(sheet, "size", f"{compute}, frontier", law, "N", colour, **look)
    draw_trend(sheet, "size", f"{compute}, refit", law, colour, compute)
    exponent, scale = (source.printed(name) for name in constants)
    if published:
        draw_printed(sheet, "size", compute, x, exponent, scale, compute, GREY)
    else:
        # In words: its N_e belongs to another vocabulary and other text.
        sheet.remark("size", f"paper: {compute}$^{{{exponent:.2f}}}$")


def _draw_steps(sheet: Sheet, source: Source) -> None:
    """S_min at C_min with its trend, and the steps at fixed batch, which no law is fitted to."""
    law, fixed = source.laws["S_min(C_min)"], source.laws["N_opt(C)"]
    rows = _markers(source)
    for kind, words, colour in (
        ("S_min", r"$S_\mathrm{min}$ at $C_\mathrm{min}$", BLUE),
        ("S_fixed_batch", "$S$ at $C$, fixed batch", VERMILION),
    ):
        if own := [row for row in rows if row["kind"] == kind]:
            x, y = ([float(row[c]) for row in own] for c in ("compute_PFdays", "steps"))
            look = {"color": colour, "markersize": 3.5, "label": f"{words}: the paper's points"}
            sheet.points("steps", f"{kind}, paper", x, y, **look)
    hollow = {"markerfacecolor": "white"} if rows else {}
    label = None if rows else r"$S_\mathrm{min}$ at $C_\mathrm{min}$"
    draw_frontier(sheet, "steps", "S_min, frontier", law, "S_opt", BLUE, label=label, **hollow)
    if fixed["points"]:
        x, steps = _steps_at_fixed_batch(source, fixed)
        label = "squares: frontiers of the refit" if rows else "$S$ at $C$, fixed batch"
        look = {"color": VERMILION, "marker": "s", "markersize": 3, "label": label, **hollow}
        sheet.points("steps", "S_fixed_batch, frontier", x, steps, **look)
    draw_trend(sheet, "steps", "S_min, refit", law, BLUE, r"$S_\mathrm{min}$")
    exponent, scale = source.printed("p_S"), source.printed("S_e")
    if rows:
        x = [float(row["compute_PFdays"]) for row in rows if row["kind"] == "S_min"]
        draw_printed(sheet, "steps", "S_min", x, exponent, scale, MINIMUM, GREY)
    else:
        sheet.remark("steps", f"paper: {MINIMUM}$^{{{exponent:.2f}}}$")


def _markers(source: Source) -> list[dict]:
    """The paper's steps, without the two markers of the legend, which share their place."""
    rows = source.drawn.get(MARKERS, [])
    kinds: dict[str, set[str]] = {}
    for row in rows:
        kinds.setdefault(row["compute_PFdays"], set()).add(row["kind"])
    return [row for row in rows if len(kinds[row["compute_PFdays"]]) == 1]


def _steps_at_fixed_batch(source: Source, law: dict) -> tuple[np.ndarray, np.ndarray]:
    """S = C / (6 N B) of the models on the frontier against C."""
    experiment = law["selection"]["experiment"]
    batches = {run["n_params"]: run["batch_tokens"] for run in source.members(experiment)}
    compute, size = (np.array(law["points"][name]) for name in ("C", "N"))
    batch = np.array([batches[int(n)] for n in size], dtype=float)
    return compute, compute * PF_DAY / (6.0 * size * batch)
