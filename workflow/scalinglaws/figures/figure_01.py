"""Figure 1: test loss against compute, dataset size and parameters, as far as there are runs."""

import numpy as np

from scalinglaws.figures.law_panel import draw_points, draw_printed, draw_refit, with_interval
from scalinglaws.figures.source import Source
from scalinglaws.plotting import BLACK, BLUE, Sheet, log_loss_y, log_x, number, span
from scalinglaws.units import PF_DAY

PALE_BLUE = "#A6CDE8"


def draw(source: Source) -> Sheet:
    """A panel for each quantity that the source has measured."""
    law = source.laws["L(N)"]
    compute = "compute_min" if source.is_paper else "compute_6nbs"
    curves = _curves(source, compute)
    by_dataset = _best_by_dataset(source)
    panels = []
    if curves:
        panels.append(("compute", "PF-days", "nats/token"))
    if by_dataset:
        panels.append(("dataset", "tokens", "nats/token"))
    if law["fitted_runs"] or law["excluded"]:
        panels.append(("parameters", "parameters", "nats/token"))
    sheet = Sheet(panels, height=3.5)
    if curves:
        _draw_compute(sheet, source, curves)
    if by_dataset:
        _draw_dataset(sheet, source, by_dataset)
    if "parameters" in sheet.axes:
        _draw_parameters(sheet, source, law)
    return sheet


def _curves(source: Source, compute: str) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Compute in PF-days and test loss of every run that logged both."""
    experiment = "compute" if source.is_paper else "model_size"
    wanted = {run["run_id"] for run in source.members(experiment)}
    columns = [source.curves[name].to_pylist() for name in ("run_id", compute, "test_loss")]
    curves: dict[str, list] = {}
    for run_id, flops, loss in zip(*columns, strict=True):
        if run_id in wanted and flops and loss:
            curves.setdefault(run_id, []).append((flops / PF_DAY, loss))
    return {run_id: tuple(np.array(points).T) for run_id, points in sorted(curves.items())}


def _draw_compute(sheet: Sheet, source: Source, curves: dict) -> None:
    axes = sheet.axes["compute"]
    for run_id, (compute, loss) in curves.items():
        ids = [run_id] * len(compute)
        sheet.line("compute", "runs", compute, loss, ids, color=PALE_BLUE, linewidth=0.6)
    compute, loss = _envelope(curves)
    sheet.line("compute", "envelope", compute, loss, color=BLACK, linewidth=1.4)
    axes.lines[0].set_label(f"{len(curves)} runs")
    axes.lines[-1].set_label("lower envelope")
    if source.is_paper:
        scale, exponent = source.printed("C_c_min"), source.printed("alpha_C_min")
        x = span(compute, 2.0)
        label = rf"printed: (C/{number(scale)})$^{{-{exponent:.3f}}}$"
        draw_printed(sheet, "compute", x, (scale / x) ** exponent, label)
        log_x(axes, r"Compute $C_\mathrm{min}$ (PF-days)")
    else:
        log_x(axes, r"Compute $C = 6NBS$ (PF-days)")
    axes.set_title("Compute")
    log_loss_y(axes)
    sheet.legend_below("compute")


def _envelope(curves: dict) -> tuple[np.ndarray, np.ndarray]:
    """The lowest loss that any run reached with at most this compute, at each improvement."""
    compute = np.concatenate([c for c, _ in curves.values()])
    loss = np.concatenate([losses for _, losses in curves.values()])
    order = np.lexsort((loss, compute))
    lowest = np.minimum.accumulate(loss[order])
    first = np.r_[True, np.diff(lowest) < 0]
    return compute[order][first], lowest[first]


def _best_by_dataset(source: Source) -> list[dict]:
    """At each limited dataset size, the run of the best model size."""
    best: dict[int, dict] = {}
    for run in source.members("data_size", "dataset_tokens"):
        size = run["dataset_tokens"]
        if size not in best or run["test_loss"] < best[size]["test_loss"]:
            best[size] = run
    # The largest dataset is the limit of plentiful text, not a data-limited point.
    return [best[size] for size in sorted(best)[:-1]]


def _draw_dataset(sheet: Sheet, source: Source, best: list[dict]) -> None:
    axes = sheet.axes["dataset"]
    x = [run["dataset_tokens"] for run in best]
    loss = [run["test_loss"] for run in best]
    ids = [run["run_id"] for run in best]
    sheet.points("dataset", "best model", x, loss, ids, color=BLUE, label="best of all models")
    if source.is_paper:
        scale, exponent = source.printed("D_c"), source.printed("alpha_D")
        at = span(x, 1.3)
        label = rf"printed: (D/{number(scale)})$^{{-{exponent:.3f}}}$"
        draw_printed(sheet, "dataset", at, (scale / at) ** exponent, label)
    axes.set_title("Dataset size")
    log_x(axes, "Tokens $D$")
    log_loss_y(axes)
    sheet.legend_below("dataset")


def _draw_parameters(sheet: Sheet, source: Source, law: dict) -> None:
    axes = sheet.axes["parameters"]
    draw_points(sheet, "parameters", source, law, "n_params")
    if law["status"] == "ok":
        refit = "refit, 95 % band:\n" rf"$\alpha_N$ = {with_interval(law, 1)}"
        draw_refit(sheet, "parameters", law, refit)
    else:
        sheet.remark("parameters", f"no fit: {law['status']}")
    if not source.is_paper:
        # A number in words, not a line: the paper's loss axis is not ours.
        printed = source.printed("alpha_N")
        sheet.remark(
            "parameters", "paper (its text, n_vocab 50257):\n" rf"$\alpha_N$ = {printed:g}"
        )
    if source.is_paper and law["x_range"]:
        scale, exponent = source.printed("N_c"), source.printed("alpha_N")
        at = span([run["n_params"] for run in source.members("model_size", "n_params")])
        label = rf"printed: (N/{number(scale)})$^{{-{exponent:.3f}}}$"
        draw_printed(sheet, "parameters", at, (scale / at) ** exponent, label)
    axes.set_title("Parameters")
    log_x(axes, "Parameters $N$ (non-embedding)")
    log_loss_y(axes)
    sheet.legend_below("parameters")
