"""Figure 11: loss against model size at equal compute and equal steps, with the fit L(N,S_min)."""

import numpy as np

from scalinglaws.figures.adjusted import (
    CRITICAL,
    STEPS,
    first_step,
    printed_critical,
    printed_steps,
    step_law,
)
from scalinglaws.figures.colour_scale import ColourScale
from scalinglaws.figures.redone import Redone, redone
from scalinglaws.figures.slices import Slice, slices
from scalinglaws.figures.source import Source
from scalinglaws.laws.batch.conversion import s_min
from scalinglaws.plotting import Sheet, log_loss_y, log_x, no_panels, span
from scalinglaws.units import PF_DAY

PANELS = (
    ("compute", "compute_6nbs", "At equal compute", "Compute $C = 6NBS$ (PF-days)"),
    ("steps", "step", "At equal steps", "Steps $S$"),
)
DOTTED = (0, (1, 1))


def draw(source: Source) -> Sheet:
    """Two panels, eight slices each; points measured, lines the law with S_min by Eq. 5.4."""
    law = source.laws["L(N,S_min)"]
    experiment = law["selection"].get("experiment", "model_size")
    first = first_step(law)
    found = {panel: slices(source, column, experiment, first) for panel, column, *_ in PANELS}
    found = {panel: own for panel, own in found.items() if own}
    if not found:
        return no_panels(source.why_missing())
    own = redone((source.laws["B_crit(L)"], CRITICAL), (law, STEPS))
    sheet = Sheet([(panel, "parameters", "nats/token") for panel in found], height=4.2)
    for panel, _, title, label in PANELS:
        if panel not in found:
            continue
        colours = ColourScale([cut.value for cut in found[panel]])
        for cut in found[panel]:
            _draw_slice(sheet, source, panel, cut, colours(cut.value), own, first)
        axes = sheet.axes[panel]
        # The printed line of the first steps leaves through the top.
        losses = np.concatenate([cut.loss for cut in found[panel]])
        axes.set_ylim(losses.min() / 1.05, losses.max() * 1.1)
        axes.set_title(title)
        log_x(axes, "Parameters $N$ (non-embedding)")
        log_loss_y(axes)
        _explain(sheet, source, panel, law, own)
        colours.bar(sheet, [axes], label, plain=panel == "steps")
    return sheet


def _draw_slice(
    sheet: Sheet,
    source: Source,
    panel: str,
    cut: Slice,
    colour,
    own: Redone | None,
    first: float,
) -> None:
    """Points, the fit where it was fitted (after the warm-up), and the paper's line."""
    name = f"{cut.value:.4g} PF-days" if panel == "compute" else f"{cut.value:.6g} steps"
    look = {"color": colour, "markersize": 3}
    sheet.points(panel, name, cut.n_params, cut.loss, cut.run_ids, **look)
    if own is not None and (fitted := cut.after(first)):
        mean, low, high = own.log_band(lambda *p: _at_points(fitted, *p))
        look = {"linewidth": 0.9, "zorder": 2}
        series = f"refit, {name}"
        sheet.band(panel, series, fitted.n_params, mean, low, high, color=colour, **look)
    if source.is_paper:
        size, loss = _as_drawn(source, panel, cut)
        look = {"color": colour, "linestyle": DOTTED, "linewidth": 1.3, "zorder": 2.5}
        sheet.line(panel, f"printed, {name}", size, loss, **look)


def _at_points(cut: Slice, alpha_B, log10_B_star, *constants) -> np.ndarray:
    """What the fit says of each model: its S_min by B_crit at the loss that it had (Eq. 5.4)."""
    steps = s_min(cut.step, cut.loss, cut.batch_tokens, alpha_B, log10_B_star)
    return step_law(cut.n_params, steps, *constants)


def _as_drawn(source: Source, panel: str, cut: Slice) -> tuple[np.ndarray, np.ndarray]:
    """The paper's dotted line. At equal compute its B_crit is that of the slice's smallest loss.

    Its S_c counts steps at S_min, half of Table 3's: with Table 3's the lines would lie elsewhere.
    """
    size, step, loss, batch = cut.n_params, cut.step, cut.loss, cut.batch_tokens
    if panel == "compute":
        size, loss, batch = span(size, count=60), loss.min(), batch[0]
        step = cut.value * PF_DAY / (6.0 * size * batch)
    steps = s_min(step, loss, batch, *printed_critical(source))
    return size, step_law(size, steps, *printed_steps(source))


def _explain(sheet: Sheet, source: Source, panel: str, law: dict, own: Redone | None) -> None:
    """What the lines are, in words below the panel."""
    axes = sheet.axes[panel]
    grey = {"color": "#555555", "linewidth": 1.0}
    axes.plot([], [], label="measured", marker="o", markersize=3, linestyle="none", color="#555555")
    if own is None:
        sheet.remark(panel, f"no fit: {law['status']}")
    else:
        axes.plot([], [], label="refit of $L(N,S_\\mathrm{min})$, 95 % band", **grey)
    if source.is_paper:
        axes.plot([], [], label="printed: Eq. 5.6, as drawn", **grey | {"linestyle": DOTTED})
    sheet.legend_below(panel)
