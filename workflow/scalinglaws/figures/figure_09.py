"""Figure 9: loss by model and dataset size, and how far limited text raises it."""

import numpy as np

from scalinglaws.figures.colour_scale import ColourScale
from scalinglaws.figures.delta_band import delta_band
from scalinglaws.figures.joint_law import draw_joint, explain_joint, joint_law, printed_loss
from scalinglaws.figures.source import Source
from scalinglaws.plotting import (
    BLACK,
    GREY,
    VERMILION,
    Sheet,
    log_loss_y,
    log_x,
    no_panels,
    number,
    span,
)

ALL_TEXT = "all text"


def draw(source: Source) -> Sheet:
    """Left by N, right the overfitting; the right panel needs a reference without data limit."""
    runs = source.members("data_size", "n_params")
    limited = [run for run in runs if run["dataset_tokens"]]
    if not limited:
        return no_panels(source.why_missing())
    ratio, why_not = _exponent_ratio(source)
    overfitting = _overfitting(source, runs, limited, ratio) if ratio else []
    panels = [("parameters", "parameters", "nats/token")]
    if overfitting:
        panels.append(("overfitting", f"parameters^{ratio:.4f}/tokens", "1"))
    sheet = Sheet(panels, height=4.0)
    colours = ColourScale([run["dataset_tokens"] for run in limited])
    _draw_losses(sheet, source, runs, colours)
    if overfitting:
        _draw_overfitting(sheet, source, overfitting, ratio, colours)
    else:
        reason = why_not or "no run of the same model without data limit"
        sheet.remark("parameters", f"overfitting is not shown: {reason}")
    sheet.legend_below("parameters", "Dots: dataset size $D$ (tokens)", columns=3)
    return sheet


def _exponent_ratio(source: Source) -> tuple[float | None, str]:
    """alpha_N / alpha_D: the paper's own, or of this study's fits; or why there is none."""
    if source.is_paper:
        return source.printed("exponent_ratio"), ""
    joint = source.laws["L(N,D)"]
    if joint["status"] == "ok":
        return joint["estimates"][0] / joint["estimates"][1], ""
    for name in ("L(N)", "L(D)"):
        if source.laws[name]["status"] != "ok":
            return None, f"{name} has no fit ({source.laws[name]['status']})"
    size, data = (source.laws[name]["estimates"][1] for name in ("L(N)", "L(D)"))
    return size / data, ""


def _overfitting(source: Source, runs: list, limited: list, ratio: float) -> list[tuple]:
    """(run, N^ratio / D, L(N,D) / L(N,inf) - 1) of the limited runs that have a reference."""
    found = []
    references: dict[int, list[float]] = {}
    for run in runs:
        if not run["dataset_tokens"]:
            references.setdefault(run["n_params"], []).append(run["test_loss"])
    for run in limited:
        size, tokens = run["n_params"], run["dataset_tokens"]
        if source.is_paper:
            # As in the paper: its fit, not a run, is the limit of plentiful text.
            reference = float(printed_loss(source, size, np.inf))
        elif size in references:
            reference = float(np.mean(references[size]))
        else:
            continue
        found.append((run, size**ratio / tokens, run["test_loss"] / reference - 1.0))
    return found


def _draw_losses(sheet: Sheet, source: Source, runs: list, colours: ColourScale) -> None:
    axes = sheet.axes["parameters"]
    sizes = span([run["n_params"] for run in runs], 1.3)
    for tokens in sorted({run["dataset_tokens"] or np.inf for run in runs}):
        own = [run for run in runs if (run["dataset_tokens"] or np.inf) == tokens]
        own.sort(key=lambda run: run["n_params"])
        colour = colours(tokens) if np.isfinite(tokens) else BLACK
        label = number(tokens) if np.isfinite(tokens) else ALL_TEXT
        sheet.points(
            "parameters",
            f"D = {tokens}" if np.isfinite(tokens) else ALL_TEXT,
            [run["n_params"] for run in own],
            [run["test_loss"] for run in own],
            [run["run_id"] for run in own],
            color=colour,
            markersize=3.5,
            label=label,
        )
        name = f"D = {tokens}" if np.isfinite(tokens) else ALL_TEXT
        draw_joint(sheet, source, "parameters", name, sizes, (sizes, tokens), colour)
    axes.set_title("Data size bottleneck")
    log_x(axes, "Parameters $N$ (non-embedding)")
    log_loss_y(axes)
    explain_joint(sheet, source, "parameters")


def _draw_refit(sheet: Sheet, source: Source, overfitting: list, ratio: float, x) -> None:
    """Eq. 4.3 with the fitted L(N,D), at the middle of the sizes: where the axis has the exponent
    of the fit itself, as for a trained study, it is the same at all."""
    size = np.exp(np.mean([np.log(run["n_params"]) for run, *_ in overfitting]))
    tokens = size**ratio / x

    def rise(*p) -> np.ndarray:
        return joint_law(size, tokens, *p) / joint_law(size, np.inf, *p) - 1.0

    found = delta_band(source.laws["L(N,D)"], rise)
    if found is not None:
        mean, low, high = found
        look = {"linewidth": 1.2, "zorder": 2, "label": "refit of $L(N,D)$, 95 % band"}
        sheet.band("overfitting", "refit", x, mean, low, high, color=VERMILION, **look)


def _draw_overfitting(
    sheet: Sheet, source: Source, overfitting: list, ratio: float, colours: ColourScale
) -> None:
    axes = sheet.axes["overfitting"]
    for tokens in sorted({run["dataset_tokens"] for run, *_ in overfitting}):
        own = [entry for entry in overfitting if entry[0]["dataset_tokens"] == tokens]
        sheet.points(
            "overfitting",
            f"D = {tokens}",
            [x for _, x, _ in own],
            [y for _, _, y in own],
            [run["run_id"] for run, *_ in own],
            color=colours(tokens),
            markersize=3.5,
        )
    x = span([x for _, x, _ in overfitting], 1.3)
    _draw_refit(sheet, source, overfitting, ratio, x)
    if source.is_paper:
        scale = source.printed("D_c") / source.printed("N_c") ** ratio
        rise = (1.0 + scale * x) ** source.printed("alpha_D") - 1.0
        look = {"color": GREY, "linestyle": (0, (4, 2)), "linewidth": 1.1}
        sheet.line("overfitting", "printed", x, rise, label="printed: Eq. 4.3, Table 2", **look)
        whose = "Table 2"
    else:
        whose = "this study's fits"
    sheet.remark("overfitting", rf"$\alpha_N/\alpha_D$ = {ratio:.4g} ({whose})")
    axes.set_title("Overfitting")
    axes.set_ylabel(r"$L(N,D)\,/\,L(N,\infty) - 1$")
    log_x(axes, rf"$N^{{{ratio:.3f}}}/D$ (parameters$^{{{ratio:.3f}}}$/token)")
    sheet.legend_below("overfitting")
