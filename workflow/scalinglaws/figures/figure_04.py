"""Figure 4: loss against dataset size and against adjusted steps, a colour a model size."""

import numpy as np

from scalinglaws.figures.adjusted import (
    CRITICAL,
    STEPS,
    first_step,
    printed_critical,
    printed_steps,
    step_curves,
    step_law,
)
from scalinglaws.figures.colour_scale import ColourScale
from scalinglaws.figures.joint_law import DARK, PRINTED, draw_joint, explain_joint
from scalinglaws.figures.labels import size as in_short
from scalinglaws.figures.redone import redone
from scalinglaws.figures.source import Source
from scalinglaws.laws.batch.conversion import s_min
from scalinglaws.plotting import Sheet, log_loss_y, log_x, no_panels, span

DASHED = (0, (4, 2))


def draw(source: Source) -> Sheet:
    """Left early-stopped losses with L(N,D), right learning curves with L(N,S_min)."""
    runs = source.members("data_size", "dataset_tokens", "n_params")
    law = source.laws["L(N,S_min)"]
    converts = source.is_paper or redone((source.laws["B_crit(L)"], CRITICAL)) is not None
    # The paper's curves are drawn from where its axis begins.
    first = 0.0 if source.is_paper else first_step(law)
    curves = step_curves(source, law, first) if converts else []
    panels = [
        *([("dataset", "tokens", "nats/token")] if runs else []),
        *([("steps", "steps", "nats/token")] if curves else []),
    ]
    if not panels:
        return no_panels(source.why_missing())
    sheet = Sheet(panels, height=4.4)
    if runs:
        _draw_datasets(sheet, source, runs)
    if curves:
        _draw_steps(sheet, source, law, curves)
    return sheet


def _draw_datasets(sheet: Sheet, source: Source, runs: list[dict]) -> None:
    colours = ColourScale([run["n_params"] for run in runs])
    tokens = span([run["dataset_tokens"] for run in runs], 1.3)
    for n_params in sorted({run["n_params"] for run in runs}):
        own = [run for run in runs if run["n_params"] == n_params]
        own.sort(key=lambda run: run["dataset_tokens"])
        x, loss, ids = ([r[c] for r in own] for c in ("dataset_tokens", "test_loss", "run_id"))
        colour = colours(n_params)
        look = {"color": colour, "label": in_short(n_params)}
        sheet.points("dataset", f"N = {n_params}", x, loss, ids, **look)
        name = f"N = {n_params}"
        draw_joint(sheet, source, "dataset", name, tokens, (n_params, tokens), colour)
    axes = sheet.axes["dataset"]
    axes.set_title("By model and dataset size")
    log_x(axes, "Dataset size $D$ (tokens)")
    log_loss_y(axes)
    explain_joint(sheet, source, "dataset")
    sheet.legend_below("dataset", "Dots: parameters $N$ (non-embedding)", columns=3)


def _draw_steps(sheet: Sheet, source: Source, law: dict, curves: list) -> None:
    """Curves against S_min: the paper's by its own B_crit, as drawn, a study's by its fit.

    The refit is evaluated at each measured point by its own S_min, and drawn where that point is.
    """
    critical = source.laws["B_crit(L)"]
    converter = printed_critical(source) if source.is_paper else critical["estimates"][:2]
    own = redone((critical, CRITICAL), (law, STEPS))
    colours = ColourScale([run["n_params"] for run, _ in curves])
    drawn = []
    for run, (step, loss) in curves:
        n_params, batch, colour = run["n_params"], run["batch_tokens"], colours(run["n_params"])
        x = s_min(step, loss, batch, *converter)
        ids, series = [run["run_id"]] * len(x), f"N = {n_params}"
        sheet.line("steps", series, x, loss, ids, color=colour, linewidth=1.0)
        fitted = step >= first_step(law)
        x, step, loss = x[fitted], step[fitted], loss[fitted]
        drawn.append(loss)
        if own is not None:
            mean, low, high = own.log_band(
                lambda a, b, *p, at=(n_params, step, loss, batch): step_law(
                    at[0], s_min(*at[1:], a, b), *p
                )
            )
            look = {"linewidth": 0.5, "zorder": 1.5, "linestyle": DASHED}
            sheet.band("steps", f"refit, {series}", x, mean, low, high, color=colour, **look)
        if source.is_paper:
            line = step_law(n_params, x, *printed_steps(source))
            sheet.line("steps", f"printed, {series}", x, line, color=colour, **PRINTED)
    axes = sheet.axes["steps"]
    axes.set_title("By model size and steps")
    # What comes before the fitted steps leaves through the top.
    axes.set_ylim(min(map(np.min, drawn)) / 1.02, max(map(np.max, drawn)) * 1.02)
    log_x(axes, r"Adjusted steps $S_\mathrm{min}$")
    log_loss_y(axes)
    axes.plot([], [], label="measured", color=DARK, linewidth=1.0)
    name = r"$L(N,S_\mathrm{min})$"
    if own is None:
        sheet.remark("steps", f"{name}, no fit: {law['status']}")
    else:
        look = {"color": DARK, "linewidth": 0.5, "linestyle": DASHED}
        axes.plot([], [], label=f"refit of {name}, 95 % band", **look)
    if source.is_paper:
        axes.plot([], [], label="printed: Eq. 5.6, as drawn", color=DARK, **PRINTED)
    sheet.legend_below("steps")
    colours.bar(sheet, [axes], "Parameters $N$ (non-embedding)")
