"""Table 1: parameters and FLOPs of a model."""

from __future__ import annotations

from scalinglaws.runspec import RunSpec


def embedding_params(spec: RunSpec) -> int:
    """Parameters of the token and position embeddings, (n_vocab + n_ctx) d_model."""
    return (spec.n_vocab + spec.n_ctx) * spec.d_model


def total_params(spec: RunSpec) -> int:
    """N plus the embeddings; biases and layer norms are ignored, as in the paper."""
    return spec.n_params + embedding_params(spec)


def compute_6nbs(spec: RunSpec) -> float:
    """C = 6 N B S, training FLOPs without embeddings and attention (Sec. 2.1)."""
    return 6.0 * spec.n_params * spec.tokens


def forward_flops_per_token(spec: RunSpec) -> float:
    """All rows of Table 1, with the context-dependent attention and the de-embedding.

    The two terms that C = 6NBS leaves out dominate models of d_model below n_vocab / (12 n_layer).
    """
    attention = 2 * spec.n_layer * spec.n_ctx * spec.d_model
    embed, de_embed = 4 * spec.d_model, 2 * spec.d_model * spec.n_vocab
    return float(2 * spec.n_params + attention + embed + de_embed)


def compute_counted(spec: RunSpec) -> float:
    """Training FLOPs with every row of Table 1; the backward pass costs two forward passes."""
    return 3.0 * forward_flops_per_token(spec) * spec.tokens
