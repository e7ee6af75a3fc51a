"""What a study will cost, before anything is trained."""

from __future__ import annotations

from scalinglaws.compute import compute_counted, forward_flops_per_token
from scalinglaws.runspec import RunSpec
from scalinglaws.study import Budget, Study


def run_seconds(spec: RunSpec, study: Study) -> float:
    """Estimated core-seconds of a run: training, its test losses, and its final scores."""
    budget = study.budget
    curve = spec.test_tokens * spec.test_points
    others = len(study.corpora.all) - 1
    final = study.evaluation.main_tokens + others * study.evaluation.other_tokens
    forward = forward_flops_per_token(spec) / budget.flops_per_second + budget.seconds_per_token / 3
    starts = 2 * budget.seconds_per_run
    return starts + training_seconds(spec, budget) + (curve + final) * forward


def training_seconds(spec: RunSpec, budget: Budget) -> float:
    """Estimated core-seconds in the training loop."""
    seconds = (
        spec.tokens * budget.seconds_per_token + compute_counted(spec) / budget.flops_per_second
    )
    if spec.early_stopping_patience and spec.dataset_tokens:
        seconds *= min(1.0, budget.epochs_to_stop * spec.dataset_tokens / spec.tokens)
    return seconds
