"""Figure 12: what another size than the efficient one costs in compute, and saves in steps."""

import numpy as np

from scalinglaws.figures.redone import Redone, redone
from scalinglaws.figures.source import Source
from scalinglaws.plotting import GREY, VERMILION, Sheet, log_x, log_y, span

EXPONENTS = ("alpha_N", "alpha_S")
SIZES = (0.32, 10.0)  # N / N_eff; the paper draws from 0.34 on
MOST_COMPUTE = 4.0  # the top of its left panel
DRAWN_COMPUTE = 5.0  # lines leave through the top
# App. B.4: from here on the steps are so few that the law of L(N,S), which does not describe early
# training, is not to be trusted.
LARGEST_TRUSTED = 3.5
EXCESS = 0.2


def draw(source: Source) -> Sheet:
    """Eqs B.16 and B.17 with the printed exponents, and with this source's own and their bands."""
    sheet = Sheet([("compute", "1", "1"), ("steps", "1", "1")], height=4.0)
    law = source.laws["L(N,S_min)"]
    # Table 5's: the paper's lines have 0.076, not the 0.077 of the joint fit.
    printed = source.printed("alpha_N"), source.printed("alpha_S")
    own = redone((law, EXPONENTS))
    whose = "refit" if source.is_paper else "this study"
    for panel in sheet.axes:
        _draw_printed(sheet, panel, *printed)
        if own is None:
            sheet.remark(panel, f"{whose}: L(N,S_min) has no fit: {law['status']}")
        else:
            _draw_own(sheet, panel, own, whose)
    _mark_excess(sheet, printed)
    compute, steps = sheet.axes.values()
    compute.set_title("Excess compute")
    compute.set_ylim(0.9, MOST_COMPUTE)
    compute.set_ylabel(r"$C/C_\mathrm{efficient}$ at the same loss")
    steps.set_title("Steps needed")
    steps.set_ylim(0.2, 12.0)
    log_y(steps, r"$S/S_\mathrm{efficient}$ at the same loss")
    for panel, axes in sheet.axes.items():
        axes.set_xlim(*SIZES)
        log_x(axes, r"$N/N_\mathrm{efficient}$")
        sheet.legend_below(panel)
    return sheet


def steps_ratio(x, alpha_N: float, alpha_S: float) -> np.ndarray:
    """S / S_eff at x = N / N_eff (B.17); NaN where the loss is never reached."""
    bracket = 1.0 + alpha_S / alpha_N * (1.0 - np.asarray(x, dtype=float) ** -alpha_N)
    return np.where(bracket > 0, bracket, np.nan) ** (-1.0 / alpha_S)


def _ratio(panel: str, x, alpha_N: float, alpha_S: float) -> np.ndarray:
    """B.16 or B.17."""
    return steps_ratio(x, alpha_N, alpha_S) * (x if panel == "compute" else 1.0)


def _sizes(rows: np.ndarray, top: float) -> np.ndarray:
    """N / N_eff where every pair of exponents in ``rows`` costs less than ``top``."""
    x = span(SIZES, count=400)
    compute = np.array([_ratio("compute", x, *row) for row in rows])
    return x[(compute < top).all(axis=0)]


def _parts(panel: str, x: np.ndarray) -> tuple[np.ndarray, ...]:
    """The whole line, or its trusted part and the rest."""
    if panel == "compute":
        return (x,)
    return x[x <= LARGEST_TRUSTED], x[x >= x[x <= LARGEST_TRUSTED][-1]]


def _draw_printed(sheet: Sheet, panel: str, alpha_N: float, alpha_S: float) -> None:
    label = rf"printed: $\alpha_N$ = {alpha_N:g}, $\alpha_S$ = {alpha_S:g}"
    x = _sizes(np.array([[alpha_N, alpha_S]]), DRAWN_COMPUTE)
    look = {"color": GREY, "linestyle": (0, (4, 2)), "linewidth": 1.2, "zorder": 3}
    for at in _parts(panel, x):
        y = _ratio(panel, at, alpha_N, alpha_S)
        sheet.line(panel, "printed", at, y, label=label, **look)
        look |= {"linestyle": (0, (1, 1.5))}
        label = "dotted: early in training, not described"


def _draw_own(sheet: Sheet, panel: str, own: Redone, whose: str) -> None:
    """The source's own exponents with the 95 % band, as far as all redone ones reach."""
    alpha_N, alpha_S = own.estimate
    label = rf"{whose}, 95 % band: $\alpha_N$ = {alpha_N:.3f}, $\alpha_S$ = {alpha_S:.3f}"
    x = _sizes(np.vstack([own.estimate, own.rows]), DRAWN_COMPUTE)
    for at in _parts(panel, x):
        mean, low, high = own.log_band(lambda a, b, at=at: _ratio(panel, at, a, b))
        look = {"color": VERMILION, "label": label, "linewidth": 1.2}
        look["linestyle"] = "-" if label else (0, (1, 1.5))
        sheet.band(panel, whose, at, mean, low, high, **look)
        label = None


def _mark_excess(sheet: Sheet, printed: tuple[float, float]) -> None:
    """Where 20 % more compute leads to, with the printed exponents."""
    x = _sizes(np.array([printed]), DRAWN_COMPUTE)
    y, small = _ratio("compute", x, *printed), x < 1.0
    at = 1.0 + EXCESS
    sizes = [np.interp(at, y[small][::-1], x[small][::-1]), np.interp(at, y[~small], x[~small])]
    words = " and ".join(f"{size:.1f}" for size in sizes)
    look = {"color": GREY, "marker": "|", "markersize": 9}
    look["label"] = rf"20 % more compute, as printed: {words} $N_\mathrm{{efficient}}$"
    sheet.points("compute", "20 % more compute", sizes, [at, at], **look)
