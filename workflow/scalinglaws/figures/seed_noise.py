"""How far runs that differ in chance alone lie apart, and how far laws miss their points."""

import math

import numpy as np

from scalinglaws.figures.source import Source
from scalinglaws.plotting import BLACK, BLUE, VERMILION, Sheet, log_x, no_panels

# Runs that agree in all of these, and in what they were trained on, differ by chance alone.
DESIGN = (
    *("architecture", "n_layer", "d_model", "d_ff", "n_heads", "reuse", "n_ctx", "n_vocab"),
    *("corpus", "dataset_tokens", "batch_tokens", "steps", "peak_learning_rate", "schedule"),
    *("schedule_power", "cooldown_fraction", "final_learning_rate", "warmup_steps", "dropout"),
)
LEVEL = 0.95
OF_LOSS = ("L(", "Chinchilla")  # how names of laws of the loss begin


def draw(source: Source) -> Sheet:
    """Left deviations of runs from the mean of their group, right the residuals of the laws."""
    groups = repeats(source)
    if not groups:
        return no_panels(source.why_missing())
    with_embeddings = any(not run["n_params"] for group in groups for run in group)
    size = "n_params_total" if with_embeddings else "n_params"
    misses = _residuals(source)
    panels = [("repeats", "parameters", "% of the loss")]
    panels += [("laws", "% of the loss", "row of the panel")] if misses else []
    sheet = Sheet(panels, 3.8)
    pooled = _draw_repeats(sheet, groups, size)
    if misses:
        _draw_laws(sheet, misses, pooled)
    return sheet


def repeats(source: Source) -> list[list[dict]]:
    """Groups of two finished runs or more that differ in chance alone, by size.

    In a trained study they have seeds of their own. The paper tells no seeds: it draws each of its
    models without layers two or three times.
    """
    found: dict[tuple, dict] = {}
    for run in source.runs:
        told = run["n_layer"] == 0 if source.is_paper else run["seed"] is not None
        if told and run["status"] == "finished" and run["test_loss"]:
            key = tuple(str(run[name]) for name in DESIGN)
            chance = run["run_id"] if source.is_paper else run["seed"]
            found.setdefault(key, {})[chance] = run
    groups = [list(group.values()) for group in found.values() if len(group) > 1]
    return sorted(groups, key=lambda group: (group[0]["n_params_total"], group[0]["run_id"]))


def spread_interval(sd: float, df: int) -> tuple[float, float]:
    """The 95 % interval of a standard deviation with ``df`` degrees of freedom, by chi squared."""
    # Of chi itself, whose density stays finite at zero.
    chi = np.linspace(0.0, math.sqrt(df) + 8.0, 20_001)[1:]
    log_density = (df - 1.0) * np.log(chi) - 0.5 * chi**2
    share = np.cumsum(np.exp(log_density - log_density.max()))
    low, high = np.interp([0.5 - 0.5 * LEVEL, 0.5 + 0.5 * LEVEL], share / share[-1], chi)
    return sd * math.sqrt(df) / high, sd * math.sqrt(df) / low


def _draw_repeats(sheet: Sheet, groups: list[list[dict]], size: str) -> tuple[float, int]:
    """Every run, each group's spread, and all of them pooled: (%, degrees of freedom)."""
    squares, df = 0.0, 0
    for group in groups:
        ln_loss = np.log([run["test_loss"] for run in group])
        off = 100.0 * (ln_loss - ln_loss.mean())
        squares, df = squares + float((off**2).sum()), df + len(off) - 1
        ids = [run["run_id"] for run in group]
        x = [group[0][size]] * len(off)
        sheet.points("repeats", "run", x, off, ids, color=BLUE, markersize=3)
    pooled = math.sqrt(squares / df)
    axes = sheet.axes["repeats"]
    low, high = spread_interval(pooled, df)
    edges = [min(g[0][size] for g in groups) / 1.5, max(g[0][size] for g in groups) * 1.5]
    for sign in (1.0, -1.0):
        bounds = sorted((sign * low, sign * high))
        mean, *borders = ([value] * 2 for value in (sign * pooled, *bounds))
        look = {"color": BLACK, "linewidth": 0.9}
        sheet.band("repeats", "standard deviation", edges, mean, *borders, **look)
    axes.plot([], [], "o", color=BLUE, markersize=3, label=f"{len(groups)} groups of runs")
    words = f"± standard deviation, pooled:\n{pooled:.2g} % [{low:.2g}, {high:.2g}], {df} d.f."
    axes.plot([], [], color=BLACK, linewidth=0.9, label=words)
    axes.set_title("Between seeds")
    named = "with embeddings" if size == "n_params_total" else "non-embedding"
    log_x(axes, f"Parameters ({named})")
    axes.set_ylabel("Loss against the mean of equal runs (%)")
    sheet.legend_below("repeats")
    return pooled, df


def _residuals(source: Source) -> dict[str, float]:
    """Root mean square residual of each usable law of the loss, in % of the loss."""
    found = {
        name: law["checks"].get("rms_residual_percent")
        for name, law in source.laws.items()
        if name.startswith(OF_LOSS) and law["status"] == "ok"
    }
    return {name: rms for name, rms in found.items() if rms is not None}


def _draw_laws(sheet: Sheet, misses: dict[str, float], pooled: tuple[float, int]) -> None:
    axes = sheet.axes["laws"]
    at = np.arange(len(misses), dtype=float)
    sheet.points("laws", "residual", list(misses.values()), at, color=VERMILION, markersize=4)
    sd, df = pooled
    low, high = spread_interval(sd, df)
    ends = [-0.7, len(misses) - 0.3]
    sheet.line("laws", "seeds", [sd, sd], ends, color=BLACK, linewidth=0.9, label="between seeds")
    axes.axvspan(low, high, color=BLACK, alpha=0.15, linewidth=0)
    axes.plot([], [], "o", color=VERMILION, markersize=4, label="law about its points, rms")
    axes.set_yticks(at, list(misses))
    axes.set_ylim(ends[1], ends[0])
    axes.grid(visible=False, axis="y")
    axes.set_xlim(left=0.0)
    axes.set_xlabel("Relative to the loss (%)")
    axes.set_title("Residuals of the laws")
    sheet.legend_below("laws")
