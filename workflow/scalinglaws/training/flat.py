"""All parameters of a model in one buffer, and their gradients in another.

Clipping and the optimiser then work on one long vector instead of dozens of short ones, and the
gradients of several processes are added by one all-reduce. The model keeps its parameters by name:
they become views of the buffer.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from scalinglaws.training.devices import ALONE, Devices
from scalinglaws.training.parameters import Piece, matrices_first


class FlatParameters:
    """Moves a model's parameters into one buffer, matrices before vectors.

    Attributes:
        values: all parameters, 1-D.
        gradient: theirs; backward passes add to it.
        n_matrices: how many of the values belong to matrices: the first so many.
    """

    def __init__(self, model: nn.Module, devices: Devices = ALONE) -> None:
        self.model, self.devices = model.to(devices.device), devices
        parameters = matrices_first(model)
        self.values = torch.cat([p.detach().flatten() for p in parameters])
        self.gradient = torch.zeros_like(self.values)
        self.n_matrices = sum(p.numel() for p in parameters if p.dim() >= 2)
        start = 0
        for parameter in parameters:
            part = slice(start, start := start + parameter.numel())
            parameter.data = self.values[part].view_as(parameter)
            parameter.grad = self.gradient[part].view_as(parameter)

    def values_of_pieces(self) -> list[Tensor]:
        """Matrices and vectors."""
        return self.split(self.values)

    def pieces(self) -> list[Piece]:
        """Matrices and vectors."""
        gradients = self.split(self.gradient)
        return list(map(Piece, self.values_of_pieces(), gradients, (True, False)))

    def zero_gradient(self) -> None:
        """Before the passes of a step."""
        self.gradient.zero_()

    def sum_gradient(self) -> None:
        """Add up those of all processes, after the passes of a step.

        In place of torch's DistributedDataParallel: that copies gradients into buckets of its own
        and sends each while the backward pass goes on; here they lie in one buffer already. What
        is not hidden behind the backward pass is paid for once a step, however many the passes.
        """
        self.devices.sum(self.gradient)

    def clip_gradient(self, largest_norm: float) -> None:
        """Scale the gradient down to a global norm (Euclidean) where it has a larger one."""
        norm = torch.linalg.vector_norm(self.gradient)
        self.gradient.mul_((largest_norm / (norm + 1e-6)).clamp(max=1.0))

    def join(self, parts: list[Tensor]) -> Tensor:
        """One vector over all parameters, from one of the shape of each piece."""
        return torch.cat(parts)

    def split(self, whole: Tensor) -> list[Tensor]:
        """What `join` joined."""
        return [whole[: self.n_matrices], whole[self.n_matrices :]]

    def weights(self) -> dict[str, Tensor]:
        """The parameters by name."""
        return self.model.state_dict()

    def set_weights(self, weights: Mapping[str, Tensor]) -> None:
        """Take up `weights()`."""
        self.model.load_state_dict(weights)
