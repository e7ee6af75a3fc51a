"""The recurrent Transformer: its layers are used several times (App. D.2, Fig. 17)."""

from __future__ import annotations

from scalinglaws.architectures.transformer import (
    embedding_params,
    forward_flops_per_token,
    n_params,
)
from scalinglaws.runspec import RunSpec

__all__ = ["build", "check", "embedding_params", "forward_flops_per_token", "n_params"]


def check(spec: RunSpec) -> None:
    """Any number of passes; N counts a layer once, however often it is used."""


def build(spec: RunSpec):  # type: ignore[no-untyped-def]
    """The model; torch is imported with it."""
    from scalinglaws.models.recurrent import RecurrentTransformer

    return RecurrentTransformer(spec)
