"""The LSTM that the Transformer is held against (Sec. 3.2.1, Fig. 7)."""

from __future__ import annotations

from scalinglaws.architecture import check_layers_are_used_once
from scalinglaws.runspec import RunSpec


def check(spec: RunSpec) -> None:
    """Every layer is passed once."""
    check_layers_are_used_once(spec)


def n_params(spec: RunSpec) -> int:
    """N = 8 n_layer d_model^2: four gates, each with a matrix for input and one for state."""
    return 8 * spec.n_layer * spec.d_model**2


def embedding_params(spec: RunSpec) -> int:
    """n_vocab d_model: there is no position embedding, the order is in the recurrence."""
    return spec.n_vocab * spec.d_model


def forward_flops_per_token(spec: RunSpec) -> float:
    """2 N, one embedding looked up where a Transformer looks up two, and the de-embedding."""
    return float(2 * n_params(spec) + 2 * spec.d_model + 2 * spec.d_model * spec.n_vocab)


def build(spec: RunSpec):  # type: ignore[no-untyped-def]
    """The model; torch is imported with it."""
    from scalinglaws.models.lstm import LSTM

    return LSTM(spec)
