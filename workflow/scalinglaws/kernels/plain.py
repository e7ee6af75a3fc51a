"""The parts of a model in plain PyTorch: `kernels: torch`, and what `fused` must equal."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F


def embed(tokens: Tensor, weight: Tensor, positions: Tensor, dropout: float) -> Tensor:
    """dropout(token embedding + position embedding), (batch, time, d_model).

    Args:
        tokens: ids, int64, (batch, time).
        weight: token embedding, (n_vocab, d_model).
        positions: position embedding, (n_ctx >= time, d_model).
        dropout: probability.
    """
    return F.dropout(F.embedding(tokens, weight) + positions[: tokens.shape[1]], dropout)


def attention(
    x: Tensor,
    norm: nn.LayerNorm,
    qkv: nn.Linear,
    project: nn.Linear,
    n_heads: int,
    dropout: float,
) -> Tensor:
    """x + dropout(project(causal self-attention(qkv(norm(x))))), one residual sub-layer.

    Args:
        x: the residual stream, (batch, time, d_model).
        norm: read through.
        qkv: d_model to 3 d_model: queries, keys and values of all heads.
        project: d_model to d_model.
        n_heads: divides d_model.
        dropout: probability, for the attention weights and for what is added to the stream.
    """
    batch, time, width = x.shape
    q, k, v = (
        part.view(batch, time, n_heads, width // n_heads).transpose(1, 2)
        for part in qkv(norm(x)).split(width, dim=2)
    )
    mixed = F.scaled_dot_product_attention(q, k, v, dropout_p=dropout, is_causal=True)
    projected = project(mixed.transpose(1, 2).reshape(batch, time, width))
    return x + F.dropout(projected, dropout)


def feed_forward(
    x: Tensor, norm: nn.LayerNorm, expand: nn.Linear, contract: nn.Linear, dropout: float
) -> Tensor:
    """x + dropout(contract(gelu(expand(norm(x))))), one residual sub-layer; exact GELU.

    Args:
        x: the residual stream, (..., d_model).
        norm: read through.
        expand: d_model to d_ff.
        contract: d_ff to d_model.
        dropout: probability, for what is added to the stream.
    """
    return x + F.dropout(contract(F.gelu(expand(norm(x)))), dropout)


def mean_cross_entropy(x: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
    """Mean of `cross_entropies`, nats/token, with gradients.

    Args:
        x: features, (..., d_model).
        weight: output matrix without bias, (n_vocab, d_model).
        targets: token ids, int64, the shape of x without its last dimension.
    """
    return F.cross_entropy(F.linear(x.flatten(0, -2), weight), targets.flatten())


def cross_entropies(x: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy of every target, nats, of the shape of `targets`; arguments as above."""
    logits = F.linear(x.flatten(0, -2), weight)
    return F.cross_entropy(logits, targets.flatten(), reduction="none").view(targets.shape)
