"""All parameters of a model in one buffer, and their gradients in another.

Clipping and the optimiser then work on one long vector instead of dozens of short ones. The model
keeps its parameters by name: they become views of the buffer.
"""

from __future__ import annotations

import torch
from torch import nn


class FlatParameters:
    """Moves a model's parameters into one buffer, matrices before vectors.

    Attributes:
        values: all parameters, 1-D.
        gradient: theirs; backward passes add to it.
        n_matrices: how many of the values belong to matrices: the first so many.
    """

    def __init__(self, model: nn.Module) -> None:
        parameters = sorted(model.parameters(), key=lambda p: p.dim() < 2)  # stable
        self.values = torch.cat([p.detach().flatten() for p in parameters])
        self.gradient = torch.zeros_like(self.values)
        self.n_matrices = sum(p.numel() for p in parameters if p.dim() >= 2)
        start = 0
        for parameter in parameters:
            part = slice(start, start := start + parameter.numel())
            parameter.data = self.values[part].view_as(parameter)
            parameter.grad = self.gradient[part].view_as(parameter)

    def clip_gradient(self, largest_norm: float) -> None:
        """Scale the gradient down to a global norm (Euclidean) where it has a larger one."""
        norm = torch.linalg.vector_norm(self.gradient)
        self.gradient.mul_((largest_norm / (norm + 1e-6)).clamp(max=1.0))
