"""Figure 16: when runs on limited text stop, and their train and test losses."""

import numpy as np

from scalinglaws.figures.colour_scale import ColourScale
from scalinglaws.figures.curves import segments
from scalinglaws.figures.source import Source
from scalinglaws.plotting import GREY, VERMILION, Sheet, log_x, log_y, no_panels, number, span

DASHED = (0, (3, 1.5))  # the train loss
BOUND = "fig16_left"  # drawn: the fitted bound is on its x axis and cannot be undone


def draw(source: Source) -> Sheet:
    """Left the stopping steps, right the curves of the largest model that has any."""
    stopped = source.drawn.get(BOUND) or source.members("data_size", "dataset_tokens", "stop_step")
    runs = _largest(source)
    losses = {y: segments(source, runs, "step", y) for y in ("test_loss", "train_loss")}
    panels = []
    if stopped:
        panels.append(("stop", "steps" if source.is_paper else "tokens", "steps"))
    if losses["test_loss"]:
        panels.append(("curves", "steps", "nats/token"))
    if not panels:
        return no_panels(source.why_missing())
    sheet = Sheet(panels, height=3.9)
    if stopped and source.is_paper:
        _draw_bound(sheet, source)
    elif stopped:
        _draw_stops(sheet, stopped)
    if losses["test_loss"]:
        _draw_curves(sheet, runs, losses)
    return sheet


def _draw_bound(sheet: Sheet, source: Source) -> None:
    """The paper's dots, in its own units: both axes count steps at the critical batch size."""
    axes = sheet.axes["stop"]
    rows = source.drawn[BOUND]
    tokens = {row["D_label"]: _tokens(row["D_label"]) for row in rows}
    colours = ColourScale(tokens.values())
    x_name = next(name for name in rows[0] if name.startswith("Sc"))
    for label in sorted(tokens, key=tokens.get):
        own = [row for row in rows if row["D_label"] == label]
        x, y = ([float(row[name]) for row in own] for name in (x_name, "S_stop"))
        sheet.points("stop", f"D = {label}", x, y, color=colours(tokens[label]), label=label)
    line = span([float(row[x_name]) for row in rows], 1.5, 2)
    look = {"color": VERMILION, "linestyle": (0, (4, 2)), "linewidth": 1.1}
    sheet.line("stop", "printed bound", line, line, label="printed bound, Eq. 5.7", **look)
    axes.set_title("Early-stopping step")
    log_x(axes, r"$S_c\,[L(N,D) - L(N,\infty)]^{-1/\alpha_S}$ (steps at $B_\mathrm{crit}$)")
    log_y(axes, r"$S_\mathrm{stop}$ (steps at $B_\mathrm{crit}$)")
    sheet.legend_below("stop", title="Dataset size $D$ (tokens)", columns=3)


def _tokens(label: str) -> float:
    """A size such as "21M" or "1.4B"."""
    return float(label[:-1]) * {"M": 1e6, "B": 1e9}[label[-1]]


def _draw_stops(sheet: Sheet, stopped: list[dict]) -> None:
    axes = sheet.axes["stop"]
    colours = ColourScale([run["n_params"] for run in stopped])
    for size in sorted({run["n_params"] for run in stopped}):
        own = [run for run in stopped if run["n_params"] == size]
        own.sort(key=lambda run: run["dataset_tokens"])
        sheet.points(
            "stop",
            f"N = {size}",
            [run["dataset_tokens"] for run in own],
            [run["stop_step"] for run in own],
            [run["run_id"] for run in own],
            color=colours(size),
            linestyle="-",
            label=number(size),
        )
    axes.set_title("Early-stopping step")
    log_x(axes, "Dataset size $D$ (tokens)")
    log_y(axes, "Step of the smallest test loss")
    sheet.legend_below("stop", title="Parameters $N$ (non-embedding)", columns=3)


def _largest(source: Source) -> dict[str, dict]:
    """Runs of the largest model on limited text, by run id."""
    experiment = "data_size_curves" if source.is_paper else "data_size"
    runs = source.members(experiment, "dataset_tokens", "n_params")
    size = max((run["n_params"] for run in runs), default=0)
    own = [run for run in runs if run["n_params"] == size]
    return {run["run_id"]: run for run in sorted(own, key=lambda run: run["dataset_tokens"])}


def _draw_curves(sheet: Sheet, runs: dict[str, dict], losses: dict) -> None:
    axes = sheet.axes["curves"]
    colours = ColourScale([run["dataset_tokens"] for run in runs.values()])
    for run_id, run in runs.items():
        colour = colours(run["dataset_tokens"])
        for y, dashes in (("test_loss", "-"), ("train_loss", DASHED)):
            # The stop is a step of the trunk; the cool-down after it starts from there.
            x, loss = losses[y].get(run_id, {}).get("trunk", (np.array([]), np.array([])))
            look = {"color": colour, "linestyle": dashes, "linewidth": 0.9}
            sheet.line("curves", y, x, loss, [run_id] * len(x), **look)
        _mark_stop(sheet, run, losses)
    size = number(next(iter(runs.values()))["n_params"])
    axes.set_title(f"Learning curves, $N$ = {size}")
    log_x(axes, "Step")
    axes.set_ylabel("Loss (nats/token)")
    for label, dashes in (("test", "-"), ("train", DASHED)):
        axes.plot([], [], color=GREY, linestyle=dashes, linewidth=0.9, label=label)
    axes.plot([], [], color=GREY, linewidth=1.4, label="bar: the stop")
    sheet.legend_below("curves", columns=3)
    colours.bar(sheet, [axes], "Dataset size $D$ (tokens)")


def _mark_stop(sheet: Sheet, run: dict, losses: dict) -> None:
    """A bar from the train to the test loss at the stopping step."""
    stop, ends = run["stop_step"], []
    for y in ("train_loss", "test_loss"):
        x, loss = losses[y].get(run["run_id"], {}).get("trunk", ((), ()))
        if stop is None or not len(x) or not x[0] <= stop <= x[-1]:
            return
        ends.append(float(np.interp(np.log(stop), np.log(x), loss)))
    look = {"color": GREY, "linewidth": 1.4, "zorder": 4}
    sheet.line("curves", "stop", [stop, stop], ends, [run["run_id"]] * 2, **look)
