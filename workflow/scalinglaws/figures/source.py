"""What every figure is drawn from: the metrics and fitted laws of one source of runs."""

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from scalinglaws.conventions.table import CONVENTIONS
from scalinglaws.laws.checks.tables import HELD_OUT, PROFILES
from scalinglaws.laws.parameters import PARAMETERS
from scalinglaws.metrics import CURVES, EVALUATIONS, RUNS, SCHEMAS, read_table

# Tables of the laws that some figures read, by the name of the rule's input.
LAW_TABLES = {
    "estimates": PARAMETERS,
    "paper_estimates": PARAMETERS,
    "held_out": HELD_OUT,
    "profiles": PROFILES,
    "conventions": CONVENTIONS,
}


@dataclass(frozen=True)
class Source:
    """Metrics and laws of one study, and the paper's constants with this figure's entry.

    ``runs`` holds one dictionary a run; ``laws`` maps a law's name to its JSON file. ``drawn``
    holds series that the paper drew through a fit, by the name of their file: shown, never fitted.
    ``tables`` holds those further tables of metrics that the figure asks for, and those of
    LAW_TABLES that its entry says it ``reads``.
    """

    runs: list[dict]
    curves: pa.Table
    evaluations: pa.Table
    laws: dict[str, dict]
    constants: dict[str, dict]
    figure: dict = field(default_factory=dict)
    drawn: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    tables: dict[str, pa.Table] = field(default_factory=dict)

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
            for run in self.finished(experiment)
            if all(run[column] is not None and run[column] > 0 for column in columns)
        ]

    def finished(self, experiment: str) -> list[dict]:
        """Finished runs of an experiment; some of the paper's have no loss of their own."""
        return [
            run
            for run in self.runs
            if experiment in run["experiments"] and run["status"] == "finished"
        ]

    def why_missing(self) -> str:
        """The sentence of a figure for which there are no runs at all."""
        source = self.runs[0]["source"] if self.runs else "trained"
        missing = self.figure.get("missing", {}).get(source)
        reasons = "; ".join(dict.fromkeys((missing or {}).values()))
        return "Nothing to draw: this study has no runs for this figure." + (
            f" It {reasons}." if reasons else ""
        )

    def printed(self, name: str) -> float:
        """A printed value of this figure: its own where it differs from Table 5."""
        own = self.figure.get("printed", {})
        return float(own[name] if name in own else self.constants[name]["value"])


def read_source(snakemake, *tables: str) -> Source:
    """Read the inputs and params of a figure's rule, and of further tables those named."""
    paths = snakemake.input
    further = {name: SCHEMAS[name] for name in tables}
    further |= {name: LAW_TABLES[name] for name in snakemake.params.figure.get("reads", ())}
    laws = [json.loads(Path(path).read_text(encoding="utf-8")) for path in paths.laws]
    return Source(
        runs=read_table(paths.runs, RUNS).to_pylist(),
        curves=read_table(paths.curves, CURVES),
        evaluations=read_table(paths.evaluations, EVALUATIONS),
        laws={law["law"]: law for law in laws},
        constants=snakemake.params.constants,
        figure=snakemake.params.figure,
        tables={name: read_table(getattr(paths, name), own) for name, own in further.items()},
        drawn={Path(path).stem: _rows(path) for path in getattr(paths, "drawn", [])},
    )


def _rows(path: str | Path) -> list[dict[str, str]]:
    with Path(path).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
