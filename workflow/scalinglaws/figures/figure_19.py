"""Figure 19: the fewest steps and tokens in which models of each size reach a loss."""

import numpy as np

from scalinglaws.figures.adjusted import CRITICAL, Curve, first_step, step_curves
from scalinglaws.figures.colour_scale import ColourScale
from scalinglaws.figures.redone import Redone, redone
from scalinglaws.figures.source import Source
from scalinglaws.laws.batch.conversion import critical_batch, s_min
from scalinglaws.plotting import Sheet, log_x, log_y, no_panels

LEVELS = 8  # of the paper's figure, evenly in the logarithm
# Panel, its file and column of the paper's points, title, label.
PANELS = (
    ("steps", "fig19_Smin", "S_min", "Fewest steps", r"$S_\mathrm{min}$ (steps)"),
    ("tokens", "fig19_Emin", "E_min_tokens", "Fewest tokens", r"$E_\mathrm{min}$ (tokens)"),
)
DARK = "#555555"


def draw(source: Source) -> Sheet:
    """A line a loss; steps and tokens of the curves by Eq. 5.4 with the fitted B_crit(L)."""
    own = redone((source.laws["B_crit(L)"], CRITICAL))
    law = source.laws["L(N,S_min)"]
    curves = step_curves(source, law, first_step(law)) if own else []
    published = {panel: _published(source, file, column) for panel, file, column, *_ in PANELS}
    if not curves and not any(published.values()):
        return no_panels(source.why_missing())
    levels = sorted(published["steps"]) or _levels([curve for _, curve in curves])
    colours = ColourScale(levels)
    sheet = Sheet([("steps", "parameters", "steps"), ("tokens", "parameters", "tokens")], 3.6)
    for panel, _, _, title, label in PANELS:
        for level in levels:
            if points := published[panel].get(level):
                look = {
                    "color": colours(level),
                    "markersize": 3,
                    "linestyle": "-",
                    "linewidth": 0.6,
                }
                sheet.points(panel, f"loss {level:.4g}, paper", *zip(*points, strict=True), **look)
            _draw_level(sheet, panel, level, curves, own, colours(level), hollow=bool(points))
        axes = sheet.axes[panel]
        axes.set_title(title)
        log_x(axes, "Parameters $N$ (non-embedding)")
        log_y(axes, label)
        _explain(sheet, source, panel, own)
    colours.bar(sheet, list(sheet.axes.values()), "Test loss (nats/token)", plain=True)
    return sheet


def steps_to(loss: float, curve: Curve) -> float:
    """Steps after which a curve (step, loss) reaches ``loss``, straight in the logarithms.

    The smallest loss so far counts: a curve that rises again has reached it. NaN where it begins
    below ``loss`` or never comes so far.
    """
    step, lowest = curve[0], np.minimum.accumulate(curve[1])
    if not lowest[-1] <= loss <= lowest[0]:
        return float("nan")
    after = int(np.argmax(lowest <= loss))
    if after == 0:
        return float(step[0])
    x = np.log(lowest[[after, after - 1]])
    return float(np.exp(np.interp(np.log(loss), x, np.log(step[[after, after - 1]]))))


def _levels(curves: list[Curve]) -> list[float]:
    """Losses from where every curve has begun to the smallest of all, which is left out."""
    high, low = min(loss[0] for _, loss in curves), min(loss.min() for _, loss in curves)
    return np.geomspace(low, high, LEVELS + 1)[1:].tolist()


def _published(source: Source, file: str, column: str) -> dict[float, list[tuple[float, float]]]:
    """{loss: [(N, steps or tokens)]} of the paper's points, by its own B_crit, in order of N."""
    found: dict[float, list[tuple[float, float]]] = {}
    for row in source.drawn.get(file, []):
        point = float(row["N"]), float(row[column])
        found.setdefault(float(row["target_test_loss"]), []).append(point)
    return {level: sorted(points) for level, points in found.items()}


def _draw_level(
    sheet: Sheet,
    panel: str,
    level: float,
    curves: list,
    own: Redone | None,
    colour,
    hollow: bool,
) -> None:
    """The measured curves where they reach the loss, with the band that B_crit leaves."""
    reached = [(run, steps_to(level, curve)) for run, curve in curves]
    reached = [(run, step) for run, step in reached if np.isfinite(step)]
    if not reached:
        return
    size, batch = (np.array([r[c] for r, _ in reached]) for c in ("n_params", "batch_tokens"))
    step = np.array([step for _, step in reached])

    def adjusted(*critical) -> np.ndarray:
        steps = s_min(step, level, batch, *critical)
        return steps if panel == "steps" else critical_batch(level, *critical) * steps

    series = f"loss {level:.4g}"
    mean, low, high = own.log_band(adjusted)
    sheet.band(panel, f"{series}, B_crit", size, mean, low, high, color=colour, linewidth=0.8)
    look = {"color": colour, "markersize": 3} | ({"markerfacecolor": "white"} if hollow else {})
    sheet.points(panel, series, size, mean, [run["run_id"] for run, _ in reached], **look)


def _explain(sheet: Sheet, source: Source, panel: str, own: Redone | None) -> None:
    axes = sheet.axes[panel]
    look = {"color": DARK, "marker": "o", "markersize": 3}
    if source.is_paper:
        axes.plot([], [], label="the paper's points", linewidth=0.6, **look)
        look["markerfacecolor"] = "white"
    if own is None:
        sheet.remark(panel, f"no fit: {source.laws['B_crit(L)']['status']}")
    else:
        words = r"curves by the refitted $B_\mathrm{crit}$, 95 % band"
        axes.plot([], [], label=words, linewidth=0.8, **look)
    sheet.legend_below(panel)
