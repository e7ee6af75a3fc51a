"""The grid of runs as a person reads it before spending the time."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from scalinglaws.compute import compute_6nbs, compute_counted, total_params
from scalinglaws.cost import study_seconds
from scalinglaws.errors import UserError
from scalinglaws.launch import launcher, where_flags
from scalinglaws.runspec import RunSpec
from scalinglaws.study import Study

HEADER = (
    "experiments",
    "layers",
    "d_model",
    "N",
    "N + embed.",
    "tokens",
    "steps",
    "C = 6NBS",
    "C counted",
    "core-s",
    "run",
)


def grid_table(study: Study) -> str:
    """A row a run, longest first, and the sum. FLOPs in both conventions, tokens processed.

    "C counted" has every row of Table 1, with attention and softmax, which C = 6NBS leaves out.
    """
    seconds_of = study_seconds(study)
    rows = sorted(
        ((seconds_of[run_id], *run) for run_id, run in study.runs().items()),
        key=lambda row: -row[0],
    )
    cells = [
        (
            ",".join(experiments),
            str(spec.n_layer),
            str(spec.d_model),
            f"{spec.n_params:,}",
            f"{total_params(spec):,}",
            f"{spec.tokens:,}",
            f"{spec.steps:,}",
            f"{compute_6nbs(spec):.2e}",
            f"{compute_counted(spec):.2e}",
            f"{seconds:,.0f}",
            spec.run_id,
        )
        for seconds, spec, experiments in rows
    ]
    total = sum(seconds for seconds, _, _ in rows)
    return "\n".join(
        [
            *aligned([HEADER, *cells]),
            "",
            f"study {study.study}: {len(rows)} runs, about {total:,.0f} core-seconds of a budget "
            f"of {study.budget.core_seconds:,.0f} ({total / 120:,.0f} minutes on two cores)",
        ]
    )


def check_budget(study: Study) -> None:
    """Refuse a study that is estimated to cost more than its budget.

    Raises:
        UserError: over budget, by how much, and what to change.
    """
    total = sum(study_seconds(study).values())
    if total > study.budget.core_seconds:
        raise UserError(
            f"study {study.study} needs about {total:,.0f} core-seconds, its budget is "
            f"{study.budget.core_seconds:,.0f}: take out runs or steps, or raise "
            "budget.core_seconds in its configuration"
        )


def commands(study: Study) -> list[str]:
    """The command that trains each run, to be run by hand or elsewhere."""
    results, corpus = f"results/{study.study}", study.corpora.train
    return [
        shlex.join(
            [
                *launcher(study.execution),
                "workflow/scripts/train.py",
                *("--train-shard", f"{results}/tokens/{corpus}/train.bin"),
                *("--test-shard", f"{results}/tokens/{corpus}/test.bin"),
                *("--run", f"{results}/runs/{run_id}.parquet"),
                *("--weights", f"{results}/runs/{run_id}.safetensors"),
                *where_flags(study.execution),
                *tracked_flags(spec, results),
                *spec.to_flags(),
            ]
        )
        for run_id, (spec, _) in study.runs().items()
    ]


def tracked_flags(spec: RunSpec, results: str) -> list[str]:
    """The flag that names the test shards of the corpora that a run tracks; none without."""
    shards = [f"{corpus}={results}/tokens/{corpus}/test.bin" for corpus in spec.tracked_corpora]
    return ["--tracked-shard", *shards] if shards else []


def aligned(rows: Sequence[Sequence[str]], left: Sequence[int] = (0, -1)) -> list[str]:
    """Columns padded to equal width: those of ``left`` to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lefts = {i % len(widths) for i in left}
    return [
        "  ".join(
            cell.ljust(width) if i in lefts else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
