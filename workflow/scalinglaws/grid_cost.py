"""What a study costs on devices of known speed, by experiment: for grids that no laptop trains."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scalinglaws.compute import compute_6nbs, compute_counted, total_params
from scalinglaws.cost import longest_of_trunks, states_to_leave
from scalinglaws.grid import aligned
from scalinglaws.job_resources import state_bytes
from scalinglaws.markup import markdown_table
from scalinglaws.runspec import RunSpec
from scalinglaws.study import Study
from scalinglaws.training.schedule import trunk_end
from scalinglaws.units import PF_DAY

HEADER = (
    "experiment",
    "runs",
    "tokens",
    "PF-days, 6NBS",
    "PF-days, counted",
    "device-hours",
    "largest N",
    "least memory, GiB",
    "storage, GiB",
)
COMPARED = ("runs", "PF-days, counted", "device-hours", "least memory, GiB", "storage, GiB")
ALL = "all"
FLOAT = 4  # bytes
# Numbers a parameter of a state that a trunk leaves: weight and Adam's two moments.
STATE_FLOATS = {"adam": 3, "adafactor": 1}
GIB = 2**30


@dataclass(frozen=True)
class Device:
    """A device and what it reaches in training."""

    name: str
    peak: float  # FLOP/s
    share: float  # of the peak

    @property
    def flops_per_second(self) -> float:
        return self.peak * self.share

    def __str__(self) -> str:
        return f"{self.name}: {self.peak:.3g} FLOP/s a device, {self.share:.0%} of it reached"


def cost_table(study: Study, flops_per_second: float) -> str:
    """A row an experiment and the sum; runs that several experiments share count once.

    Args:
        study: a study that is trained.
        flops_per_second: what one device reaches in training, FLOP/s.

    Device-hours are those of the counted FLOPs, every row of Table 1; a trunk that runs share is
    counted once, and a run on limited text to its last step, as if it did not stop early. The least
    memory holds the state of the largest run with one sequence at a time. Storage is the weights,
    and the states that trunks leave for shorter runs.
    """
    costs = experiment_costs(study, flops_per_second)
    rows = [[name, *cells.values()] for name, cells in costs.items()]
    return "\n".join(aligned([HEADER, *rows], left=(0,)))


def side_by_side(study: Study, cheaper: Study, flops_per_second: float) -> tuple[list, list]:
    """The header and the rows of both studies' costs; the columns of the cheaper one are starred.

    Args:
        study, cheaper: studies that are trained, with experiments of equal names.
        flops_per_second: what one device reaches in training, FLOP/s.
    """
    sides = [experiment_costs(each, flops_per_second) for each in (study, cheaper)]
    names = [name for name in {**sides[0], **sides[1]} if name != ALL]
    header = ["experiment", *(f"{column}{star}" for column in COMPARED for star in ("", "*"))]
    rows = [
        [name, *(side.get(name, {}).get(column, "-") for column in COMPARED for side in sides)]
        for name in [*names, ALL]
    ]
    return header, rows


def cost_report(study: Study, device: Device, cheaper: Study | None) -> str:
    """What `scalinglaws runs --cost` prints: the table, and a cheaper plan beside it."""
    parts = [cost_table(study, device.flops_per_second), f"study {study.study} on {device}"]
    if cheaper:
        header, rows = side_by_side(study, cheaper, device.flops_per_second)
        parts += [
            "\n".join(aligned([header, *rows], left=(0,))),
            f"* study {cheaper.study}: the same questions, answered for less",
        ]
    return "\n\n".join(parts)


def cost_markdown(study: Study, device: Device, cheaper: Study) -> str:
    """The same in Markdown, for the documentation."""
    header, rows = side_by_side(study, cheaper, device.flops_per_second)
    return "\n".join(markdown_table(header, rows))


def trained_shares(specs: Iterable[RunSpec]) -> dict[str, float]:
    """Run id: the share of its steps that it trains itself; less than 1 beside a longer trunk."""
    specs = list(specs)
    longest = longest_of_trunks(specs)
    return {
        spec.run_id: 1.0 if spec == longest[spec.trunk_id] else 1 - trunk_end(spec) / spec.steps
        for spec in specs
    }


def experiment_costs(study: Study, flops_per_second: float) -> dict[str, dict[str, str]]:
    """Experiment, and `all`: {column of HEADER: cell}."""
    runs = study.runs()
    everything = [spec for spec, _ in runs.values()]
    trained, left = trained_shares(everything), states_to_leave(everything)
    costs = {}
    for name in study.experiments:
        own = [spec for spec, serves in runs.values() if serves[0] == name]
        if own:
            costs[name] = _cells(own, trained, left, flops_per_second)
    costs[ALL] = _cells(everything, trained, left, flops_per_second)
    return costs


def _cells(
    specs: list[RunSpec],
    trained: dict[str, float],
    left: dict[str, list[int]],
    flops_per_second: float,
) -> dict[str, str]:
    share = {spec.run_id: trained[spec.run_id] for spec in specs}
    by_6nbs = sum(share[spec.run_id] * compute_6nbs(spec) for spec in specs)
    counted = sum(share[spec.run_id] * compute_counted(spec) for spec in specs)
    largest = max(specs, key=lambda spec: spec.n_params)
    floats = sum(
        total_params(spec) * (1 + STATE_FLOATS[spec.optimizer] * len(left.get(spec.run_id, ())))
        for spec in specs
    )
    cells = [
        f"{len(specs)}",
        f"{sum(share[spec.run_id] * spec.tokens for spec in specs):.2e}",
        f"{by_6nbs / PF_DAY:,.3g}",
        f"{counted / PF_DAY:,.3g}",
        f"{counted / flops_per_second / 3600:,.3g}",
        f"{largest.n_params:,}",
        f"{max(state_bytes(spec, spec.n_ctx) for spec in specs) / GIB:,.2f}",
        f"{FLOAT * floats / GIB:,.2f}",
    ]
    return dict(zip(HEADER[1:], cells, strict=True))
