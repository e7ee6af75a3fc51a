"""Figure 21: loss at given positions by model size, of models of a long and a short context."""

import numpy as np

from scalinglaws.figures.colour_scale import ColourScale
from scalinglaws.figures.comparable import beside
from scalinglaws.figures.positions import Curve, position_curves
from scalinglaws.figures.source import Source
from scalinglaws.plotting import Sheet, log_loss_y, log_x, no_panels

SHOWN = (1, 2, 4, 8, 16, 64, 256)  # positions in the context, besides its last


def draw(source: Source) -> Sheet:
    """Solid: the long context; dashed: the short one, at its own positions."""
    short = source.finished("short_context")
    if source.is_paper:
        long = source.finished("position_sizes")
    else:
        long = _longer(beside(source, short), short)
    curves = position_curves(source, short + long)
    short, long = ([run for run in runs if run["run_id"] in curves] for runs in (short, long))
    if not short:
        return no_panels(source.why_missing())
    last = max(int(curves[run["run_id"]][0][-1]) for run in short + long)
    positions = [position for position in SHOWN if position < last] + [last]
    sheet = Sheet([("size", "parameters", "nats/token")], height=4.0)
    colours = ColourScale(positions)
    for runs, name, look in (
        (long, "long", {"marker": "o", "markersize": 2.5, "linestyle": "-"}),
        (short, "short", {"marker": "s", "markersize": 3.5, "linestyle": (0, (3, 1.5))}),
    ):
        _draw(sheet, runs, name, look, positions, curves, colours)
    axes = sheet.axes["size"]
    log_x(axes, "Parameters $N$ (non-embedding)")
    log_loss_y(axes, "Test loss at the position (nats/token)")
    colours.bar(sheet, [axes], "Position in the context (tokens)")
    sheet.legend_below("size", "positions " + ", ".join(map(str, positions)))
    return sheet


def _longer(runs: list[dict], short: list[dict]) -> list[dict]:
    """Runs of more context than all of ``short``."""
    most = max((run["n_ctx"] for run in short), default=0)
    return [run for run in runs if (run["n_ctx"] or 0) > most]


def _draw(
    sheet: Sheet,
    runs: list[dict],
    name: str,
    look: dict,
    positions: list[int],
    curves: dict[str, Curve],
    colours: ColourScale,
) -> None:
    if not runs:
        sheet.remark("size", "no Transformer of longer context was trained as long")
        return
    runs = sorted(runs, key=lambda run: run["n_params"])
    label = f"context of {max(run['n_ctx'] for run in runs)} tokens"
    for position in positions:
        at = [(run, _loss_at(curves[run["run_id"]], position)) for run in runs]
        at = [(run, loss) for run, loss in at if np.isfinite(loss)]
        if not at:
            continue
        sheet.points(
            "size",
            f"{name} context, position {position}",
            [run["n_params"] for run, _ in at],
            [loss for _, loss in at],
            [run["run_id"] for run, _ in at],
            color=colours(position),
            linewidth=0.9,
            label=label,
            **look,
        )
        label = None


def _loss_at(curve: Curve, position: int) -> float:
    where = curve[0] == position
    return float(curve[1][where][0]) if where.any() else np.nan
