"""Figure 13: the smallest loss at each compute, at the fixed batch (C) and adjusted (C_min)."""

import numpy as np

from scalinglaws.figures.law_panel import draw_refit, with_interval
from scalinglaws.figures.source import Source
from scalinglaws.plotting import (
    BLACK,
    BLUE,
    VERMILION,
    Sheet,
    log_loss_y,
    log_x,
    no_panels,
    number,
    span,
)

# Law, file of the envelope that the paper drew, compute in symbols, exponent's symbol, colour, its
# constants, dashes of the envelope.
ENVELOPES = (
    (
        "L(C_min)",
        "fig13_Cmin",
        r"$C_\mathrm{min}$",
        r"\alpha_C^\mathrm{min}",
        BLUE,
        ("alpha_C_min", "C_c_min"),
        "-",
    ),
    ("L(C)", "fig13_C", "$C$", r"\alpha_C", VERMILION, ("alpha_C", "C_c"), (0, (1, 1))),
)
WORDS = {"L(C_min)": "adjusted to small batch", "L(C)": "at fixed batch"}


def draw(source: Source) -> Sheet:
    """Both envelopes and their power laws on one loss axis."""
    if not any(
        source.laws[law]["points"]["x"] or name in source.drawn for law, name, *_ in ENVELOPES
    ):
        return no_panels(source.why_missing())
    sheet = Sheet([("compute", "PF-days", "nats/token")], height=4.6)
    for law, name, compute, symbol, colour, constants, dashes in ENVELOPES:
        _draw_envelope(sheet, source, law, name, compute, dashes)
        _draw_law(sheet, source, law, name, compute, symbol, colour, constants)
    axes = sheet.axes["compute"]
    axes.set_title("Loss against compute")
    log_x(axes, "Compute (PF-days, non-embedding)")
    log_loss_y(axes)
    sheet.legend_below("compute")
    return sheet


def _draw_envelope(sheet: Sheet, source: Source, law: str, name: str, compute, dashes) -> None:
    """The lower envelope as the paper drew it; of a trained study where its law is fitted."""
    look = {"color": BLACK, "linewidth": 1.0, "linestyle": dashes}
    words = f"lower envelope against {compute},\n{WORDS[law]}"
    if rows := source.drawn.get(name):
        x, loss = (np.array([float(r[c]) for r in rows]) for c in ("compute_PFdays", "test_loss"))
        sheet.line("compute", f"{law}, envelope of the paper", x, loss, label=words, **look)
    elif (points := source.laws[law]["points"])["x"]:
        look |= {"marker": ".", "markersize": 3, "label": words}
        sheet.points(
            "compute", f"{law}, envelope", points["x"], points["loss"], points["run_ids"], **look
        )


def _draw_law(sheet, source, name, file, compute, symbol, colour, constants) -> None:
    law = source.laws[name]
    if law["status"] == "ok":
        label = f"refit, 95 % band: ${symbol}$ = {with_interval(law, 1)}"
        draw_refit(sheet, "compute", law, label, colour, zorder=4)
    else:
        sheet.remark("compute", f"{compute}, no fit: {law['status']}")
    exponent, scale = (source.printed(constant) for constant in constants)
    if not source.is_paper:
        sheet.remark("compute", f"paper (its text, n_vocab 50257):\n${symbol}$ = {exponent:g}")
    elif rows := source.drawn.get(file):
        x = span([float(row["compute_PFdays"]) for row in rows])
        look = {"color": colour, "linestyle": (0, (4, 2)), "linewidth": 1.1, "zorder": 3}
        label = rf"printed: ({compute}/{number(scale)})$^{{-{exponent:.3f}}}$"
        sheet.line("compute", f"printed, {name}", x, (scale / x) ** exponent, label=label, **look)
