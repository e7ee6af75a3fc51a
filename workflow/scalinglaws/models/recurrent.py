"""The recurrent (universal) Transformer: its layers are used several times (App. D.2, Fig. 17).

The whole stack of n_layer layers is passed `reuse` times, so an input sees n_layer x reuse layers
with the parameters of n_layer; all else is the Transformer. Passes are not told apart: the paper
names no position in depth, as Dehghani et al. 2018 add one, and Table 1 counts none.
"""

from __future__ import annotations

from collections.abc import Iterable

from scalinglaws.models.transformer import Block, Transformer
from scalinglaws.runspec import RunSpec


class RecurrentTransformer(Transformer):
    """A Transformer whose stack is passed `reuse` times; with reuse 1 it is the Transformer."""

    def __init__(self, spec: RunSpec) -> None:
        super().__init__(spec)
        self.reuse = spec.reuse

    def passed(self) -> Iterable[Block]:
        """The first to the last layer, `reuse` times over."""
        return (block for _ in range(self.reuse) for block in self.blocks)
