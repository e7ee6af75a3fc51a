"""What claims are judged by: the metrics and fitted laws of one study, nothing else."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.selection import select_runs
from scalinglaws.laws.shared_error import shared_error

# A run without its seed: runs that agree in all of these differ by chance alone.
DESIGN = (
    *("architecture", "n_layer", "d_model", "d_ff", "n_heads", "reuse", "n_ctx"),
    *("dataset_tokens", "batch_tokens", "steps", "peak_learning_rate", "schedule"),
    *("schedule_power", "cooldown_fraction", "final_learning_rate", "warmup_steps", "dropout"),
)
LADDER_LAWS = ("L(N)", "L(C)")  # whose selection says which runs are the ladder
# Transformers of many sizes and lengths; what must agree where others are compared with them.
LADDERS = ("model_size", "run_length")
PROCEDURE = ("batch_tokens", "steps", "schedule", "n_ctx", "dropout")


@dataclass(frozen=True)
class Scatter:
    """Standard deviation of ln loss between runs that differ in their seed alone.

    ``df`` degrees of freedom behind it; NaN and 0 where no two runs do.
    """

    sd: float
    df: int


@dataclass(frozen=True)
class Evidence:
    """``tables`` of `scalinglaws.metrics` by name, ``laws`` the laws' JSON by the law's name."""

    tables: dict[str, pa.Table]
    laws: dict[str, dict]

    @cached_property
    def finished(self) -> list[dict]:
        """Finished runs, by N and name; some of the paper's have no loss of their own."""
        found = [row for row in self.tables["runs"].to_pylist() if row["status"] == "finished"]
        return sorted(found, key=lambda row: (row["n_params"] or 0, row["run_id"]))

    @cached_property
    def rows(self) -> list[dict]:
        """Finished runs with a loss."""
        return [row for row in self.finished if row["test_loss"] and row["test_loss"] > 0]

    def runs(self, *experiments: str) -> list[dict]:
        """Finished runs that serve any of ``experiments``."""
        wanted = set(experiments)
        return [row for row in self.rows if wanted & set(row["experiments"])]

    @cached_property
    def measurements(self) -> Measurements:
        """The same tables as laws are fitted to."""
        error = shared_error(self.tables["runs"], self.tables["evaluations"])
        return Measurements.of(self.tables, error)

    def law(self, name: str) -> dict | None:
        """The law's JSON, None where it was not fitted or is not to be used."""
        law = self.laws.get(name)
        return law if law and law["status"] == "ok" else None

    def selection(self, *names: str) -> dict | None:
        """Experiment and ranges of the first of these laws whose experiment has runs."""
        for name in names:
            found = self.laws.get(name, {}).get("selection") or {}
            if "experiment" in found and self.runs(found["experiment"]):
                ranges = {key: found.get(key) or {} for key in ("select", "points", "variables")}
                return ranges | {"experiment": found["experiment"]}
        return None

    @cached_property
    def ladder(self) -> list[dict]:
        """The runs that L(N) is fitted to: Transformers of many sizes on all of the text."""
        declared = self.selection(*LADDER_LAWS)
        if declared is None:
            return self.runs("model_size")
        chosen = select_runs(self.tables["runs"], declared["experiment"], declared["select"])
        return [row for row in self.rows if row["run_id"] in set(chosen.run_ids)]

    def beside(self, others: list[dict]) -> list[dict]:
        """Transformers of many sizes that were trained as most of ``others``: as long, as large
        batches. Models too narrow for the laws are left out."""
        procedures = Counter(tuple(row[name] for name in PROCEDURE) for row in others)
        procedure = procedures.most_common(1)[0][0]
        declared = self.selection(*LADDER_LAWS) or {"select": {}}
        narrowest = (declared["select"].get("d_model") or {}).get("min", 0.0)
        return [
            row
            for row in self.runs(*LADDERS)
            if tuple(row[name] for name in PROCEDURE) == procedure
            and row["n_params"]
            and (row["d_model"] or np.inf) >= narrowest
        ]

    @cached_property
    def scores(self) -> dict[str, dict[str, float]]:
        """Loss of each finished run on the test split of each corpus."""
        found: dict[str, dict[str, float]] = {row["run_id"]: {} for row in self.rows}
        for row in self.tables["evaluations"].to_pylist():
            if row["split"] == "test" and row["run_id"] in found and row["loss"]:
                found[row["run_id"]][row["corpus"]] = row["loss"]
        return found

    @cached_property
    def seed_scatter(self) -> Scatter:
        """Pooled over all groups of runs on all of the text that differ in their seed alone."""
        groups = defaultdict(dict)
        for row in self.rows:
            if row["seed"] is not None and row["dataset_tokens"] is None:
                groups[tuple(row[name] for name in DESIGN)][row["seed"]] = np.log(row["test_loss"])
        values = [np.array(list(group.values())) for group in groups.values()]
        df = sum(len(group) - 1 for group in values)
        squares = sum(((group - group.mean()) ** 2).sum() for group in values)
        return Scatter(float(np.sqrt(squares / df)) if df else np.nan, df)


def cost(rows: list[dict]) -> str:
    """What one more run of this kind costs, in words; "" where it is not known."""
    tokens = [row["tokens"] for row in rows if row["tokens"]]
    return f"a run is {np.median(tokens):.2g} tokens" if tokens else ""


def ln_loss(rows: list[dict]) -> np.ndarray:
    """ln of the final test losses, shape (n,)."""
    return np.log([row["test_loss"] for row in rows])


def column(rows: list[dict], name: str) -> np.ndarray:
    """A column of RUNS as floats, shape (n,)."""
    return np.array([row[name] for row in rows], dtype=float)
