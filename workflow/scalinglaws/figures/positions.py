"""Loss by position in the context, out of the table of positions."""

import numpy as np

from scalinglaws.figures.source import Source

Curve = tuple[np.ndarray, np.ndarray]


def position_curves(source: Source, runs: list[dict]) -> dict[str, Curve]:
    """``{run_id: (position, loss)}`` of the runs that were scored by position on their own text."""
    own = {run["run_id"]: run["corpus"] for run in runs}
    found: dict[str, list] = {}
    for row in source.tables["positions"].to_pylist():
        if row["loss"] is not None and own.get(row["run_id"], "") == row["corpus"]:
            found.setdefault(row["run_id"], []).append((row["position"], row["loss"]))
    return {run_id: tuple(np.array(sorted(points)).T) for run_id, points in found.items()}
