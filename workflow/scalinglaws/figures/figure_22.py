"""Figure 22: learning-rate schedules of one model, and its loss by the rate summed over steps."""

from types import SimpleNamespace

import numpy as np
from matplotlib.ticker import FuncFormatter

from scalinglaws.figures.categories import COLOURS, MARKERS
from scalinglaws.figures.source import Source
from scalinglaws.plotting import Sheet, no_panels
from scalinglaws.training.schedule import learning_rate

OTHER = "faster or slower"  # the paper's families without a formula
POINTS = 400  # of a drawn schedule


def draw(source: Source) -> Sheet:
    """Both panels linear, coloured by the shape of the schedule."""
    rates = _rates(source)
    finished = source.members("schedule", "learning_rate_sum")
    panels = [("rates", "steps", "1")] if rates else []
    if finished:
        panels.append(("sums", "1", "nats/token"))
    if not panels:
        return no_panels(source.why_missing())
    sheet = Sheet(panels, height=3.5)
    found = {_shape(run) for run, *_ in rates} | {_shape(run) for run in finished}
    shapes = {
        shape: {"color": colour, "marker": marker}
        for shape, colour, marker in zip(
            # The many without a formula lie behind those with one.
            sorted(found, key=lambda shape: (shape != OTHER, shape)),
            COLOURS,
            MARKERS,
            strict=False,
        )
    }
    if rates:
        _draw_rates(sheet, rates, shapes)
    if finished:
        _draw_sums(sheet, source, finished, shapes)
    return sheet


def _shape(run: dict) -> str:
    """The family of a schedule."""
    if run["schedule"] == "power":
        return "linear" if run["schedule_power"] == 1.0 else f"power {run['schedule_power']:g}"
    return {"constant": "constant, cool-down", None: OTHER}.get(run["schedule"], run["schedule"])


def _rates(source: Source) -> list[tuple[dict, np.ndarray, np.ndarray]]:
    """Each schedule once: run, steps, rates. A trained run's come from the formula it trained by:
    its log has no point between sparse tests."""
    if source.is_paper:
        runs = {run["run_id"]: run for run in source.finished("schedule_rates")}
        found: dict[str, list] = {}
        columns = [source.curves[name].to_pylist() for name in ("run_id", "step", "learning_rate")]
        for run_id, step, rate in zip(*columns, strict=True):
            if run_id in runs:
                found.setdefault(run_id, []).append((step, rate))
        return [(runs[key], *np.array(sorted(points)).T) for key, points in found.items()]
    rates = []
    seen = set()
    for run in source.finished("schedule"):
        steps = np.unique(np.linspace(0, run["steps"] - 1, POINTS).astype(int))
        rate = np.array([learning_rate(int(step), SimpleNamespace(**run)) for step in steps])
        if rate.tobytes() not in seen:  # seeds differ in nothing here
            seen.add(rate.tobytes())
            rates.append((run, steps + 1, rate))
    return rates


def _draw_rates(sheet: Sheet, rates: list, shapes: dict) -> None:
    counts = {shape: sum(_shape(run) == shape for run, *_ in rates) for shape in shapes}
    for shape, look in shapes.items():
        label = f"{shape} ({counts[shape]})"
        for run, steps, rate in rates:
            if _shape(run) == shape:
                ids = [run["run_id"]] * len(steps)
                line = {"color": look["color"], "linewidth": 0.8, "label": label}
                sheet.line("rates", shape, steps, rate, ids, **line)
                label = None
    axes = sheet.axes["rates"]
    axes.set_title("Schedules")
    axes.set_xlabel("Step")
    axes.set_ylabel("Learning rate")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_ylim(bottom=0.0)
    sheet.legend_below("rates", "Shape (number of schedules)", columns=2)


def _draw_sums(sheet: Sheet, source: Source, finished: list[dict], shapes: dict) -> None:
    known = not source.is_paper  # the paper's losses do not say which schedule is behind them
    longest = max(run["steps"] or 0 for run in finished)
    for shape, look in shapes.items():
        for whole in (True, False):
            own = [
                r
                for r in finished
                if _shape(r) == shape and ((r["steps"] or 0) == longest) == whole
            ]
            if not own:
                continue
            sheet.points(
                "sums",
                shape if known else "runs",
                [run["learning_rate_sum"] for run in own],
                [run["test_loss"] for run in own],
                [run["run_id"] for run in own],
                markersize=3.5,
                **(look if known else {"color": "black", "marker": "o"}),
                **({} if whole else {"markerfacecolor": "white"}),
            )
    axes = sheet.axes["sums"]
    axes.set_title("Loss by the summed rate")
    axes.set_xlabel("Learning rate summed over steps")
    axes.set_ylabel("Test loss (nats/token)")
    axes.set_xlim(left=0.0)
    if not known:
        sheet.remark("sums", f"{len(finished)} runs; their schedules are not marked")
    elif any(run["steps"] != longest for run in finished):
        sheet.remark("sums", f"hollow: fewer than {longest} steps")
    sheet.legend_below("sums")
