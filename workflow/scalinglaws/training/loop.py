"""The training loop: from a spec and two token shards to weights and a loss curve.

A run is a trunk and a cool-down. Without early stopping both lie on one schedule of known length.
With it, the trunk ends where the test loss has not improved for a while (Sec. 4.2); the run then
goes back to its best step and cools down from there, and keeps the best weights it saw.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from scalinglaws.runspec import RunSpec
from scalinglaws.training.checkpoint import Checkpoint
from scalinglaws.training.process import prepare_process
from scalinglaws.training.runfile import LoggedStep
from scalinglaws.training.schedule import cooldown_rate, cooldown_steps, learning_rate
from scalinglaws.training.trainer import Diverged, Trainer

COOLDOWN_TESTS = 5  # test losses in the cool-down of an early-stopped run


@dataclass(frozen=True)
class TrainedRun:
    """What a run leaves: its curve, its final weights and whether it finished or diverged."""

    status: str
    curve: list[LoggedStep]
    weights: dict[str, Tensor]


def logged_steps(steps: int, points: int) -> list[int]:
    """About `points` log-spaced step counts, from the first step to the last."""
    return sorted({round(float(s)) for s in np.geomspace(1, steps, points)} | {1, steps})


def train(
    spec: RunSpec,
    train_shard: np.ndarray,
    test_shard: np.ndarray,
    report: Callable[[int, float], None] = lambda step, loss: None,
    checkpoint: Checkpoint | None = None,
) -> TrainedRun:
    """Train one model.

    Args:
        spec: the run.
        train_shard: training tokens, 1-D; a data-limited run uses its first `dataset_tokens`.
        test_shard: tokens of the main test split, 1-D.
        report: called after every step with (steps done, train loss in nats/token).
        checkpoint: where the state is kept now and then; a run that finds one goes on from there
            and ends with the bytes of an undisturbed run.

    Returns:
        The curve at log-spaced steps, the final weights and a status: "finished", or "diverged"
        when a loss was not finite; training stops there.
    """
    prepare_process()
    trainer = Trainer(spec, train_shard, test_shard)
    if checkpoint and (state := checkpoint.load()):
        trainer.restore(state)

    def go_on(step: int, loss: float) -> None:
        report(step, loss)
        if checkpoint and checkpoint.due():
            checkpoint.save(trainer.state())

    status = "finished"
    try:
        if spec.early_stopping_patience:
            _train_to_the_best_step(trainer, go_on)
            _cool_down(trainer, go_on)
        else:
            _train_on_schedule(trainer, go_on)
        if checkpoint:
            checkpoint.save(trainer.state())
    except Diverged:
        status = "diverged"
    return TrainedRun(status, trainer.curve, trainer.weights())


def _train_on_schedule(trainer: Trainer, go_on: Callable[[int, float], None]) -> None:
    spec = trainer.spec
    log_after = set(logged_steps(spec.steps, spec.test_points))
    trunk = spec.steps - cooldown_steps(spec) if spec.schedule == "constant" else spec.steps
    while trainer.step < spec.steps:
        rate = learning_rate(trainer.step, spec)
        loss = trainer.advance(rate)
        if trainer.step in log_after:
            trainer.log(rate, "trunk" if trainer.step <= trunk else "cooldown")
        go_on(trainer.step, loss)


def _train_to_the_best_step(trainer: Trainer, go_on: Callable[[int, float], None]) -> None:
    """The trunk: until the test loss has not improved for `early_stopping_patience` tests."""
    spec = trainer.spec
    log_after = set(logged_steps(spec.steps, spec.test_points))
    while trainer.phase == "trunk":
        rate = learning_rate(trainer.step, spec, trunk_only=True)
        loss = trainer.advance(rate)
        if trainer.step in log_after:
            trainer.log(rate, "trunk")
            trainer.keep_if_best()
            patience_spent = trainer.tests_since_best >= spec.early_stopping_patience
            if patience_spent or trainer.step == spec.steps:
                trainer.go_back_to_best()
                trainer.phase, trainer.stop_step = "cooldown", trainer.step
        go_on(trainer.step, loss)


def _cool_down(trainer: Trainer, go_on: Callable[[int, float], None]) -> None:
    """From the best step, the share of the steps that a run on schedule would cool down for."""
    spec, start = trainer.spec, trainer.stop_step
    share = spec.cooldown_fraction
    length = max(round(share / (1 - share) * start), 1)
    log_after = {start + round(length * part / COOLDOWN_TESTS) for part in range(1, COOLDOWN_TESTS)}
    log_after.add(start + length)
    while trainer.step < start + length:
        rate = cooldown_rate((trainer.step - start + 1) / length, spec)
        loss = trainer.advance(rate)
        if trainer.step in log_after:
            trainer.log(rate, "cooldown")
            trainer.keep_if_best()
        go_on(trainer.step, loss)
    trainer.go_back_to_best()
