"""L(N,D), Eq. 1.5: its refit with a band and, over the paper's points, the line it printed."""

import numpy as np

from scalinglaws.figures.delta_band import delta_band
from scalinglaws.figures.source import Source
from scalinglaws.plotting import Sheet

PRINTED = {"linestyle": (0, (1, 1)), "linewidth": 1.3, "zorder": 2.5}
DARK = "#555555"  # of explanations that hold for all colours


def joint_law(n_params, tokens, alpha_N, alpha_D, log10_N_c, log10_D_c) -> np.ndarray:
    """L(N,D) in nats/token; ``tokens`` may be infinite."""
    by_size = (10.0**log10_N_c / np.asarray(n_params, dtype=float)) ** (alpha_N / alpha_D)
    by_data = 10.0**log10_D_c / np.asarray(tokens, dtype=float)
    return (by_size + by_data) ** alpha_D


def printed_loss(source: Source, n_params, tokens) -> np.ndarray:
    """The same with the constants that this figure of the paper is drawn with."""
    exponents = source.printed("alpha_N"), source.printed("alpha_D")
    scales = (float(np.log10(source.printed(name))) for name in ("N_c", "D_c"))
    return joint_law(n_params, tokens, *exponents, *scales)


def draw_joint(sheet: Sheet, source: Source, panel: str, name: str, x, at: tuple, colour) -> None:
    """One curve of the surface along ``x``, at = (N, D) of its points."""
    found = delta_band(source.laws["L(N,D)"], lambda *p: joint_law(*at, *p))
    if found is not None:
        look = {"color": colour, "linewidth": 0.9, "zorder": 2}
        sheet.band(panel, f"refit, {name}", x, *found, **look)
    if source.is_paper:
        look = {"color": colour, **PRINTED}
        sheet.line(panel, f"printed, {name}", x, printed_loss(source, *at), **look)


def explain_joint(sheet: Sheet, source: Source, panel: str) -> None:
    """What the lines of a panel are, in words below it."""
    axes, law = sheet.axes[panel], source.laws["L(N,D)"]
    if law["status"] == "ok":
        axes.plot([], [], label="refit of $L(N,D)$, 95 % band", color=DARK, linewidth=0.9)
    else:
        sheet.remark(panel, f"$L(N,D)$, no fit: {law['status']}")
    if source.is_paper:
        axes.plot([], [], label="printed: Eq. 1.5 with Table 2", color=DARK, **PRINTED)
