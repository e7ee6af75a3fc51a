"""Parameters split over processes (FSDP2), for models that outgrow a device.

Each process holds a share of every parameter, gradient and moment. A layer's parameters are
gathered just before it computes and let go after it; its gradients are added up where they belong
(Zhao et al. 2023). The methods are those of `parameters.Parameters`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import FSDPModule, fully_shard, register_fsdp_forward_method
from torch.distributed.tensor import DTensor, distribute_tensor

from scalinglaws.errors import UserError
from scalinglaws.models.language_model import LanguageModel
from scalinglaws.training.devices import Devices
from scalinglaws.training.parameters import Piece, matrices_first

PASSES = ("mean_loss", "token_losses")  # what stands for the model's forward method


class ShardedParameters:
    """Splits a model's parameters over the processes.

    Raises:
        UserError: the model has layers that keep pointers to their parameters (torch's LSTM).
    """

    def __init__(self, model: LanguageModel, devices: Devices) -> None:
        if any(isinstance(module, nn.RNNBase) for module in model.modules()):
            raise UserError(
                "sharded: not for torch's recurrent layers, which keep parameters whole"
            )
        self.model, self.devices = model, devices
        self.mesh = init_device_mesh(devices.device.split(":")[0], (devices.processes,))
        layers = [child for child in model.children() if isinstance(child, nn.ModuleList)]
        for module in (*(layer for stack in layers for layer in stack), model):
            sharded = cast("FSDPModule", fully_shard(module, mesh=self.mesh))
            # Shares of the mean are weighted already; a plain sum is what gloo has, too.
            sharded.set_gradient_divide_factor(1.0)
            sharded.set_force_sum_reduction_for_comms(True)
        for name in PASSES:
            register_fsdp_forward_method(model, name)
        # While layers are gathered the model holds whole parameters in place of these.
        self.parameters = cast("list[Any]", matrices_first(model))
        self.named = cast("dict[str, Any]", dict(model.named_parameters()))

    def values_of_pieces(self) -> list[Tensor]:
        """The share of every parameter."""
        return [parameter.detach().to_local().view(-1) for parameter in self.parameters]

    def pieces(self) -> list[Piece]:
        """The share of every parameter and of its gradient."""
        return [
            Piece(values, parameter.grad.to_local().view(-1), parameter.dim() >= 2)
            for values, parameter in zip(self.values_of_pieces(), self.parameters, strict=True)
        ]

    def zero_gradient(self) -> None:
        """Before the passes of a step; the first pass makes new ones."""
        for parameter in self.parameters:
            parameter.grad = None

    def sum_gradient(self) -> None:
        """Nothing: every pass adds them up."""

    def clip_gradient(self, largest_norm: float) -> None:
        """Scale the gradient down to a global norm (Euclidean) where it has a larger one."""
        gradients = [parameter.grad.to_local() for parameter in self.parameters]
        norms = torch.stack([torch.linalg.vector_norm(gradient) for gradient in gradients])
        norm = self.devices.sum(norms.square().sum()).sqrt()
        scale = (largest_norm / (norm + 1e-6)).clamp(max=1.0)
        for gradient in gradients:
            gradient.mul_(scale)

    def join(self, parts: list[Tensor]) -> Tensor:
        """One vector over all parameters on the CPU, from one of the shape of each piece.

        All processes call it, the first one gets the vector.
        """
        pairs = zip(self.parameters, parts, strict=True)
        return torch.cat([self._gather(self._like(part, p)).flatten() for p, part in pairs])

    def split(self, whole: Tensor) -> list[Tensor]:
        """This process's shares of what `join` joined."""
        wholes = whole.split([parameter.numel() for parameter in self.parameters])
        pairs = zip(self.parameters, wholes, strict=True)
        return [self._share(whole.view(p.shape), p).reshape(-1) for p, whole in pairs]

    def weights(self) -> dict[str, Tensor]:
        """The parameters by name, on the CPU; all processes call it, the first one gets them."""
        return {name: self._gather(p.detach()) for name, p in self.named.items()}

    def set_weights(self, weights: Mapping[str, Tensor]) -> None:
        """Take up `weights()`."""
        cast("FSDPModule", self.model).reshard()  # a test leaves the outermost ones gathered
        for name, parameter in self.named.items():
            parameter.detach().to_local().copy_(self._share(weights[name], parameter))

    def _like(self, part: Tensor, p: Any) -> DTensor:
        """A 1-D share as part of a whole of the shape of a parameter."""
        local = part.view(p.to_local().shape)
        return DTensor.from_local(
            local, p.device_mesh, p.placements, run_check=False, shape=p.shape, stride=p.stride()
        )

    def _gather(self, tensor: DTensor) -> Tensor:
        whole = tensor.full_tensor()
        return whole.cpu() if self.devices.first else whole.new_empty(0)

    def _share(self, whole: Tensor, p: Any) -> Tensor:
        """This process's share of a whole that every process has."""
        at = whole.to(self.devices.device)
        return distribute_tensor(at, p.device_mesh, p.placements, src_data_rank=None).to_local()
