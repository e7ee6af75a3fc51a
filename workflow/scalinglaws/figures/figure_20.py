"""Figure 20: loss by position in the context, of models of many sizes and along training."""

import numpy as np

from scalinglaws.figures.colour_scale import ColourScale
from scalinglaws.figures.labels import size
from scalinglaws.figures.positions import position_curves
from scalinglaws.figures.source import Source
from scalinglaws.plotting import GREY, Sheet, log_x, no_panels, span

# Positions of the right panel, as in the paper; the context's last is shown in any case.
TRACKED = (1, 2, 3, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
DASHED, DOTTED = (0, (4, 2)), (0, (1, 1))


def draw(source: Source) -> Sheet:
    """Left the finished models with their fits, right one model, a line a position."""
    runs = source.finished("context" if source.is_paper else "model_size")
    runs = sorted((run for run in runs if run["n_params"]), key=lambda run: run["n_params"])
    curves = position_curves(source, runs)
    runs = [run for run in runs if run["run_id"] in curves]
    tracked = _tracked(source)
    panels = [("position", "tokens", "nats/token")] if runs else []
    if tracked:
        panels.append(("training", "steps", "nats/token"))
    if not panels:
        return no_panels(source.why_missing())
    sheet = Sheet(panels, height=4.0)
    if runs:
        _draw_sizes(sheet, source, runs, curves)
    if tracked:
        _draw_training(sheet, source, tracked)
    return sheet


def _draw_sizes(sheet: Sheet, source: Source, runs: list[dict], curves: dict) -> None:
    axes = sheet.axes["position"]
    colours = ColourScale([run["n_params"] for run in runs])
    for run in runs:
        position, loss = curves[run["run_id"]]
        look = {"color": colours(run["n_params"]), "linewidth": 0.9}
        ids = [run["run_id"]] * len(position)
        name = f"N = {run['n_params']}"
        sheet.line("position", name, position, loss, ids, label=size(run["n_params"]), **look)
    first, last = (pick(c[0][end] for c in curves.values()) for pick, end in ((min, 0), (max, -1)))
    _draw_fits(sheet, source, colours, span([first, last]))
    axes.set_title("By model size")
    axes.set_ylabel("Test loss at the position (nats/token)")
    log_x(axes, "Position $T$ in the context (tokens)")
    title = f"Parameters $N$ (non-embedding)\n{_remarks(sheet, source)}"
    sheet.legend_below("position", title, columns=3)


def _draw_fits(sheet: Sheet, source: Source, colours: ColourScale, at: np.ndarray) -> None:
    """The refits, and for the paper's models its printed fits."""
    law = source.laws["L(T)"]
    if law["status"] == "ok":
        fits = law["prediction"]
        for n_params, (floor, amplitude, exponent) in zip(
            fits["N"], fits["estimates"], strict=True
        ):
            look = {"color": colours(n_params), "linestyle": DASHED, "linewidth": 0.8}
            name = f"refit, N = {n_params:.0f}"
            sheet.line("position", name, at, floor + amplitude * at**-exponent, **look)
    if source.is_paper:
        for n_params, (floor, amplitude, exponent) in source.figure["printed_fits"].items():
            look = {"color": GREY, "linestyle": DOTTED, "linewidth": 0.9, "zorder": 3}
            name = f"printed, N = {n_params}"
            sheet.line("position", name, at, floor + amplitude * at**-exponent, **look)


def _remarks(sheet: Sheet, source: Source) -> str:
    """What the lines are, below the legend's title."""
    law = source.laws["L(T)"]
    fits = "dashed: refits $a + bT^{-c}$"
    if law["status"] != "ok":
        fits = sheet.wrapped(f"no fit: {law['status']}")
    return f"solid: data, {fits}" + (", dotted: printed" if source.is_paper else "")


def _tracked(source: Source) -> dict[int, tuple[str, np.ndarray, np.ndarray]]:
    """Position: the tracked run, its steps and its losses there, on the run's own text."""
    runs = source.finished("context_training" if source.is_paper else "transfer")
    if not runs:
        return {}
    run = max(runs, key=lambda run: run["n_params"])
    found: dict[int, list] = {}
    for row in source.tables["tracked"].to_pylist():
        if row["run_id"] == run["run_id"] and row["corpus"] == run["corpus"] and row["position"]:
            found.setdefault(row["position"], []).append((row["step"], row["loss"]))
    shown = {*TRACKED, max(found, default=0)}
    return {
        position: (run["run_id"], *np.array(sorted(points)).T)
        for position, points in sorted(found.items())
        if position in shown
    }


def _draw_training(sheet: Sheet, source: Source, tracked: dict) -> None:
    axes = sheet.axes["training"]
    colours = ColourScale(list(tracked))
    for position, (run_id, step, loss) in tracked.items():
        look = {"color": colours(position), "linewidth": 0.9, "label": str(position)}
        ids = [run_id] * len(step)
        sheet.line("training", f"position {position}", step, loss, ids, **look)
    run_id = next(iter(tracked.values()))[0]
    n_params = next(run["n_params"] for run in source.runs if run["run_id"] == run_id)
    axes.set_title(f"Along training, $N$ = {size(n_params)}")
    axes.set_ylabel("Test loss at the position (nats/token)")
    log_x(axes, "Step")
    sheet.legend_below("training", "Position $T$ in the context (tokens)", columns=4)
