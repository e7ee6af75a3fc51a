"""Figure 1: test loss against compute, dataset size and parameters, as far as there are runs."""

from scalinglaws.figures.curves import segments, style
from scalinglaws.figures.law_panel import draw_points, draw_printed, draw_refit, with_interval
from scalinglaws.figures.source import Source
from scalinglaws.plotting import BLACK, Sheet, log_loss_y, log_x, no_panels, number, span
from scalinglaws.units import PF_DAY

PALE_BLUE = "#A6CDE8"
ENVELOPE = "fig01_compute_envelope"  # of the paper: minima over runs, in no table of metrics


def draw(source: Source) -> Sheet:
    """A panel for each quantity that the source has measured."""
    by_data, by_size = source.laws["L(D)"], source.laws["L(N)"]
    curves = _curves(source)
    panels = [
        *([("compute", "PF-days", "nats/token")] if curves else []),
        *([("dataset", "tokens", "nats/token")] if _has_points(by_data) else []),
        *([("parameters", "parameters", "nats/token")] if _has_points(by_size) else []),
    ]
    if not panels:
        return no_panels(source.why_missing())
    sheet = Sheet(panels, height=3.8)
    if curves:
        _draw_compute(sheet, source, curves)
    if "dataset" in sheet.axes:
        draw_points(sheet, "dataset", source, by_data, "dataset_tokens", noun="minima over models")
        _draw_law(sheet, source, "dataset", by_data, "$D$", r"\alpha_D", ("alpha_D", "D_c"))
        _finish(sheet, "dataset", "Dataset size", "Tokens $D$")
    if "parameters" in sheet.axes:
        draw_points(sheet, "parameters", source, by_size, "n_params")
        _draw_law(sheet, source, "parameters", by_size, "$N$", r"\alpha_N", ("alpha_N", "N_c"))
        _finish(sheet, "parameters", "Parameters", "Parameters $N$ (non-embedding)")
    return sheet


def _has_points(law: dict) -> bool:
    return bool(law["fitted_runs"] or law["excluded"])


def _curves(source: Source) -> dict:
    """Learning curves: C_min of the paper's runs, C = 6NBS of trained ones."""
    fitted = source.laws["L(C)"]["selection"].get("experiment", "model_size")
    experiment = "compute" if source.is_paper else fitted
    column = "compute_min" if source.is_paper else "compute_6nbs"
    return segments(source, [run["run_id"] for run in source.members(experiment)], column)


def _draw_compute(sheet: Sheet, source: Source, curves: dict) -> None:
    """All learning curves, their lower envelope where it is fitted, and the fit."""
    label = f"{len(curves)} runs"
    for run_id, phases in curves.items():
        for phase, (compute, loss) in phases.items():
            ids = [run_id] * len(compute)
            look = {"color": PALE_BLUE, "linewidth": 0.6, "label": label, **style(phase)}
            sheet.line("compute", "runs", compute / PF_DAY, loss, ids, **look)
            label = None
    _draw_published(sheet, source)
    law = source.laws["L(C_min)" if source.is_paper else "L(C)"]
    points = law["points"]
    if points["x"]:
        look = {"color": BLACK, "marker": ".", "markersize": 3}
        look |= {"label": f"lower envelope, of {law['n_runs']} runs"}
        if source.is_paper:  # the curves above are drawn against the printed conversion
            look["label"] += " of Fig. 2,\n" + r"$C_\mathrm{min}$ by the refitted $B_\mathrm{crit}$"
        else:
            look |= {"linestyle": "-", "linewidth": 0.8}
        sheet.points("compute", "envelope", points["x"], points["loss"], points["run_ids"], **look)
    if source.is_paper:
        constants = ("alpha_C_min", "C_c_min")
        minimum = r"$C_\mathrm{min}$"
        _draw_law(sheet, source, "compute", law, minimum, r"\alpha_C^\mathrm{min}", constants)
        _finish(sheet, "compute", "Compute", r"Compute $C_\mathrm{min}$ (PF-days)")
    else:
        _draw_law(sheet, source, "compute", law, "$C$", r"\alpha_C", ("alpha_C", "C_c"))
        _finish(sheet, "compute", "Compute", r"Compute $C = 6NBS$ (PF-days)")


def _draw_published(sheet: Sheet, source: Source) -> None:
    """The lower envelope that the paper drew."""
    if rows := source.drawn.get(ENVELOPE):
        x, loss = ([float(row[name]) for row in rows] for name in ("C_min_PFdays", "test_loss"))
        look = {"color": BLACK, "linewidth": 0.8, "label": "lower envelope of the paper"}
        sheet.line("compute", "envelope of the paper", x, loss, **look)


def _draw_law(
    sheet: Sheet,
    source: Source,
    panel: str,
    law: dict,
    variable: str,
    symbol: str,
    constants: tuple[str, str],
) -> None:
    """The fit with its band, and what the paper prints: over its own points only as a line."""
    exponent, scale = (source.printed(name) for name in constants)
    if law["status"] == "ok":
        # Above the points: those of an envelope are a line themselves.
        label = f"refit, 95 % band:\n${symbol}$ = {with_interval(law, 1)}"
        draw_refit(sheet, panel, law, label, zorder=4)
    else:
        sheet.remark(panel, f"no fit: {law['status']}")
    if not source.is_paper:
        # A number in words, not a line: the paper's loss axis is not ours.
        sheet.remark(panel, f"paper (its text, n_vocab 50257):\n${symbol}$ = {exponent:g}")
    elif law["x_range"]:
        # Over everything drawn, or the line would be hidden by the refit.
        drawn = [x for line in sheet.axes[panel].lines for x in line.get_xdata()]
        at = span(drawn)
        label = rf"printed: ({variable}/{number(scale)})$^{{-{exponent:.3f}}}$"
        draw_printed(sheet, panel, at, (scale / at) ** exponent, label)


def _finish(sheet: Sheet, panel: str, title: str, label: str) -> None:
    axes = sheet.axes[panel]
    axes.set_title(title)
    log_x(axes, label)
    log_loss_y(axes)
    sheet.legend_below(panel)
