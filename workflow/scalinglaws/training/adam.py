"""Adam with decoupled weight decay (Loshchilov and Hutter 2019, Algorithm 2).

The numbers are those of torch.optim.AdamW, whose first use imports torch's compiler: a second that
a small run would rather train.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from scalinglaws.runspec import RunSpec
from scalinglaws.training.parameters import Parameters, Piece

CHUNK = 1 << 16  # parameters at a time: they and their state stay in the cache of a CPU
DEVICE_CHUNK = 1 << 26  # a GPU is faster with few kernels; this many take 256 MiB of scratch


class Adam:
    """The optimiser of one run; weight decay is on matrices only (the paper names only Adam)."""

    def __init__(self, parameters: Parameters, spec: RunSpec) -> None:
        self.parameters, self.spec = parameters, spec
        self.steps = 0
        values = parameters.values_of_pieces()
        self.first = [torch.zeros_like(part) for part in values]
        self.second = [torch.zeros_like(part) for part in values]
        self.chunk = CHUNK if values[0].is_cpu else DEVICE_CHUNK
        self._root = values[0].new_empty(min(self.chunk, max(map(len, values))))

    def step(self, rate: float) -> None:
        """One update with the gradient that the parameters hold, at a learning rate."""
        self.steps += 1
        for piece, *moments in zip(self.parameters.pieces(), self.first, self.second, strict=True):
            for begin in range(0, len(piece.values), self.chunk):
                self._update(slice(begin, begin + self.chunk), rate, piece, *moments)

    def _update(
        self, part: slice, rate: float, piece: Piece, firsts: Tensor, seconds: Tensor
    ) -> None:
        value, gradient = piece.values[part], piece.gradient[part]
        first, second = firsts[part], seconds[part]
        beta1, beta2 = self.spec.beta1, self.spec.beta2
        if piece.of_matrices and self.spec.weight_decay:
            value.mul_(1 - rate * self.spec.weight_decay)
        first.lerp_(gradient, 1 - beta1)
        second.mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2)
        root = torch.sqrt(second, out=self._root[: len(value)])
        root.div_(math.sqrt(1 - beta2**self.steps)).add_(self.spec.epsilon)
        value.addcdiv_(first, root, value=-rate / (1 - beta1**self.steps))

    def state(self) -> dict[str, Any]:
        """What decides the next steps, besides the parameters."""
        join = self.parameters.join
        return {"steps": self.steps, "first": join(self.first), "second": join(self.second)}

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to a `state()`."""
        self.steps = state["steps"]
        for moments, name in ((self.first, "first"), (self.second, "second")):
            for ours, saved in zip(moments, self.parameters.split(state[name]), strict=True):
                ours.copy_(saved)
