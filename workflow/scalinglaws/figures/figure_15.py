"""Figure 15: the loss that compute predicts, the loss that its data allows, and where they meet."""

import numpy as np

from scalinglaws.figures.law_panel import with_interval
from scalinglaws.figures.redone import redone, t_quantile
from scalinglaws.figures.source import Source
from scalinglaws.plotting import (
    BLACK,
    VERMILION,
    Sheet,
    law_band,
    log_loss_y,
    log_x,
    no_panels,
    number,
    span,
)

ORANGE = "#E69F00"
COMPUTE = (1e-8, 1e7)  # PF-days, as far as the paper draws it
BEYOND = 1e6  # a study's lines go on to where they meet, if within so many times its compute
NEEDED = ("L(C_min)", "L(D)", "D_opt(C_min)")
ENVELOPE = "fig13_Cmin"  # the black line of this figure too
MEET = ("log10_C_star (Eq. 6.8)", "L_star (Eq. 6.8)")
MINIMUM = r"$C_\mathrm{min}$"


def draw(source: Source) -> Sheet:
    """As printed, for the paper's points; and with this source's own fits and their bands."""
    laws = [source.laws[name] for name in NEEDED]
    fitted = all(law["status"] == "ok" for law in laws)
    if not (fitted or source.is_paper):
        return no_panels(source.why_missing())
    names = [*(["printed"] if source.is_paper else []), *(["own"] if fitted else [])]
    sheet = Sheet([(name, "PF-days", "nats/token") for name in names], height=4.3)
    if source.is_paper:
        _draw_printed(sheet, source)
    if fitted:
        _draw_own(sheet, source, *laws)
    if len(names) > 1:
        sheet.axes["own"].sharey(sheet.axes["printed"])
    for panel, axes in sheet.axes.items():
        log_x(axes, f"Compute {MINIMUM} (PF-days, non-embedding)")
        log_loss_y(axes)
        sheet.legend_below(panel)
    return sheet


def _draw_printed(sheet: Sheet, source: Source) -> None:
    """The lines with the constants of the paper's figure, and the band that it draws by eye."""
    constants = ("alpha_C_min", "C_c_min", "alpha_D", "D_c", "p_D", "D_e")
    alpha_C, C_c, alpha_D, D_c, p_D, D_e = (source.printed(name) for name in constants)
    if rows := source.drawn.get(ENVELOPE):
        x, loss = (np.array([float(r[c]) for r in rows]) for c in ("compute_PFdays", "test_loss"))
        _draw_envelope(sheet, "printed", x, loss, ", as drawn")
    x = span(COMPUTE)
    label = rf"printed: $L$ = ({MINIMUM}/{number(C_c)})$^{{-{alpha_C:.3f}}}$"
    look = {"color": ORANGE, "linestyle": (0, (4, 2))}
    sheet.line("printed", "printed, L(C_min)", x, (C_c / x) ** alpha_C, label=label, **look)
    loss = (D_c / (D_e * x**p_D)) ** alpha_D
    low, high = (source.printed(f"band_{end}") * loss for end in ("low", "high"))
    label = rf"printed: $L(D)$, $D$ = {number(D_e)} {MINIMUM}$^{{{p_D:g}}}$ tokens"
    sheet.band("printed", "printed, L(D(C_min))", x, loss, low, high, color=VERMILION, label=label)
    sheet.axes["printed"].set_title("As printed")
    # Eq. 6.8 rests on the constants of Tables 5 and 6; the lines that were drawn meet elsewhere.
    ln_C = (alpha_D * np.log(D_c / D_e) - alpha_C * np.log(C_c)) / (alpha_D * p_D - alpha_C)
    meet = np.exp(ln_C)
    look = {"color": BLACK, "marker": "x", "markersize": 5, "zorder": 5}
    look["label"] = f"these lines meet at {number(meet)} PF-days (the paper says ~$10^4$)"
    sheet.points("printed", "the lines meet", [meet], [(C_c / meet) ** alpha_C], **look)


