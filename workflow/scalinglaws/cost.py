"""What a study will cost, before anything is trained."""

from __future__ import annotations

from collections.abc import Iterable

from scalinglaws.compute import compute_counted, forward_flops_per_token
from scalinglaws.runspec import RunSpec
from scalinglaws.study import Budget, Study
from scalinglaws.training.schedule import trunk_end

TESTED_DECADES = 3  # most of the tests of a run lie in its last three decades of steps


def longest_of_trunks(specs: Iterable[RunSpec]) -> dict[str, RunSpec]:
    """Trunk id: the longest of the runs that share this trunk; it trains the trunk."""
    longest: dict[str, RunSpec] = {}
    for spec in specs:
        known = longest.setdefault(spec.trunk_id, spec)
        if spec.steps > known.steps:
            longest[spec.trunk_id] = spec
    return longest


def states_to_leave(specs: Iterable[RunSpec]) -> dict[str, list[int]]:
    """Run id of the longest run of each shared trunk: steps that shorter runs cool down from."""
    specs = list(specs)
    longest = longest_of_trunks(specs)
    states: dict[str, set[int]] = {}
    for spec in specs:
        if spec != longest[spec.trunk_id]:
            states.setdefault(longest[spec.trunk_id].run_id, set()).add(trunk_end(spec))
    return {run_id: sorted(steps) for run_id, steps in states.items()}


def study_seconds(study: Study) -> dict[str, float]:
    """Run id: estimated core-seconds, where a shared trunk is trained once."""
    specs = [spec for spec, _ in study.runs().values()]
    longest = longest_of_trunks(specs)
    return {
        spec.run_id: run_seconds(spec, study, trunk_found=spec != longest[spec.trunk_id])
        for spec in specs
    }


def run_seconds(spec: RunSpec, study: Study, trunk_found: bool = False) -> float:
    """Estimated core-seconds of a run: training, its tests, and its final scores.

    Args:
        spec: the run.
        study: gives the cost model and the sizes of the test sets.
        trunk_found: a longer run has trained its trunk; only the cool-down is left.
    """
    budget = study.budget
    share = 1 - trunk_end(spec) / spec.steps if trunk_found else 1.0
    n_corpora = len(spec.tracked_corpora)
    tests = share * TESTED_DECADES * spec.tests_per_decade
    curve = tests * (spec.test_tokens * (1 + n_corpora) + 3 * spec.noise_tokens)
    others = len(study.corpora.all) - 1
    final = study.evaluation.main_tokens + others * study.evaluation.other_tokens
    forward = forward_flops_per_token(spec) / budget.flops_per_second + budget.seconds_per_token / 3
    starts = 2 * budget.seconds_per_run
    return starts + share * training_seconds(spec, budget) + (curve + final) * forward


def training_seconds(spec: RunSpec, budget: Budget) -> float:
    """Estimated core-seconds in the training loop."""
    seconds = (
        spec.tokens * budget.seconds_per_token + compute_counted(spec) / budget.flops_per_second
    )
    if spec.early_stopping_patience and spec.dataset_tokens:
        seconds *= min(1.0, budget.epochs_to_stop * spec.dataset_tokens / spec.tokens)
    return seconds
