"""The training loop: from a spec and two token shards to weights and a loss curve.

A run is a trunk and a cool-down. Without early stopping both lie on one schedule of known length;
runs of several lengths then share their trunk: the longest leaves its state where the others cool
down from, and they take it up. With early stopping, the trunk ends where the test loss has not
improved for a while (Sec. 4.2); the run then goes back to its best step and cools down from there,
and keeps the best weights it saw.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from torch import Tensor

from scalinglaws.runspec import RunSpec
from scalinglaws.training.checkpoint import Checkpoint, Trunk
from scalinglaws.training.devices import ALONE, Devices
from scalinglaws.training.process import prepare_process
from scalinglaws.training.runfile import LoggedStep
from scalinglaws.training.schedule import cooldown_rate, learning_rate, trunk_end
from scalinglaws.training.trainer import Diverged, Trainer

COOLDOWN_TESTS = 5  # test losses in the cool-down of an early-stopped run


@dataclass(frozen=True)
class TrainedRun:
    """What a run leaves: its curve, its final weights and whether it finished or diverged.

    `work_seconds` are those of steps and tests in this process; no result depends on them.
    """

    status: str
    curve: list[LoggedStep]
    weights: dict[str, Tensor]
    work_seconds: float


def logged_steps(steps: int, per_decade: int) -> set[int]:
    """Step counts in geometric progression from 1, the same for every length, and the last one."""
    n_tests = math.floor(math.log10(steps) * per_decade) + 1
    return {round(10 ** (i / per_decade)) for i in range(n_tests)} | {steps}


def train(
    spec: RunSpec,
    train_shard: np.ndarray,
    test_shard: np.ndarray,
    report: Callable[[int, float], None] = lambda step, loss: None,
    checkpoint: Checkpoint | None = None,
    trunk: Trunk | None = None,
    tracked_shards: Mapping[str, np.ndarray] | None = None,
    devices: Devices = ALONE,
) -> TrainedRun:
    """Train one model.

    Args:
        spec: the run.
        train_shard: training tokens, 1-D; a data-limited run uses its first `dataset_tokens`.
        test_shard: tokens of the main test split, 1-D.
        report: called after every step with (steps done, train loss in nats/token).
        checkpoint: where the state is kept now and then; a run that finds one goes on from there
            and ends with the bytes of an undisturbed run.
        trunk: where the states of its trunk are left and found; a run that finds the one that its
            cool-down begins with ends with the bytes of a run that trained all of it.
        tracked_shards: test tokens by corpus, for a spec with `track_corpora`.
        devices: where it is computed; every process calls this function, the first one reports,
            saves, and gets the weights.

    Returns:
        The curve at log-spaced steps, the final weights and a status: "finished", or "diverged"
        when a loss was not finite; training stops there.

    Raises:
        UserError: the spec cannot be trained on these devices.
    """
    devices.check(spec)
    prepare_process()
    trainer = Trainer(spec, train_shard, test_shard, tracked_shards, devices)
    state = devices.of_first(_found(checkpoint, trunk, spec) if devices.first else None)
    if state:
        trainer.restore(state)

    def save(write: Callable[[dict[str, Any]], None]) -> None:
        state = trainer.state()
        if devices.first:
            write(state)

    def go_on(step: int, loss: float) -> None:
        if devices.first:
            report(step, loss)
        if trunk and step in trunk.leave_at:
            save(partial(trunk.leave, step))
        if checkpoint and devices.agreed(checkpoint.due()):
            save(checkpoint.save)

    status = "finished"
    try:
        if spec.early_stopping_patience:
            _train_to_the_best_step(trainer, go_on)
            _cool_down(trainer, go_on)
        else:
            _train_on_schedule(trainer, go_on)
        if checkpoint:
            save(checkpoint.save)
    except Diverged:
        status = "diverged"
    return TrainedRun(status, trainer.curve, trainer.weights(), trainer.work.seconds)


def _found(
    checkpoint: Checkpoint | None, trunk: Trunk | None, spec: RunSpec
) -> dict[str, Any] | None:
    """The state that the run goes on from: its own, or that of a longer run's trunk."""
    state = checkpoint.load() if checkpoint else None
    if state is None and trunk:
        state = trunk.find(trunk_end(spec))
    return state


def _train_on_schedule(trainer: Trainer, go_on: Callable[[int, float], None]) -> None:
    spec = trainer.spec
    log_after = logged_steps(spec.steps, spec.tests_per_decade)
    trunk = trunk_end(spec)
    while trainer.step < spec.steps:
        rate = learning_rate(trainer.step, spec)
        loss = trainer.advance(rate)
        if trainer.step in log_after:
            trainer.log(rate, "trunk" if trainer.step <= trunk else "cooldown")
        go_on(trainer.step, loss)


def _train_to_the_best_step(trainer: Trainer, go_on: Callable[[int, float], None]) -> None:
    """The trunk: until the test loss has not improved for `early_stopping_patience` tests."""
    spec = trainer.spec
    log_after = logged_steps(spec.steps, spec.tests_per_decade)
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
