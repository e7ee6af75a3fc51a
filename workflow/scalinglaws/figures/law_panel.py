"""The panel that shows a law: its points, those left out, the refit with its band, the verdict."""

import re
from collections import Counter

import numpy as np

from scalinglaws.figures.source import Source
from scalinglaws.plotting import BLUE, GREY, VERMILION, Sheet, law_band, number, span

SYMBOLS = {
    "n_params": "$N$",
    "d_model": r"$d_\mathrm{model}$",
    "n_layer": r"$n_\mathrm{layer}$",
    "dataset_tokens": "$D$",
    "below": "<",
    "above": ">",
}


def draw_points(
    sheet: Sheet,
    panel: str,
    source: Source,
    law: dict,
    x: str,
    color: str = BLUE,
    noun: str = "runs",
) -> None:
    """Fitted points solid, runs left out hollow and labelled with the reason."""
    runs = {run["run_id"]: run for run in source.runs}
    fitted = [runs[run_id] for run_id in law["fitted_runs"]]
    sheet.points(
        panel,
        "runs",
        [run[x] for run in fitted],
        [run["test_loss"] for run in fitted],
        [run["run_id"] for run in fitted],
        color=color,
        markersize=3.5,
        label=f"{len(fitted)} {noun}" + (" fitted" if law["status"] == "ok" else ""),
    )
    reasons = {entry["run_id"]: entry["reason"] for entry in law["excluded"]}
    left_out = [r for run_id, r in runs.items() if run_id in reasons and drawable(r, x)]
    if hidden := Counter(reasons.values()) - Counter(reasons[r["run_id"]] for r in left_out):
        sheet.remark(panel, f"no point: {_counted(hidden)}")
    if not left_out:
        return
    sheet.points(
        panel,
        "left out",
        [run[x] for run in left_out],
        [run["test_loss"] for run in left_out],
        [run["run_id"] for run in left_out],
        color=color,
        markersize=3.5,
        markerfacecolor="white",
        label="left out: " + _counted(Counter(reasons[run["run_id"]] for run in left_out)),
    )


def draw_refit(
    sheet: Sheet, panel: str, law: dict, label: str, color: str = VERMILION, **style
) -> None:
    """The fitted law over its own range with the 95 % band of its mean; nothing if not ok."""
    if law["status"] != "ok":
        return
    x = span(law["x_range"])
    mean, low, high = law_band(law, x)
    style = {"linewidth": 1.2, "zorder": 2, **style}
    sheet.band(panel, "refit", x, mean, low, high, color=color, label=label, **style)


def draw_printed(sheet: Sheet, panel: str, x: np.ndarray, loss: np.ndarray, label: str) -> None:
    """A line that the paper printed, dashed and grey."""
    style = {"linestyle": (0, (4, 2)), "color": GREY, "linewidth": 1.1, "zorder": 1}
    sheet.line(panel, "printed", x, loss, label=label, **style)


def with_interval(law: dict, index: int, digits: int = 4) -> str:
    """An estimate with its 95 % interval, e.g. "0.0756 [0.0746, 0.0766]"."""
    low, high = law["conf_int"][index]
    return f"{law['estimates'][index]:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"


def drawable(run: dict, x: str) -> bool:
    """Whether a run has a place on logarithmic axes."""
    return all(run[c] is not None and run[c] > 0 for c in (x, "test_loss"))


def _counted(reasons: Counter) -> str:
    return ",\n".join(f"{_words(reason)} ({count})" for reason, count in reasons.items())


def _words(reason: str) -> str:
    """A reason in the paper's symbols: "n_params below 700000" is N < 7 x 10^5."""
    for name, symbol in SYMBOLS.items():
        reason = reason.replace(name, symbol)
    return re.sub(r"(?<= )\d[\d.e+]*$", lambda match: number(float(match[0])), reason)
