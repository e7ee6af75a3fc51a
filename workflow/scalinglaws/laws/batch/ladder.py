"""Learning curves of models of several sizes, with what converts them: N and B of each run."""

from dataclasses import dataclass, replace

import numpy as np

from scalinglaws.laws.batch.chain import Variant
from scalinglaws.laws.batch.conversion import c_min, s_min
from scalinglaws.laws.compute_points import declared_curves
from scalinglaws.laws.envelope import PER_DECADE
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.selection import select_runs
from scalinglaws.units import PF_DAY


@dataclass(frozen=True)
class LadderRun:
    """A curve at fixed batch: ``compute`` = 6 N B S in PF-days and ``loss`` in nats/token, (m,)."""

    n_params: int
    batch_tokens: float
    compute: np.ndarray
    loss: np.ndarray

    @property
    def step(self) -> np.ndarray:
        """S, optimiser steps, shape (m,)."""
        return self.compute * PF_DAY / (6.0 * self.n_params * self.batch_tokens)

    def compute_min(self, variant: Variant) -> np.ndarray:
        """C_min in PF-days (Eq. 5.5) by the B_crit(L) of this pass through the chain."""
        constants = variant.alpha_B, variant.log10_B_star
        return c_min(self.compute, self.shifted(variant), self.batch_tokens, *constants)

    def step_min(self, variant: Variant) -> np.ndarray:
        """S_min in steps (Eq. 5.4) by the B_crit(L) of this pass through the chain."""
        constants = variant.alpha_B, variant.log10_B_star
        return s_min(self.step, self.shifted(variant), self.batch_tokens, *constants)

    def shifted(self, variant: Variant) -> np.ndarray:
        """The losses as this pass through the chain has them."""
        return self.loss * np.exp(variant.shift)

    def averaged(self, per_decade: int = PER_DECADE) -> "LadderRun":
        """Geometric means within bins evenly spaced in the logarithm of compute.

        A run counts by how far it reaches, not by how often it logged.
        """
        bins = np.floor(per_decade * np.log10(self.compute) + 1e-9)
        edges, at = np.unique(bins, return_inverse=True)
        count = np.bincount(at, minlength=len(edges))
        compute, loss = (
            np.exp(np.bincount(at, np.log(values)) / count) for values in (self.compute, self.loss)
        )
        return replace(self, compute=compute, loss=loss)


@dataclass(frozen=True)
class Ladder:
    """Runs by name, the sample they are (their experiment), and the choice that led to them."""

    runs: dict[str, LadderRun]
    stratum: str
    excluded: list[tuple[str, str]]
    choice: dict


def ladder(measurements: Measurements, declared: dict, needs_batch: bool = True) -> Ladder:
    """The selected runs of ``declared["experiment"]`` with two logged points or more.

    ``select`` and ``points`` are ranges of columns of RUNS and CURVES; points of the warm-up and
    of cool-downs are left out, and unless B is of no use runs without it. With ``ends`` a curve is
    the ends of the runs of one trunk. Raises UserError for an unknown column or experiment.
    """
    experiment, select = declared["experiment"], declared.get("select") or {}
    points = declared.get("points") or {}
    chosen = select_runs(measurements.runs, experiment, select, x="n_params")
    curves, without_curve = declared_curves(
        measurements.runs, measurements.curves, chosen.run_ids, "compute_6nbs", declared
    )
    batches = dict(
        zip(
            measurements.runs["run_id"].to_pylist(),
            measurements.runs["batch_tokens"].to_pylist(),
            strict=True,
        )
    )
    runs, excluded = {}, [*chosen.excluded, *without_curve]
    for run_id, n_params in zip(chosen.run_ids, chosen.x, strict=True):
        if run_id not in curves:
            continue
        if needs_batch and not batches[run_id]:
            excluded.append((run_id, "batch_tokens is missing"))
        else:
            batch = batches[run_id] or float("nan")
            runs[run_id] = LadderRun(int(n_params), batch, *curves[run_id])
    choice = {"experiment": experiment, "select": select, "points": points}
    if declared.get("ends"):
        choice["ends"] = True
    return Ladder(runs, experiment, excluded, choice)
