"""The moving parts of a run: model, optimiser, data order, curve; one step at a time.

Everything that decides the next step is part of `state()`, so that a run which was interrupted
and restored goes on as if it had not been.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from torch import Tensor

from scalinglaws.models.build import build_model
from scalinglaws.runspec import RunSpec
from scalinglaws.sidecar import Stopwatch
from scalinglaws.training.adam import Adam
from scalinglaws.training.batches import Batches
from scalinglaws.training.evaluation import test_windows, token_losses
from scalinglaws.training.flat import FlatParameters
from scalinglaws.training.noise import gradient_squares
from scalinglaws.training.runfile import LoggedStep


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
    ) -> None:
        self.spec, self.train_shard = spec, train_shard
        torch.manual_seed(spec.random_seed("dropout"))
        self.model = build_model(spec)
        self.parameters = FlatParameters(self.model)
        self.optimiser = Adam(self.parameters, spec)
        self.batches = Batches(train_shard[: spec.dataset_tokens or None], spec)
        self.windows = test_windows(test_shard, spec.n_ctx, spec.test_tokens)
        tracked_shards = tracked_shards or {}
        self.tracked_windows = {
            corpus: test_windows(tracked_shards[corpus], spec.n_ctx, spec.test_tokens)
            for corpus in filter(None, spec.track_corpora.split(","))
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
            tokens = torch.from_numpy(self.batches[self.step])
            loss = self.model.mean_loss(tokens)
            loss_value = loss.item()
            if not math.isfinite(loss_value):
                raise Diverged
            self.parameters.gradient.zero_()
            loss.backward()
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
            test_loss = float(token_losses(self.model, self.windows).mean(dtype=np.float64))
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
        small, large = gradient_squares(
            self.model, self.parameters, self.train_shard, self.spec, self.step
        )
        return {"small_gradient_square": small, "large_gradient_square": large}

    def _tracked(self) -> dict[str, list[float]]:
        """Losses by position on each tracked corpus."""
        return {
            corpus: token_losses(self.model, windows).mean(axis=0, dtype=np.float64).tolist()
            for corpus, windows in self.tracked_windows.items()
        }

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
        """The model's parameters by name."""
        return {name: tensor.detach() for name, tensor in self.model.state_dict().items()}

    def _moving(self) -> dict[str, Any]:
        return {
            "step": self.step,
            "model": self.model.state_dict(),
            "optimiser": self.optimiser.state(),
            "random": torch.get_rng_state(),
        }

    def _move_to(self, moving: dict[str, Any]) -> None:
        self.step = moving["step"]
        self.model.load_state_dict(moving["model"])
        self.optimiser.restore(moving["optimiser"])
        torch.set_rng_state(moving["random"])

    def state(self) -> dict[str, Any]:
        """Everything that decides how the run goes on: tensors, numbers, texts, lists of them."""
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
        """Go back to a `state()`."""
        self._move_to(state)
        self.phase, self.stop_step = state["phase"], state["stop_step"]
        self.curve = [LoggedStep(**row) for row in state["curve"]]
        self.losses = list(state["losses"])
        self.best, self.tests_since_best = state["best"], state["tests_since_best"]
