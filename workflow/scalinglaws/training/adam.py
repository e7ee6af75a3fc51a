"""Adam with decoupled weight decay (Loshchilov and Hutter 2019, Algorithm 2) on flat parameters.

The numbers are those of torch.optim.AdamW, whose first use imports torch's compiler: a second that
a small run would rather train.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from scalinglaws.runspec import RunSpec
from scalinglaws.training.flat import FlatParameters

CHUNK = 1 << 16  # parameters at a time: they and their state stay in the cache


class Adam:
    """The optimiser of one run; weight decay is on matrices only (the paper names only Adam)."""

    def __init__(self, parameters: FlatParameters, spec: RunSpec) -> None:
        self.parameters, self.spec = parameters, spec
        self.steps = 0
        self.first = torch.zeros_like(parameters.values)
        self.second = torch.zeros_like(parameters.values)
        self._root = parameters.values.new_empty(CHUNK)

    def step(self, rate: float) -> None:
        """One update with the gradient that the parameters hold, at a learning rate."""
        self.steps += 1
        everything, split = self.parameters.values.numel(), self.parameters.n_matrices
        for start, end, decay in ((0, split, self.spec.weight_decay), (split, everything, 0.0)):
            for begin in range(start, end, CHUNK):
                self._update(slice(begin, min(begin + CHUNK, end)), rate, decay)

    def _update(self, part: slice, rate: float, decay: float) -> None:
        value, gradient = self.parameters.values[part], self.parameters.gradient[part]
        first, second = self.first[part], self.second[part]
        beta1, beta2 = self.spec.beta1, self.spec.beta2
        if decay:
            value.mul_(1 - rate * decay)
        first.lerp_(gradient, 1 - beta1)
        second.mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2)
        root = torch.sqrt(second, out=self._root[: len(value)])
        root.div_(math.sqrt(1 - beta2**self.steps)).add_(self.spec.epsilon)
        value.addcdiv_(first, root, value=-rate / (1 - beta1**self.steps))

    def state(self) -> dict[str, Any]:
        """What decides the next steps, besides the parameters."""
        return {"steps": self.steps, "first": self.first, "second": self.second}

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to a `state()`."""
        self.steps = state["steps"]
        self.first.copy_(state["first"])
        self.second.copy_(state["second"])
