"""Learning curves cut at equal compute and at equal steps, of the paper or of a trained ladder."""

from dataclasses import dataclass

import numpy as np

from scalinglaws.figures.curves import segments
from scalinglaws.figures.source import Source
from scalinglaws.units import PF_DAY

SLICES = 8  # of the paper's figure, evenly in the logarithm
PUBLISHED = {"compute_6nbs": "compute_slices", "step": "step_slices"}


@dataclass(frozen=True)
class Slice:
    """Models at one ``value`` of the column: N, B in tokens, loss, steps and run, each (k,)."""

    value: float
    n_params: np.ndarray
    batch_tokens: np.ndarray
    loss: np.ndarray
    step: np.ndarray
    run_ids: list[str]

    def after(self, first_step: float) -> "Slice | None":
        """Only the models that took so many steps to get there; None without any."""
        kept = np.flatnonzero(self.step >= first_step * (1 - 1e-9))
        if not len(kept):
            return None
        arrays = (self.n_params, self.batch_tokens, self.loss, self.step)
        return Slice(self.value, *(a[kept] for a in arrays), [self.run_ids[i] for i in kept])


def slices(source: Source, column: str, experiment: str, first_step: float) -> list[Slice]:
    """Slices of CURVES at ``column`` (compute_6nbs in FLOPs, or step), in its order.

    The paper cut its own curves. Those of the runs of ``experiment`` are cut after ``first_step``
    and before their cool-downs, straight in the logarithms.
    """
    published = _published(source, column)
    found = published or _interpolated(source, column, experiment, first_step)
    return [_slice(value, column, found[value]) for value in sorted(found) if found[value]]


def _published(source: Source, column: str) -> dict[float, list[tuple]]:
    runs = {r["run_id"]: r for r in source.runs if PUBLISHED[column] in r["experiments"]}
    columns = [source.curves[name].to_pylist() for name in ("run_id", column, "test_loss")]
    found: dict[float, list[tuple]] = {}
    for run_id, value, loss in zip(*columns, strict=True):
        if run_id in runs:
            found.setdefault(value, []).append((runs[run_id], loss))
    return found


def _interpolated(
    source: Source, column: str, experiment: str, first_step: float
) -> dict[float, list[tuple]]:
    members = source.members(experiment, "n_params", "batch_tokens")
    runs = {run["run_id"]: run for run in members}
    curves = {}
    for run_id, phases in segments(source, runs, column).items():
        x, loss = phases.get("trunk", (np.array([]), np.array([])))
        kept = x >= first_step * _per_step(runs[run_id], column)
        if kept.sum() > 1:
            curves[run_id] = np.log(x[kept]), np.log(loss[kept])
    if not curves:
        return {}
    ends = np.array([(x[0], x[-1]) for x, _ in curves.values()])
    found = {}
    for value in np.linspace(ends[:, 0].min(), ends[:, 1].max(), SLICES):
        found[float(np.exp(value))] = [
            (runs[run_id], float(np.exp(np.interp(value, x, loss))))
            for run_id, (x, loss) in curves.items()
            if x[0] - 1e-9 <= value <= x[-1] + 1e-9
        ]
    return found


def _per_step(run: dict, column: str) -> float:
    """What one step adds to the column."""
    return 6.0 * run["n_params"] * run["batch_tokens"] if column == "compute_6nbs" else 1.0


def _slice(value: float, column: str, found: list[tuple]) -> Slice:
    found = sorted(found, key=lambda entry: (entry[0]["n_params"], entry[0]["run_id"]))
    runs = [run for run, _ in found]
    return Slice(
        value / PF_DAY if column == "compute_6nbs" else value,
        np.array([run["n_params"] for run in runs], dtype=float),
        np.array([run["batch_tokens"] for run in runs], dtype=float),
        np.array([loss for _, loss in found]),
        np.array([value / _per_step(run, column) for run in runs]),
        [run["run_id"] for run in runs],
    )
