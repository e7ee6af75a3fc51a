"""What laws fitted without the largest models, datasets or computes say of those."""

import numpy as np

from scalinglaws.figures.source import Source
from scalinglaws.plotting import BLUE, GREY, VERMILION, Sheet, log_loss_x, log_x, no_panels

NAMES = {"N": "models", "D": "datasets", "C": "computes"}
AXES = {
    "L(N)": ("parameters", "Parameters $N$ (non-embedding)"),
    "L(D)": ("tokens", "Dataset size $D$ (tokens)"),
    "L(C)": ("PF-days", "Compute $C = 6NBS$ (PF-days)"),
    "L(N,D)": ("nats/token", "Measured test loss (nats/token)"),
}


def draw(source: Source) -> Sheet:
    """A panel a law: measured over predicted loss, fitted observations pale, held-out ones bold."""
    by_law: dict[str, list[dict]] = {}
    for row in source.tables["held_out"].to_pylist():
        by_law.setdefault(row["law"], []).append(row)
    by_law = {law: rows for law, rows in by_law.items() if rows[0]["status"] == "ok"}
    if not by_law:
        return no_panels(source.why_missing())
    unit = "% of the predicted loss"
    sheet = Sheet([(law, AXES[law][0], unit) for law in by_law], 5.4, columns=2)
    for law, rows in by_law.items():
        _draw_law(sheet, law, rows)
    _explain(sheet, source)
    return sheet


def _draw_law(sheet: Sheet, law: str, rows: list[dict]) -> None:
    x = np.array([row["loss" if law == "L(N,D)" else "x"] for row in rows], dtype=float)
    loss, predicted, low, high = (
        np.array([row[name] for row in rows], dtype=float)
        for name in ("loss", "predicted", "run_low", "run_high")
    )
    error = 100.0 * (loss / predicted - 1.0)
    low, high = 100.0 * (loss / high - 1.0), 100.0 * (loss / low - 1.0)
    held = np.array([row["held_out"] for row in rows])
    ids = np.array([row["run_id"] for row in rows])
    edge = x.min() / 1.1, x.max() * 1.1
    look = {"color": GREY, "linewidth": 0.8, "zorder": 1}
    sheet.line(law, "as predicted", edge, (0.0, 0.0), **look)
    look = {"color": BLUE, "markersize": 3, "alpha": 0.5}
    sheet.points(law, "fitted", x[~held], error[~held], ids[~held], **look)
    ends = (x[held], error[held], low[held], high[held], ids[held])
    sheet.intervals(law, "held out", *ends, color=VERMILION, markersize=3.5)
    axes, (unit, label) = sheet.axes[law], AXES[law]
    variable = rows[0]["variable"]
    axes.set_title(f"{law} without its largest {NAMES[variable]}")
    (log_loss_x if unit == "nats/token" else log_x)(axes, label)
    axes.set_ylabel("Measured over predicted − 1 (%)")
    covered = int(((low[held] <= 0.0) & (high[held] >= 0.0)).sum())
    words = (
        f"held out: mean {error[held].mean():+.1f} %,\n"
        f"{covered} of {held.sum()} within their interval"
    )
    # Above the points, on a strip of its own.
    bottom, top = axes.get_ylim()
    axes.set_ylim(bottom, top + 0.35 * (top - bottom))
    axes.text(0.02, 0.97, words, transform=axes.transAxes, va="top", fontsize=7)


def _explain(sheet: Sheet, source: Source) -> None:
    axes = next(iter(sheet.axes.values()))
    axes.plot([], [], "o", color=BLUE, markersize=3, alpha=0.5, label="fitted")
    look = {"color": VERMILION, "marker": "o", "markersize": 3.5, "linewidth": 1.0}
    axes.plot([], [], label="held out, 95 % interval of the prediction of one run", **look)
    for law, reason in _unfit(source).items():
        axes.plot([], [], linestyle="none", label=f"{law}: {reason}")
    handles, labels = axes.get_legend_handles_labels()
    sheet.figure.legend(handles, labels, loc="outside lower left", ncols=1)


def _unfit(source: Source) -> dict[str, str]:
    """Laws that have no panel, and why."""
    rows = source.tables["held_out"].to_pylist()
    return {row["law"]: row["status"] for row in rows if row["status"] != "ok"}
