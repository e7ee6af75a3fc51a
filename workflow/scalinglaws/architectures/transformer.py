"""The paper's decoder-only Transformer (Sec. 2.1, Table 1)."""

from __future__ import annotations

from scalinglaws.architecture import check_layers_are_used_once
from scalinglaws.operations import operations, transformer_params
from scalinglaws.runspec import RunSpec


def check(spec: RunSpec) -> None:
    """Every layer is passed once."""
    check_layers_are_used_once(spec)


def n_params(spec: RunSpec) -> int:
    """N = 2 d_model n_layer (2 d_model + d_ff), Eq. 2.1 with d_attn = d_model."""
    return transformer_params(spec.n_layer, spec.d_model, spec.d_ff)


def embedding_params(spec: RunSpec) -> int:
    """Tokens and positions, (n_vocab + n_ctx) d_model."""
    return (spec.n_vocab + spec.n_ctx) * spec.d_model


def forward_flops_per_token(spec: RunSpec) -> float:
    """All rows of Table 1; a layer counts as often as it is used."""
    layers = spec.n_layer * spec.reuse
    rows = operations(layers, spec.d_model, spec.d_ff, spec.n_ctx, spec.n_vocab)
    return float(sum(flops for _, flops in rows.values()))


def build(spec: RunSpec):  # type: ignore[no-untyped-def]
    """The model; torch is imported with it."""
    from scalinglaws.models.transformer import Transformer

    return Transformer(spec)