def _draw_own(sheet: Sheet, source: Source, by_compute: dict, by_data: dict, data: dict) -> None:
    points = by_compute["points"]
    _draw_envelope(sheet, "own", points["x"], points["loss"], "", points["run_ids"])
    meet = _meeting(source.laws["derived"])
    x = span(COMPUTE if source.is_paper else _reach(points["x"], meet))
    mean, low, high = law_band(by_compute, x)
    label = rf"$L$({MINIMUM}), 95 % band: $\alpha$ = {with_interval(by_compute, 1)}"
    sheet.band("own", "refit, L(C_min)", x, mean, low, high, color=ORANGE, label=label)
    mean, low, high = loss_of_data(by_data, data, x)
    p_D, (first, last) = data["estimates"][0], data["conf_int"][0]
    label = rf"$L(D)$ of its data, 95 % band: $p_D$ = {p_D:.3f} [{first:.3f}, {last:.3f}]"
    sheet.band("own", "refit, L(D(C_min))", x, mean, low, high, color=VERMILION, label=label)
    sheet.axes["own"].set_title("Refit" if source.is_paper else "This study")
    if meet is None:
        sheet.remark("own", "where they meet is not known")
        return
    (log10_C, loss), ends = meet["estimate"], meet["interval"]
    where = rf"$10^{{{log10_C:.1f}}}$ PF-days [$10^{{{ends[0]:.1f}}}$, $10^{{{ends[1]:.1f}}}$]"
    if not x[0] <= 10.0**log10_C <= x[-1]:
        sheet.remark("own", f"they meet far outside of this panel, at\n{where}")
        return
    look = {"color": BLACK, "marker": "x", "markersize": 5, "zorder": 5}
    look["label"] = f"they meet at {where}"
    sheet.points("own", "the lines meet", [10.0**log10_C], [loss], **look)
    at = 10.0 ** np.clip(ends, *np.log10(x[[0, -1]]))
    look = {"color": BLACK, "linewidth": 0.8, "zorder": 5}
    sheet.line("own", "the lines meet, 95 %", at, [loss, loss], **look)


def _draw_envelope(sheet: Sheet, panel: str, x, loss, how: str, run_ids=None) -> None:
    label = f"lower envelope against {MINIMUM}{how}"
    look = {"color": BLACK, "linewidth": 1.0, "linestyle": "-", "marker": "", "zorder": 3}
    sheet.points(panel, "envelope", x, loss, run_ids, label=label, **look)


def loss_of_data(by_data: dict, data: dict, x: np.ndarray) -> tuple[np.ndarray, ...]:
    """(mean, low, high) of L(D_opt(C_min)) at x in PF-days, nats/token.

    L(D) and D_opt rest on different runs: their variances add, with the degrees of freedom of
    Welch and Satterthwaite.
    """
    own = redone((data, tuple(data["names"])))
    log10_D, variance, df = own.moments(lambda p, log10_scale: log10_scale + p * np.log10(x))
    level, alpha_D = by_data["estimates"]
    rows = np.column_stack([np.ones_like(x), by_data["centre_ln_x"] - log10_D * np.log(10.0)])
    mean = rows @ np.array([level, alpha_D])
    of_loss = np.einsum("ij,jk,ik->i", rows, np.array(by_data["covariance"]), rows)
    of_data = (alpha_D * np.log(10.0)) ** 2 * variance
    total = of_loss + of_data
    freedom = total**2 / (of_loss**2 / by_data["df"] + of_data**2 / df)
    half = t_quantile(freedom) * np.sqrt(total)
    return np.exp(mean), np.exp(mean - half), np.exp(mean + half)


def _meeting(derived: dict) -> dict | None:
    """log10 of C* and L* (Eq. 6.8) with the interval of the first; None where it is not known."""
    if derived["status"] != "ok" or not set(MEET) <= set(derived["names"]):
        return None
    at = [derived["names"].index(name) for name in MEET]
    found = [derived["estimates"][i] for i in at]
    return {"estimate": found, "interval": derived["conf_int"][at[0]]}


def _reach(fitted: list[float], meet: dict | None) -> tuple[float, float]:
    """The fitted computes, and on to where the lines meet if that is near enough."""
    low, high = min(fitted), max(fitted)
    if meet is None:
        return low, high
    crossing = 10.0 ** meet["estimate"][0]
    if not low / BEYOND <= crossing <= high * BEYOND:
        return low, high
    return min(low, crossing / 3.0), max(high, crossing * 3.0)
