"""What a model's parameters are to the optimiser and to a checkpoint, in one piece or sharded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from torch import Tensor, nn


class Piece(NamedTuple):
    """Parameters that are updated alike: 1-D views of them and of their gradient."""

    values: Tensor
    gradient: Tensor
    of_matrices: bool


class Parameters(Protocol):
    """A model's parameters, in pieces; `flat` and `sharded` have one class each."""

    def values_of_pieces(self) -> list[Tensor]:
        """The parameters of every piece, 1-D."""

    def pieces(self) -> list[Piece]:
        """The same with their gradients, once there are any."""

    def zero_gradient(self) -> None:
        """Before the passes of a step."""

    def sum_gradient(self) -> None:
        """Add up the gradients of all processes, after the passes of a step."""

    def clip_gradient(self, largest_norm: float) -> None:
        """Scale the gradient down to a global norm (Euclidean) where it has a larger one."""

    def join(self, parts: list[Tensor]) -> Tensor:
        """One vector in the order of `matrices_first`, from one of the shape of each piece.

        All processes call it; the first one gets the vector.
        """

    def split(self, whole: Tensor) -> list[Tensor]:
        """What `join` joined."""

    def weights(self) -> dict[str, Tensor]:
        """The parameters by name; all processes call it, the first one gets them."""

    def set_weights(self, weights: Mapping[str, Tensor]) -> None:
        """Take up `weights()`."""


def matrices_first(model: nn.Module) -> list[nn.Parameter]:
    """The parameters, matrices before vectors; weight decay is on matrices alone."""
    return sorted(model.parameters(), key=lambda p: p.dim() < 2)  # stable
