"""The sweeps: at each size, batch and length the losses by the setting that was swept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scalinglaws.calibration.runs import members, usable
from scalinglaws.calibration.seed_noise import SeedNoise


@dataclass(frozen=True)
class Sweep:
    """An experiment, the column that it sweeps, and how a reader calls it.

    ``constant`` is the key of config/config.yaml that it settles, empty where a law does.
    ``same_size_of`` names another experiment whose runs of the same sizes belong to the sweep:
    equal specs are one run, and it serves only the experiments that declare it.
    """

    experiment: str
    setting: str
    title: str
    constant: str = ""
    same_size_of: str = ""


SWEEPS = (
    Sweep("learning_rate", "peak_learning_rate", "Peak rate by size"),
    Sweep("batch_rate", "peak_learning_rate", "Peak rate by batch", same_size_of="learning_rate"),
    Sweep("run_length", "peak_learning_rate", "Peak rate by length", same_size_of="learning_rate"),
    Sweep("warmup", "warmup_steps", "Warm-up", "training.warmup_steps"),
    Sweep("beta1", "beta1", "Adam's beta1", "training.beta1"),
    Sweep("beta2", "beta2", "Adam's beta2", "training.beta2"),
    Sweep("initialisation", "init_std", "Initialisation", "model.init_std"),
    Sweep("context", "n_ctx", "Context", "model.n_ctx"),
    Sweep("seed_noise", "seed", "Seeds"),
)


@dataclass(frozen=True)
class Curve:
    """Runs that differ only in the setting, in its order; diverged ones are among ``rows``."""

    sweep: Sweep
    n_params: int
    batch_tokens: int
    steps: int
    rows: list[dict]
    noise: SeedNoise

    @cached_property
    def finished(self) -> list[dict]:
        """Runs with a loss."""
        return [row for row in self.rows if usable(row)]

    @property
    def diverged(self) -> list[dict]:
        """Runs without one."""
        return [row for row in self.rows if not usable(row)]

    @cached_property
    def best(self) -> dict | None:
        """The run of the lowest loss; None where all diverged."""
        return min(self.finished, key=lambda row: row["test_loss"], default=None)

    def setting(self, row: dict) -> float:
        """The run's value of what is swept."""
        return row[self.sweep.setting]

    def above(self, row: dict) -> float:
        """Loss above the curve's best in percent; NaN of a diverged run."""
        return 100.0 * (row["test_loss"] / self.best["test_loss"] - 1.0) if usable(row) else np.nan

    def beyond_noise(self, row: dict) -> bool | None:
        """Whether that is more than seed noise; a diverged run is; None where it is unknown."""
        if not usable(row):
            return True
        return self.noise.exceeded(row["test_loss"], self.best["test_loss"])

    @property
    def edge(self) -> str:
        """Words for a best value at the end of those that finished, else empty."""
        values = [self.setting(row) for row in self.finished]
        if len(values) < 2:
            return "the only one that finished" if values else ""
        best = self.setting(self.best)
        if best == min(values):
            stable = any(self.setting(row) < best for row in self.diverged)
            return "the smallest stable one" if stable else "the smallest tried"
        if best == max(values):
            stable = any(self.setting(row) > best for row in self.diverged)
            return "the largest stable one" if stable else "the largest tried"
        return ""

    @property
    def as_good(self) -> list[float]:
        """Values that seed noise does not tell from the best; the best alone if unknown."""
        return [
            self.setting(row)
            for row in self.finished
            if row is self.best or self.beyond_noise(row) is False
        ]


def curves_of(sweep: Sweep, rows: list[dict], noise: SeedNoise) -> list[Curve]:
    """The sweep's curves by size, batch and length; empty where no run carries it."""
    own = members(rows, sweep.experiment)
    if sweep.same_size_of and own:
        sizes, known = {row["n_params"] for row in own}, {row["run_id"] for row in own}
        own += [
            row
            for row in members(rows, sweep.same_size_of)
            if row["n_params"] in sizes and row["run_id"] not in known
        ]
    groups: dict[tuple[int, int, int], list[dict]] = {}
    for row in own:
        groups.setdefault((row["n_params"], row["batch_tokens"], row["steps"]), []).append(row)
    return [
        Curve(sweep, *key, sorted(group, key=lambda row: row[sweep.setting]), noise)
        for key, group in sorted(groups.items())
    ]


def tidy(curves: list[Curve]) -> list[dict]:
    """One dictionary a run: what was swept, at which size and batch, and how far from the best."""
    words = {True: "yes", False: "no", None: "unknown"}
    return [
        {
            "sweep": curve.sweep.experiment,
            "run_id": row["run_id"],
            "setting": curve.setting(row),
            "n_params": curve.n_params,
            "batch_tokens": curve.batch_tokens,
            "steps": curve.steps,
            "status": row["status"],
            "loss": row["test_loss"] if usable(row) else None,
            "above_best_percent": curve.above(row) if usable(row) else None,
            "beyond_seed_noise": words[curve.beyond_noise(row)],
        }
        for curve in curves
        for row in curve.rows
    ]
