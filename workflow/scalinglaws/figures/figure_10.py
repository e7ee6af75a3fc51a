"""Figure 10: the critical batch size against the loss, and the gradient noise scale."""

import numpy as np

from scalinglaws.figures.labels import size
from scalinglaws.figures.redone import redone
from scalinglaws.figures.source import Source
from scalinglaws.plotting import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    PURPLE,
    VERMILION,
    Sheet,
    log_loss_x,
    log_y,
    no_panels,
    number,
    span,
)

COLOURS = (BLUE, VERMILION, PURPLE)  # of the model sizes, small first
CONSTANTS = ("alpha_B", "log10_B_star")


def draw(source: Source) -> Sheet:
    """B_crit at each loss level by model size, the noise scale, the power law of both."""
    law = source.laws["B_crit(L)"]
    noise = [r for r in source.tables["noise_scale"].to_pylist() if _drawable(r)]
    if not law["points"] and not noise:
        return no_panels(source.why_missing())
    sheet = Sheet([("batch", "nats/token", "tokens")], height=4.4)
    _draw_noise(sheet, noise)
    _draw_levels(sheet, law)
    _draw_law(sheet, source, law)
    axes = sheet.axes["batch"]
    axes.set_title("Critical batch size")
    # Measured against a level of test loss; along a single pass the two losses are the same.
    log_loss_x(axes, "Loss (nats/token), falling to the right")
    axes.invert_xaxis()
    log_y(axes, "Critical batch size (tokens)")
    sheet.legend_below("batch")
    return sheet


def _drawable(row: dict) -> bool:
    return bool(row["train_loss"] and row["noise_scale"] and row["noise_scale"] > 0)


def _draw_noise(sheet: Sheet, noise: list[dict]) -> None:
    """Dots, one a measurement: of all runs alike, as in the paper."""
    if noise:
        x, y, runs = ([row[n] for row in noise] for n in ("train_loss", "noise_scale", "run_id"))
        look = {"color": GREEN, "marker": ".", "markersize": 3.5, "alpha": 0.6, "zorder": 1.5}
        label = f"gradient noise scale ({len(noise)} measurements)"
        sheet.points("batch", "noise scale", x, y, runs, label=label, **look)


def _draw_levels(sheet: Sheet, law: dict) -> None:
    points = law["points"]
    sizes = np.array(points.get("n_params", ()))
    for n_params, colour in zip(sorted(set(sizes.tolist())), COLOURS, strict=False):
        own = sizes == n_params
        x, y = (np.array(points[name], dtype=float)[own] for name in ("loss", "B_crit"))
        look = {"color": colour, "linestyle": "-", "linewidth": 0.8, "markersize": 3.5}
        words = f"$B_\\mathrm{{crit}}$, {size(n_params)} parameters ({own.sum()} losses)"
        sheet.points("batch", f"N = {n_params}", x, y, label=words, **look)


def _draw_law(sheet: Sheet, source: Source, law: dict) -> None:
    found, losses = redone((law, CONSTANTS)), law["points"].get("loss")
    if found is None:
        sheet.remark("batch", f"no fit: {law['status']}")
    else:
        x = span(losses)
        mean, low, high = found.log_band(lambda a, log10_b: 10.0**log10_b * x ** (-1.0 / a))
        alpha, (first, last) = law["estimates"][0], law["conf_int"][0]
        label = rf"refit, 95 % band: $\alpha_B$ = {alpha:.3f} [{first:.3f}, {last:.3f}]"
        sheet.band("batch", "refit", x, mean, low, high, color=BLACK, label=label, linewidth=1.2)
    exponent, scale = source.printed("alpha_B"), source.printed("B_star")
    if source.is_paper:
        x = span(losses)
        label = rf"printed: {number(scale)} $L^{{-1/{exponent:g}}}$"
        look = {"color": GREY, "linestyle": (0, (4, 2)), "linewidth": 1.1, "zorder": 4}
        sheet.line("batch", "printed", x, scale * x ** (-1.0 / exponent), label=label, **look)
    else:
        # In words: B_* belongs to the paper's loss axis.
        sheet.remark("batch", "paper (its text, n_vocab 50257):\n" rf"$\alpha_B$ = {exponent:g}")
