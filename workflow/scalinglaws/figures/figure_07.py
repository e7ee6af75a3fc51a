"""Figure 7: LSTMs beside Transformers, by size and by position in the context."""

from math import log

from scalinglaws.figures.comparable import beside
from scalinglaws.figures.labels import size
from scalinglaws.figures.positions import Curve, position_curves
from scalinglaws.figures.source import Source
from scalinglaws.plotting import BLUE, Sheet, log_loss_y, log_x, no_panels

# Vermilion from light to dark, by depth or size; Transformers are blue, from light to dark by size.
REDS, BLUES = ("#F5A26B", "#D55E00", "#7A2F00"), ("#7DBBE0", "#0072B2", "#00334F")
MARKERS = ("s", "^", "D")
SHOWN = 3  # models of each kind in the right panel, as in the paper


def draw(source: Source) -> Sheet:
    """Left final losses, right losses by position of a few models of each kind."""
    lstms = source.members("lstm", "n_params")
    transformers = beside(source, lstms, "n_ctx")
    chosen = _chosen(source, lstms, transformers)
    curves = position_curves(source, [run for runs in chosen.values() for run in runs])
    panels = [("size", "parameters", "nats/token")] if lstms else []
    if curves:
        panels.append(("position", "tokens", "nats/token"))
    if not panels:
        return no_panels(source.why_missing())
    sheet = Sheet(panels, height=3.7)
    if lstms:
        _draw_sizes(sheet, lstms, transformers)
    if curves:
        _draw_positions(sheet, chosen, curves)
    return sheet


def _chosen(source: Source, lstms: list[dict], transformers: list[dict]) -> dict[str, list[dict]]:
    """The models of the right panel, small to large: the paper's, or some of much the same N."""
    if source.is_paper:
        runs = sorted(source.finished("lstm_positions"), key=lambda run: run["n_params"])
        return {
            "LSTM": [run for run in runs if run["architecture"] == "lstm"],
            "Transformer": [run for run in runs if run["architecture"] == "transformer"],
        }
    scored = position_curves(source, lstms + transformers)
    lstms = _spread([run for run in lstms if run["run_id"] in scored])
    transformers = [run for run in transformers if run["run_id"] in scored]
    return {"LSTM": lstms, "Transformer": _nearest(transformers, lstms)}


def _spread(runs: list[dict]) -> list[dict]:
    """The smallest, the largest and the one in the middle."""
    runs = sorted(runs, key=lambda run: (run["n_params"], run["run_id"]))
    if len(runs) <= SHOWN:
        return runs
    return [runs[0], runs[len(runs) // 2], runs[-1]]


def _nearest(runs: list[dict], others: list[dict]) -> list[dict]:
    """For each of ``others`` the run nearest in ln N, each once, small to large."""
    found = {}
    for other in others:
        left = [run for run in runs if run["run_id"] not in found]
        if left:
            near = min(left, key=lambda run: abs(log(run["n_params"] / other["n_params"])))
            found[near["run_id"]] = near
    return sorted(found.values(), key=lambda run: run["n_params"])


def _draw_sizes(sheet: Sheet, lstms: list[dict], transformers: list[dict]) -> None:
    groups = {"Transformers": (transformers, BLUE, "o")}
    for i, depth in enumerate(sorted({run["n_layer"] for run in lstms})):
        own = [run for run in lstms if run["n_layer"] == depth]
        label = f"LSTM, {depth} layer{'s' * (depth != 1)}"
        groups[label] = (own, REDS[i % len(REDS)], MARKERS[i % len(MARKERS)])
    for label, (runs, colour, marker) in groups.items():
        runs = sorted(runs, key=lambda run: run["n_params"])
        if not runs:
            sheet.remark("size", "no Transformer was trained as long")
            continue
        sheet.points(
            "size",
            label,
            [run["n_params"] for run in runs],
            [run["test_loss"] for run in runs],
            [run["run_id"] for run in runs],
            color=colour,
            marker=marker,
            markersize=3.5,
            linestyle="-",
            linewidth=0.8,
            label=label,
        )
    axes = sheet.axes["size"]
    axes.set_title("By parameters")
    log_x(axes, "Parameters $N$ (non-embedding)")
    log_loss_y(axes)
    sheet.legend_below("size", columns=2)


def _draw_positions(sheet: Sheet, chosen: dict[str, list[dict]], curves: dict[str, Curve]) -> None:
    axes = sheet.axes["position"]
    for (kind, runs), colours in zip(chosen.items(), (REDS, BLUES), strict=True):
        for run, colour in zip(runs, colours, strict=False):
            position, loss = curves[run["run_id"]]
            label = f"{kind}, {size(run['n_params'])}"
            ids = [run["run_id"]] * len(position)
            look = {"color": colour, "linewidth": 0.9, "label": label}
            sheet.line("position", label, position, loss, ids, **look)
    axes.set_title("By position in the context")
    axes.set_ylabel("Test loss at the position (nats/token)")
    log_x(axes, "Position in the context (tokens)")
    sheet.legend_below("position", "Parameters $N$ (non-embedding)", columns=2)
