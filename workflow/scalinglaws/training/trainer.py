"""The moving parts of a run: model, optimiser, data order, curve; one step at a time.

Everything that decides the next step is part of `state()`, so that a run which was interrupted
and restored goes on as if it had not been.
"""

from __future__ import annotations

import copy
import math
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from scalinglaws.errors import UserError
from scalinglaws.models.build import build_model
from scalinglaws.models.language_model import LanguageModel
from scalinglaws.runspec import RunSpec
from scalinglaws.sidecar import Stopwatch
from scalinglaws.training.adam import Adam
from scalinglaws.training.batches import Batches
from scalinglaws.training.devices import ALONE, Devices
from scalinglaws.training.evaluation import test_windows, token_losses
from scalinglaws.training.flat import FlatParameters
from scalinglaws.training.gradient import add_gradient
from scalinglaws.training.noise import gradient_squares
from scalinglaws.training.parameters import Parameters
from scalinglaws.training.runfile import LoggedStep

if TYPE_CHECKING:
    from scalinglaws.training.adafactor import Adafactor


class Diverged(Exception):
    """A loss was not finite."""


class Trainer:
    """One run in progress.

    Attributes:
        step: optimiser steps done.
        phase: "trunk" or "cooldown"; moved on by the loop in early-stopped runs.
        stop_step: the step that the cool-down of an early-stopped run starts from.
        curve: rows logged so far.
        tests_since_best: test losses logged since the smallest one.
    """

    def __init__(
        self,
        spec: RunSpec,
        train_shard: np.ndarray,
        test_shard: np.ndarray,
        tracked_shards: Mapping[str, np.ndarray] | None = None,
        devices: Devices = ALONE,
    ) -> None:
        self.spec, self.train_shard, self.devices = spec, train_shard, devices
        torch.manual_seed(spec.random_seed("dropout") + devices.rank)
        self.model = build_model(spec)
        self.parameters = _parameters(self.model, devices)
        self.optimiser = _optimiser(self.parameters, spec)
        if spec.dataset_tokens > len(train_shard):
            raise UserError(
                f"corpus {spec.corpus}: {len(train_shard)} training tokens, "
                f"dataset_tokens is {spec.dataset_tokens}: take a larger corpus or a smaller D"
            )
        self.batches = Batches(train_shard[: spec.dataset_tokens or None], spec)
        self.windows = test_windows(test_shard, spec.n_ctx, spec.test_tokens)
        tracked_shards = tracked_shards or {}
        self.tracked_windows = {
            corpus: test_windows(tracked_shards[corpus], spec.n_ctx, spec.test_tokens)
            for corpus in spec.tracked_corpora
        }
        self.step, self.phase, self.stop_step = 0, "trunk", 0
        self.curve: list[LoggedStep] = []
        self.losses: list[float] = []  # train losses since the last logged row
        self.best: dict[str, Any] | None = None
        self.tests_since_best = 0
        self.work = Stopwatch()  # no part of the state: times decide nothing

    def advance(self, rate: float) -> float:
        """One optimiser step at a learning rate; gives the train loss before it, nats/token.

        Raises:
            Diverged: the loss is not finite; the weights are those before the step.
        """
        with self.work.running():
            sequences = self.batches.sequences
            windows = self.batches.part(self.step, self.devices.share(sequences))
            self.parameters.zero_gradient()
            loss = add_gradient(self.model, windows, sequences, self.devices, self.spec.precision)
            # Read when the backward pass is under way, which a GPU goes on with meanwhile.
            loss_value = self.devices.sum(loss).item()
            if not math.isfinite(loss_value):
                raise Diverged
            self.parameters.sum_gradient()
            self.parameters.clip_gradient(self.spec.gradient_clip)
            self.optimiser.step(rate)
        self.step += 1
        self.losses.append(loss_value)
        return loss_value

    def log(self, rate: float, phase: str) -> None:
        """Measure the test loss and add a row to the curve.

        Raises:
            Diverged: the test loss is not finite.
        """
        with self.work.running():
            test_loss = float(self._losses(self.windows).mean(dtype=np.float64))
            if not math.isfinite(test_loss):
                raise Diverged
            noise, tracked = self._noise(), self._tracked()
        self.curve.append(
            LoggedStep(
                step=self.step,
                tokens=self.step * self.spec.batch_tokens,
                phase=phase,
                learning_rate=rate,
                train_loss=float(np.mean(self.losses)),
                test_loss=test_loss,
                **noise,
                tracked=tracked,
            )
        )
        self.losses = []

    def _noise(self) -> dict[str, float]:
        """Squared gradients for the noise scale, if the spec asks for it."""
        if not self.spec.noise_tokens:
            return {}
        assert isinstance(self.parameters, FlatParameters)  # devices.check refuses others
        small, large = gradient_squares(
            self.model, self.parameters, self.train_shard, self.spec, self.step, self.devices
        )
        return {"small_gradient_square": small, "large_gradient_square": large}

    def _tracked(self) -> dict[str, list[float]]:
        """Losses by position on each tracked corpus."""
        return {
            corpus: self._losses(windows).mean(axis=0, dtype=np.float64).tolist()
            for corpus, windows in self.tracked_windows.items()
        }

    def _losses(self, windows: np.ndarray) -> np.ndarray:
        return token_losses(self.model, windows, self.devices, self.spec.precision)

    def keep_if_best(self) -> None:
        """Keep a copy of weights and optimiser if the last test loss is the smallest so far."""
        test_loss = self.curve[-1].test_loss
        if self.best is None or test_loss < self.best["test_loss"]:
            self.best = copy.deepcopy({"test_loss": test_loss, **self._moving()})
            self.tests_since_best = 0
        else:
            self.tests_since_best += 1

    def go_back_to_best(self) -> None:
        """Take up the state of the smallest test loss again."""
        assert self.best is not None  # the loop logs the first step
        self._move_to(copy.deepcopy(self.best))
        self.losses = []

    def weights(self) -> dict[str, Tensor]:
        """The model's parameters by name, on the CPU; the first process has them."""
        return {name: tensor.detach().cpu() for name, tensor in self.parameters.weights().items()}

    def _moving(self) -> dict[str, Any]:
        return {
            "step": self.step,
            "model": self.parameters.weights(),
            "optimiser": self.optimiser.state(),
            "random": self.devices.random_states(),
        }

    def _move_to(self, moving: dict[str, Any]) -> None:
        self.step = moving["step"]
        self.parameters.set_weights(moving["model"])
        self.optimiser.restore(moving["optimiser"])
        self.devices.set_random_states(moving["random"])

    def state(self) -> dict[str, Any]:
        """Everything that decides how the run goes on: tensors, numbers, texts, lists of them.

        All processes call it, the first one has all of it.
        """
        return {
            **self._moving(),
            "phase": self.phase,
            "stop_step": self.stop_step,
            "curve": [asdict(row) for row in self.curve],
            "losses": list(self.losses),
            "best": self.best,
            "tests_since_best": self.tests_since_best,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to a `state()`; every process is given it."""
        saved_by, processes = len(state["random"]), self.devices.processes
        if saved_by != processes and self.devices.first:
            print(
                f"{self.spec.run_id}: saved by {saved_by} processes, goes on with {processes}: "
                "sums are in another order and dropout draws other masks than undisturbed",
                file=sys.stderr,
            )
        self._move_to(state)
        self.phase, self.stop_step = state["phase"], state["stop_step"]
        self.curve = [LoggedStep(**row) for row in state["curve"]]
        self.losses = list(state["losses"])
        self.best, self.tests_since_best = state["best"], state["tests_since_best"]


def _parameters(model: LanguageModel, devices: Devices) -> Parameters:
    """A sharded model's import brings torch's compiler, for seconds."""
    if not devices.sharded:
        return FlatParameters(model, devices)
    from scalinglaws.training.sharded import ShardedParameters

    return ShardedParameters(model, devices)


def _optimiser(parameters: Parameters, spec: RunSpec) -> Adam | Adafactor:
    """So does Adafactor's."""
    if spec.optimizer == "adam":
        return Adam(parameters, spec)
    from scalinglaws.training.adafactor import Adafactor

    assert isinstance(parameters, FlatParameters)  # devices.check refuses others
    return Adafactor(parameters, spec)
