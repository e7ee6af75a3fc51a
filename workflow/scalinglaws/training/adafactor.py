"""Adafactor (Shazeer and Stern 2018), the paper's optimiser above 1e9 parameters (Sec. 2.2).

torch's own: of a matrix it keeps the sums of squares by row and by column, in place of Adam's two
moments of every parameter. A step moves a parameter by the rate relative to its size; beta1, beta2
and epsilon have no part in it. Its import brings torch's compiler, so it is made only when asked
for.
"""

from __future__ import annotations

from typing import Any

from torch.optim import Adafactor as TorchAdafactor

from scalinglaws.runspec import RunSpec
from scalinglaws.training.flat import FlatParameters
from scalinglaws.training.parameters import matrices_first


class Adafactor:
    """The optimiser of one run, with the methods of `adam.Adam`."""

    def __init__(self, parameters: FlatParameters, spec: RunSpec) -> None:
        ordered = matrices_first(parameters.model)
        matrices = [p for p in ordered if p.dim() >= 2]
        groups = [
            {"params": matrices, "weight_decay": spec.weight_decay},
            {"params": ordered[len(matrices) :], "weight_decay": 0.0},
        ]
        self.optimiser = TorchAdafactor(groups, lr=spec.peak_learning_rate)

    def step(self, rate: float) -> None:
        """One update with the gradient that the parameters hold, at a learning rate."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.step()

    def state(self) -> dict[str, Any]:
        """What decides the next steps, besides the parameters."""
        return self.optimiser.state_dict()

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to a `state()`."""
        self.optimiser.load_state_dict(state)
