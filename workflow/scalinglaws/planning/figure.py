"""A plan as a figure: size, tokens and loss against compute, and what another size costs."""

import numpy as np

from scalinglaws.laws.derived.stopping import compute_ratio
from scalinglaws.planning.answers import Answer
from scalinglaws.planning.extras import exponents_of
from scalinglaws.planning.methods import QUANTITIES
from scalinglaws.planning.plan import Plan
from scalinglaws.plotting import (
    BLUE,
    GREEN,
    GREY,
    PURPLE,
    VERMILION,
    Sheet,
    log_loss_y,
    log_x,
    log_y,
)

COLOURS = {
    "Kaplan, frontier": BLUE,
    "Kaplan, App. B": GREEN,
    "Kaplan, fixed B": GREY,
    "Chinchilla": VERMILION,
    "Chinchilla, IsoFLOP": PURPLE,
}
AXES = {
    "N": "Parameters $N$",
    "D": "Tokens processed $D$",
    "loss": "Test loss (nats/token)",
}
PLACES = 60
RATIOS = np.geomspace(0.4, 8.0, 120)


def draw(plan: Plan) -> Sheet:
    """Four panels. Lines are solid within the data of a method and dashed beyond.

    Bands are 95 % intervals of the mean; the star is the plan. A method says nothing of some
    quantities, and one that is not identified is not drawn.
    """
    panels = [(name, "FLOPs", QUANTITIES[name]) for name in AXES]
    sheet = Sheet([*panels, ("sizes", "1", "1")], height=5.6, columns=2)
    low, high = _span(plan)
    for found in plan.usable:
        _draw_method(sheet, found, np.geomspace(low, high, PLACES))
    for name, label in AXES.items():
        axes = sheet.axes[name]
        log_x(axes, "Training compute $C$ (FLOPs)")
        (log_loss_y if name == "loss" else log_y)(axes, label)
    _draw_sizes(sheet, plan)
    sheet.axes["N"].set_title("Model size")
    sheet.axes["D"].set_title("Data")
    sheet.axes["loss"].set_title("Expected loss")
    sheet.figure.legend(
        *sheet.axes["N"].get_legend_handles_labels(),
        loc="outside lower center",
        ncols=3,
        title="bands: 95 %; solid within the data, dashed beyond; stars: the plan",
    )
    return sheet


def _span(plan: Plan) -> tuple[float, float]:
    """Computes from the smallest of the data or the plan to the largest, a little wider."""
    ends = [end for found in plan.usable for end in found.data.get("C", ())]
    ends += [found.values["C"].value for found in plan.usable]
    return min(ends) / 2.0, max(ends) * 2.0


def _draw_method(sheet: Sheet, found: Answer, compute: np.ndarray) -> None:
    method, colour = found.method, COLOURS[found.method.name]

    def curves(row: np.ndarray) -> np.ndarray:
        values = method.at(row, compute)
        return np.log(np.concatenate([values[name] for name in AXES]))

    names = [f"{name} {i}" for name in AXES for i in range(len(compute))]
    with np.errstate(all="ignore"):
        drawn = found.replicates.map(names, curves)
        half = np.zeros((len(names), 2)) if found.exact else drawn.conf_int()
    inside = _inside(compute, found.data.get("C"))
    for i, name in enumerate(AXES):
        at = slice(i * len(compute), (i + 1) * len(compute))
        mean = np.exp(drawn.estimate[at])
        if np.isnan(mean).any():
            continue
        edges = (mean, mean) if found.exact else tuple(np.exp(half[at].T))
        look = {"linestyle": (0, (3, 2)), "linewidth": 1.0, "label": method.name}
        sheet.band(name, method.name, compute, mean, *edges, color=colour, **look)
        if inside.any():
            own = {"color": colour, "linewidth": 1.8}
            sheet.line(name, f"{method.name}, data", compute[inside], mean[inside], **own)
        star = {"color": colour, "marker": "*", "markersize": 9, "markeredgecolor": "white"}
        where = [found.values["C"].value], [found.values[name].value]
        sheet.points(name, f"{method.name}, plan", *where, kind="plan", **star)


def _inside(compute: np.ndarray, data: tuple[float, float] | None) -> np.ndarray:
    if data is None:
        return np.zeros(len(compute), dtype=bool)
    return (compute >= data[0]) & (compute <= data[1])


def _draw_sizes(sheet: Sheet, plan: Plan) -> None:
    """Compute for the same loss at x times the size (B.16); words where no law says."""
    drawn_any = False
    for found in plan.usable:
        needs = exponents_of(found)
        if needs is None:
            continue
        own, _ = plan.laws.joint(needs)
        name = found.method.name
        with np.errstate(all="ignore"):
            drawn = own.map(
                [f"{x}" for x in RATIOS], lambda row: np.log(compute_ratio(RATIOS, *row))
            )
            edges = np.tile(drawn.estimate, (2, 1)) if found.exact else drawn.conf_int().T
        kept = np.isfinite(drawn.estimate) & np.isfinite(edges).all(axis=0)
        bands = np.exp([drawn.estimate[kept], *(edge[kept] for edge in edges)])
        sheet.band("sizes", name, RATIOS[kept], *bands, color=COLOURS[name])
        drawn_any = True
    axes = sheet.axes["sizes"]
    if not drawn_any:
        axes.text(0.5, 0.5, "not identified", transform=axes.transAxes, ha="center", color=GREY)
    axes.set_title("Cost of another size, same loss")
    log_x(axes, "Size over the efficient size")
    axes.set_ylabel("Compute over the least")
    axes.set_ylim(0.9, 2.6)
