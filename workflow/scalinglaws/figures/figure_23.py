"""Figure 23: power law against logarithm, both fitted to the same runs, on a linear loss axis."""

import numpy as np

from scalinglaws.figures.law_panel import draw_points, draw_refit, drawable
from scalinglaws.figures.source import Source
from scalinglaws.plotting import (
    BLACK,
    BLUE,
    GREY,
    VERMILION,
    Sheet,
    law_band,
    log_x,
    no_panels,
    number,
    span,
)

FORMS = (("L(N)", "power law", BLUE), ("L(N) logarithm", "logarithm", VERMILION))


def draw(source: Source) -> Sheet:
    """Points, both fits with their bands, and for the paper's points its two printed curves."""
    if not _sizes(source):
        return no_panels(source.why_missing())
    sheet = Sheet([("parameters", "parameters", "nats/token")], height=3.9)
    axes = sheet.axes["parameters"]
    draw_points(sheet, "parameters", source, source.laws["L(N)"], "n_params", color=BLACK)
    sizes = _sizes(source)
    for name, form, colour in FORMS:
        law = source.laws[name]
        draw_refit(sheet, "parameters", law, _label(form, law), colour)
        if law["status"] != "ok":
            sheet.remark("parameters", f"{form}, no fit: {law['status']}")
        else:
            # Beyond the fitted runs the two forms part: thin, without a band.
            x = span(sizes)
            mean = law_band(law, x)[0]
            style = {"color": colour, "linewidth": 0.6, "zorder": 1.5}
            sheet.line("parameters", f"{form}, extrapolated", x, mean, **style)
    if source.is_paper:
        _draw_printed(sheet, source, span(sizes))
    else:
        # A number in words, not a line: the paper's loss axis is not ours.
        printed = rf"$\alpha_N$ = {source.printed('alpha_N'):g}"
        sheet.remark("parameters", f"paper (its text, n_vocab 50257):\n{printed}")
    axes.set_ylabel("Test loss (nats/token)")
    log_x(axes, "Parameters $N$ (without embeddings)")
    sheet.legend_below("parameters")
    return sheet


def _sizes(source: Source) -> list[float]:
    """Sizes of every run shown, fitted or left out."""
    law = source.laws["L(N)"]
    shown = {*law["fitted_runs"], *(entry["run_id"] for entry in law["excluded"])}
    return [r["n_params"] for r in source.runs if r["run_id"] in shown and drawable(r, "n_params")]


def _label(form: str, law: dict) -> str:
    return f"{form}: 95 % band, leave-one-out error {law['checks']['leave_one_out_percent']:.2f} %"


def _draw_printed(sheet: Sheet, source: Source, x: np.ndarray) -> None:
    exponent, scale = source.printed("alpha_N"), source.printed("N_c")
    k, scale_log = source.printed("k"), source.printed("N_log")
    curves = (
        (rf"printed: (N/{number(scale)})$^{{-{exponent:.3f}}}$", (scale / x) ** exponent, (4, 2)),
        (rf"printed: $-${k:g} ln(N/{number(scale_log)})", -k * np.log(x / scale_log), (1, 1.5)),
    )
    for label, loss, dashes in curves:
        style = {"linestyle": (0, dashes), "color": GREY, "linewidth": 1.1, "zorder": 1}
        sheet.line("parameters", label, x, loss, label=label, **style)
