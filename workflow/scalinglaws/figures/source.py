"""What every figure is drawn from: the metrics and fitted laws of one source of runs."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from scalinglaws.metrics import CURVES, EVALUATIONS, RUNS, read_table


@dataclass(frozen=True)
class Source:
    """Metrics and laws of one study, and the paper's constants with this figure's entry.

    ``runs`` holds one dictionary a run; ``laws`` maps a law's name to its JSON file.
    """

    runs: list[dict]
    curves: pa.Table
    evaluations: pa.Table
    laws: dict[str, dict]
    constants: dict[str, dict]
    figure: dict = field(default_factory=dict)

    @property
    def is_paper(self) -> bool:
        """Whether these are the paper's own points.

        Only then may the paper's printed lines share the loss axis: at another vocabulary a loss
        in nats per token means something else.
        """
        return {run["source"] for run in self.runs} == {"kaplan2020"}

    def members(self, experiment: str, *needed: str) -> list[dict]:
        """Finished runs of an experiment with positive values in the columns ``needed``."""
        columns = (*needed, "test_loss")
        return [
            run
            for run in self.runs
            if experiment in run["experiments"]
            and run["status"] == "finished"
            and all(run[column] is not None and run[column] > 0 for column in columns)
        ]

    def printed(self, name: str) -> float:
        """A printed value of this figure: its own where it differs from Table 5."""
        own = self.figure.get("printed", {})
        return float(own[name] if name in own else self.constants[name]["value"])


def read_source(snakemake) -> Source:
    """Read the inputs and params of a figure's rule."""
    paths = snakemake.input
    laws = [json.loads(Path(path).read_text(encoding="utf-8")) for path in paths.laws]
    return Source(
        runs=read_table(paths.runs, RUNS).to_pylist(),
        curves=read_table(paths.curves, CURVES),
        evaluations=read_table(paths.evaluations, EVALUATIONS),
        laws={law["law"]: law for law in laws},
        constants=snakemake.params.constants,
        figure=snakemake.params.figure,
    )
