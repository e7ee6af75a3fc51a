"""What a study costs on devices of known speed, by experiment: for grids that no laptop trains."""

from __future__ import annotations

from collections.abc import Iterable

from scalinglaws.compute import compute_6nbs, compute_counted, total_params
from scalinglaws.cost import longest_of_trunks
from scalinglaws.grid import aligned
from scalinglaws.job_resources import state_bytes
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
    "weights, GiB",
)
FLOAT = 4  # bytes
GIB = 2**30


def cost_table(study: Study, flops_per_second: float) -> str:
    """A row an experiment and the sum; runs that several experiments share count once.

    Args:
        study: a study that is trained.
        flops_per_second: what one device reaches in training, FLOP/s.

    Device-hours are those of the counted FLOPs, every row of Table 1; a trunk that runs share is
    counted once. The least memory holds the state of the largest run with one sequence at a time.
    """
    runs = study.runs()
    trained = trained_shares(spec for spec, _ in runs.values())
    rows = []
    for name in study.experiments:
        own = [spec for spec, serves in runs.values() if serves[0] == name]
        if own:
            rows.append([name, *_cells(own, trained, flops_per_second)])
    everything = [spec for spec, _ in runs.values()]
    rows.append(["all", *_cells(everything, trained, flops_per_second)])
    return "\n".join(aligned([HEADER, *rows], left=(0,)))


def trained_shares(specs: Iterable[RunSpec]) -> dict[str, float]:
    """Run id: the share of its steps that it trains itself; less than 1 beside a longer trunk."""
    specs = list(specs)
    longest = longest_of_trunks(specs)
    return {
        spec.run_id: 1.0 if spec == longest[spec.trunk_id] else 1 - trunk_end(spec) / spec.steps
        for spec in specs
    }


def _cells(specs: list[RunSpec], trained: dict[str, float], flops_per_second: float) -> list[str]:
    share = {spec.run_id: trained[spec.run_id] for spec in specs}
    by_6nbs = sum(share[spec.run_id] * compute_6nbs(spec) for spec in specs)
    counted = sum(share[spec.run_id] * compute_counted(spec) for spec in specs)
    largest = max(specs, key=lambda spec: spec.n_params)
    return [
        f"{len(specs)}",
        f"{sum(share[spec.run_id] * spec.tokens for spec in specs):.2e}",
        f"{by_6nbs / PF_DAY:,.3g}",
        f"{counted / PF_DAY:,.3g}",
        f"{counted / flops_per_second / 3600:,.3g}",
        f"{largest.n_params:,}",
        f"{max(state_bytes(spec, spec.n_ctx) for spec in specs) / GIB:,.2f}",
        f"{FLOAT * sum(map(total_params, specs)) / GIB:,.2f}",
    ]
