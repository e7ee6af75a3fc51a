"""Scale over shape (Sec. 3.1, Figs 5 and 6): at equal N the shape of a model hardly matters."""

from __future__ import annotations

import numpy as np

from scalinglaws.claims.claim import Claim, Quantity, interval
from scalinglaws.claims.evidence import Evidence, column, cost, ln_loss
from scalinglaws.claims.regression import regression
from scalinglaws.claims.shape_scan import SCANS, scan_quantities
from scalinglaws.laws.replicates import FEWEST_RUNS, Replicates

# Shape matters little where changing it by some factor moves the loss by less than half of what
# the same factor in N does. In the paper's Fig. 5 it is 0.1 to 0.25.
WEAK = 0.5
JACKKNIFE = "delete-one-run jackknife, t(G-1)"


def scale_over_shape(evidence: Evidence) -> Claim:
    """The spread over shapes at fixed N beside the effect of N; the effect of depth beside it."""
    about = {
        "key": "shape",
        "title": "Scale over shape",
        "statement": "loss depends strongly on the number of parameters and weakly on depth, "
        "width, heads and feed-forward ratio",
        "section": "Sec. 3.1, Figs 5 and 6",
    }
    quantities = [q for name in SCANS for q in scan_quantities(name, evidence, WEAK)]
    depths = _depth_runs(evidence)
    if depths:
        quantities.append(_depth(depths))
    if not quantities:
        return Claim(**about, missing=", ".join(SCANS))
    deciding = [quantity for quantity in quantities if quantity.allowed]
    found = "; ".join(f"{quantity.name}, is {interval(quantity)}" for quantity in deciding)
    return Claim(
        **about,
        quantities=quantities,
        sentence=f"As a share of the effect of the same factor in N: {found}.",
        runs=cost(evidence.runs(*SCANS) or depths),
    )


def _depth_runs(evidence: Evidence) -> list[dict]:
    """Models of many sizes and depths, 2 layers and more: a single layer is an exception."""
    deep = evidence.runs("depth_ladder")
    rows = {row["run_id"]: row for row in deep + (evidence.beside(deep) if deep else [])}
    rows = [row for row in rows.values() if row["n_params"] and (row["n_layer"] or 0) >= 2]
    sizes, layers = ({row[name] for row in rows} for name in ("n_params", "n_layer"))
    return rows if len(sizes) > FEWEST_RUNS + 1 and len(layers) > 1 else []


def _depth(rows: list[dict]) -> Quantity:
    """Slope of ln L on ln depth at equal N over its slope on ln N, which may bend."""
    y, size, depth = ln_loss(rows), np.log(column(rows, "n_params")), column(rows, "n_layer")
    size, depth = size - size.mean(), np.log(depth)

    def share(kept: np.ndarray) -> np.ndarray:
        params = regression(y[kept], size[kept], size[kept] ** 2, depth[kept]).params
        return np.array([params[3] / params[1]])

    everyone = np.arange(len(rows))
    without = {row["run_id"]: share(everyone != i) for i, row in enumerate(rows)}
    found = Replicates.of(["share"], share(everyone >= 0), without)
    return Quantity(
        "depth at equal N, over all sizes",
        float(found.estimate[0]),
        *map(float, found.conf_int()[0]),
        method=JACKKNIFE,
        n=len(rows),
        df=len(rows) - 1.0,
        allowed=(-WEAK, WEAK),
    )
