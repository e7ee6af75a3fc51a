"""Everything that the calibration finds out, in one place for its page and its figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scalinglaws.calibration.context import at_equal_positions
from scalinglaws.calibration.rates import Key, Slope, best_rates, slope_of
from scalinglaws.calibration.runs import with_settings
from scalinglaws.calibration.seed_noise import SeedNoise, seed_noise
from scalinglaws.calibration.sweeps import SWEEPS, Curve, curves_of
from scalinglaws.calibration.vocabulary import compare_vocabularies
from scalinglaws.laws.curves.minima import Minimum

if TYPE_CHECKING:
    import pyarrow as pa

STUDY = "calibrate"
RATE_SWEEPS = ("learning_rate", "batch_rate", "run_length")
FEWEST_BATCHES = 3


@dataclass(frozen=True)
class Calibration:
    """The sweeps' curves by experiment and what follows from them.

    ``minima`` are those of the rate sweeps by (N, B, S); ``law`` is the file of LR(N);
    ``by_batch`` and ``by_length`` are slopes of ln best rate; ``context`` and ``vocabulary`` hold
    a dictionary a run or a size.
    """

    curves: dict[str, list[Curve]]
    noise: SeedNoise
    law: dict
    minima: dict[Key, Minimum]
    by_batch: Slope
    by_length: Slope
    context: list[dict]
    vocabulary: list[dict]

    def minima_of(self, experiment: str) -> dict[Key, Minimum]:
        """The minima of one rate sweep's curves."""
        keys = [(c.n_params, c.batch_tokens, c.steps) for c in self.curves[experiment]]
        return {key: self.minima[key] for key in keys if key in self.minima}


def calibrate(
    tables: dict[str, pa.Table],
    settings: dict[str, dict[str, float]],
    law: dict,
    vocabularies: list[tuple[pa.Table, pa.Table]],
) -> Calibration:
    """Evaluate the study STUDY.

    Args:
        tables: its metrics runs, evaluations and positions.
        settings: run id: what `runs.with_settings` adds.
        law: the content of its LR_N.json.
        vocabularies: tables runs and evaluations of each study of another vocabulary.

    Raises:
        UserError: a run that the study does not declare.
    """
    rows = with_settings(tables["runs"], settings, STUDY)
    noise = seed_noise(rows)
    curves = {sweep.experiment: curves_of(sweep, rows, noise) for sweep in SWEEPS}
    minima, pooled = best_rates(curve for name in RATE_SWEEPS for curve in curves[name])
    found = {
        name: [(c, minima.get((c.n_params, c.batch_tokens, c.steps))) for c in curves[name]]
        for name in ("batch_rate", "run_length")
    }
    by_batch = {c.batch_tokens: m for c, m in found["batch_rate"]}
    by_length = {c.steps: m for c, m in found["run_length"]}
    return Calibration(
        curves=curves,
        noise=noise,
        law=law,
        minima=minima,
        by_batch=slope_of(by_batch, pooled, FEWEST_BATCHES),
        by_length=slope_of(by_length, pooled, 2),
        context=at_equal_positions(curves["context"], tables["positions"]),
        vocabulary=compare_vocabularies(tables["runs"], tables["evaluations"], vocabularies, noise),
    )
