"""Figure 17: recurrent Transformers beside plain ones, by parameters with and without reuse."""

from scalinglaws.figures.categories import COLOURS, MARKERS
from scalinglaws.figures.comparable import beside
from scalinglaws.figures.law_panel import draw_printed, draw_refit
from scalinglaws.figures.source import Source
from scalinglaws.plotting import BLACK, Sheet, log_loss_y, log_x, no_panels, number, span

PANELS = {"reuse": ("Reused layers counted each time", "Parameters $N$, times reuse"),
          "unique": ("Reused layers counted once", "Parameters $N$, unique")}  # fmt: skip


def draw(source: Source) -> Sheet:
    """The same losses over two counts of the parameters; plain Transformers have only one."""
    runs = [run for run in source.members("recurrent", "n_params", "reuse") if run["reuse"] > 1]
    if not runs:
        return no_panels(source.why_missing())
    sheet = Sheet([(name, "parameters", "nats/token") for name in PANELS], height=3.9)
    plain = beside(source, runs, "n_ctx")
    for name, (title, label) in PANELS.items():
        _draw_runs(sheet, name, runs)
        if source.is_paper:
            _draw_law(sheet, source, name, [_size(name, run) for run in runs])
        else:
            _draw_plain(sheet, name, plain)
        axes = sheet.axes[name]
        axes.set_title(title)
        log_x(axes, label + " (non-embedding)")
    left, right = sheet.axes.values()
    right.sharey(left)
    log_loss_y(left)
    log_loss_y(right, label="")
    for name in PANELS:
        sheet.legend_below(name)
    return sheet


def _size(panel: str, run: dict) -> int:
    return run["n_params"] * (run["reuse"] if panel == "reuse" else 1)


def _draw_runs(sheet: Sheet, panel: str, runs: list[dict]) -> None:
    for i, reuse in enumerate(sorted({run["reuse"] for run in runs})):
        own = [run for run in runs if run["reuse"] == reuse]
        own.sort(key=lambda run: run["n_params"])
        sheet.points(
            panel,
            f"reuse {reuse}",
            [_size(panel, run) for run in own],
            [run["test_loss"] for run in own],
            [run["run_id"] for run in own],
            color=COLOURS[i % len(COLOURS)],
            marker=MARKERS[i % len(MARKERS)],
            linestyle="-",
            linewidth=0.8,
            label=f"layers used {reuse} times",
        )


def _draw_law(sheet: Sheet, source: Source, panel: str, sizes: list[int]) -> None:
    """L(N) of plain Transformers, as printed over the paper's range and as refitted."""
    law = source.laws["L(N)"]
    draw_refit(sheet, panel, law, "plain: refit of L(N), 95 % band", color=BLACK, linewidth=0.8)
    exponent, scale = source.printed("alpha_N"), source.printed("N_c")
    at = span(sizes, 1.6)
    label = rf"plain, printed: (N/{number(scale)})$^{{-{exponent:.3f}}}$"
    draw_printed(sheet, panel, at, (scale / at) ** exponent, label)


def _draw_plain(sheet: Sheet, panel: str, plain: list[dict]) -> None:
    """Runs, not L(N): the law is of models that were trained longer."""
    if not plain:
        sheet.remark(panel, "no plain Transformer was trained as long")
        return
    sheet.points(
        panel,
        "plain",
        [run["n_params"] for run in plain],
        [run["test_loss"] for run in plain],
        [run["run_id"] for run in plain],
        color=BLACK,
        marker="o",
        markersize=3,
        linestyle="-",
        linewidth=0.8,
        label="plain, trained as long",
    )
