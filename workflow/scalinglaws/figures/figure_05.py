"""Figure 5: shape at fixed N: by how much each shape is worse than the best of its series."""

from statistics import median

import numpy as np

from scalinglaws.figures.categories import COLOURS, MARKERS
from scalinglaws.figures.comparable import beside
from scalinglaws.figures.labels import size
from scalinglaws.figures.source import Source
from scalinglaws.plotting import GREY, Sheet, log_x, no_panels

# Experiment: title, horizontal axis, its unit.
SCANS = {
    "feed_forward_ratio": ("Feed-forward ratio", r"$d_\mathrm{ff}\,/\,d_\mathrm{model}$", "1"),
    "aspect_ratio": ("Aspect ratio", r"$d_\mathrm{model}\,/\,n_\mathrm{layer}$", "units/layer"),
    "head_dimension": ("Head dimension", r"$d_\mathrm{model}\,/\,n_\mathrm{head}$", "units/head"),
}
SAME_SIZE = 1.5  # models whose N differ by more are other series
FEWEST = 3  # models of a line

Points = list[tuple[dict, float]]


def draw(source: Source) -> Sheet:
    """A panel for each scan that has runs, on one axis of losses."""
    slope, whose = _effect_of_size(source)
    scans = {name: _scan(source, name, slope) for name in SCANS}
    panels = [(name, SCANS[name][2], "percent") for name, series in scans.items() if series]
    if not panels:
        return no_panels(source.why_missing())
    sheet = Sheet(panels, height=3.6)
    highest = max(y for series in scans.values() for own in series.values() for _, y in own)
    for name, _, _ in panels:
        _draw_scan(sheet, name, scans[name], highest)
    first = next(iter(sheet.axes))
    sheet.axes[first].set_ylabel("Loss increase (%)")
    if source.is_paper:
        _draw_printed(sheet, source, highest)
    elif whose:
        sheet.remark(first, rf"corrected for $N$ by $\alpha_N$ = {slope:.3g} {whose}")
    else:
        sheet.remark(first, "not corrected for the differences in $N$")
    for name in sheet.axes:
        sheet.legend_below(name)
    return sheet


def _effect_of_size(source: Source) -> tuple[float, str]:
    """alpha_N to bring losses to one N, and where it is from; of models trained as long, best."""
    scanned = [run for name in SCANS for run in source.members(name, "n_params")]
    law = source.laws["L(N)"]
    chosen = law.get("selection", {}).get("select", {}).get("d_model", {})
    narrowest = chosen.get("min", 0.0)
    ladder = [run for run in beside(source, scanned, "n_ctx") if run["d_model"] >= narrowest]
    if len(ladder) >= FEWEST:
        x, y = (np.log([run[name] for run in ladder]) for name in ("n_params", "test_loss"))
        return -float(np.polyfit(x, y, 1)[0]), "of models trained as long"
    if law["status"] == "ok":
        return law["estimates"][1], "of L(N)"
    return 0.0, ""


def _scan(source: Source, name: str, slope: float) -> dict[str, Points]:
    """Runs of a scan with their increases in per cent, by series, in the order of the axis."""
    groups: dict[tuple, list[dict]] = {}
    largest = 0.0
    for run in sorted(
        source.finished(name), key=lambda run: (run["n_params"], run["d_model"] or 0)
    ):
        if run["n_params"] > SAME_SIZE * largest:
            largest = run["n_params"]
        if run["test_loss"] or run["loss_increase"] is not None:
            groups.setdefault((largest, _label(name, run)), []).append(run)
    return {
        f"$N$ = {size(median(run['n_params'] for run in runs))}{label}": sorted(
            zip(runs, _increases(runs, slope), strict=True), key=lambda p: _place(name, p[0])
        )
        for (_, label), runs in groups.items()
    }


def _label(name: str, run: dict) -> str:
    """What a series of one N has in common besides."""
    if name == "head_dimension":
        return rf", $d_\mathrm{{model}}$ = {run['d_model']}"
    if name == "feed_forward_ratio" and run["d_ff_ratio"]:  # the paper's two series
        return f", {run['n_heads']} heads" if run["n_heads"] else ", heads of 64 units"
    return ""


def _place(name: str, run: dict) -> float:
    if name == "feed_forward_ratio":
        return run["d_ff_ratio"] or run["d_ff"] / run["d_model"]
    return run["d_model"] / run["n_layer" if name == "aspect_ratio" else "n_heads"]


def _increases(runs: list[dict], slope: float) -> list[float]:
    """Per cent over the best run of the series; the paper's have been corrected for N already."""
    if runs[0]["loss_increase"] is not None:
        return [run["loss_increase"] for run in runs]
    y = np.array([np.log(run["test_loss"]) + slope * np.log(run["n_params"]) for run in runs])
    return (100.0 * np.expm1(y - y.min())).tolist()


def _draw_scan(sheet: Sheet, name: str, series: dict[str, Points], highest: float) -> None:
    title, label, _ = SCANS[name]
    axes = sheet.axes[name]
    for i, (of, own) in enumerate(series.items()):
        sheet.points(
            name,
            of,
            [_place(name, run) for run, _ in own],
            [y for _, y in own],
            [run["run_id"] for run, _ in own],
            color=COLOURS[i % len(COLOURS)],
            marker=MARKERS[i % len(MARKERS)],
            linestyle="-",
            linewidth=0.8,
            label=of,
        )
    axes.set_title(title)
    log_x(axes, label)
    # One axis for all panels; the best of each series stands clear of the frame.
    axes.set_ylim(-0.03 * highest, 1.05 * highest)


def _draw_printed(sheet: Sheet, source: Source, highest: float) -> None:
    """The two marks between which the paper says that aspect ratios hardly differ."""
    look = {"color": GREY, "linestyle": (0, (4, 2)), "linewidth": 1.1, "zorder": 1}
    label = "printed: a wide range performs alike"
    for name in ("aspect_low", "aspect_high"):
        at = [source.printed(name)] * 2
        sheet.line("aspect_ratio", f"printed, {name}", at, [0.0, highest], label=label, **look)
        label = None
    compute = 100.0 * (1.01 ** (1.0 / source.printed("alpha_C_min")) - 1.0)
    sheet.remark(
        "head_dimension", f"printed: {compute:.0f} % more compute makes up for 1 % of loss"
    )
