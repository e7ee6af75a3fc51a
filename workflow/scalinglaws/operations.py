"""Table 1: parameters and FLOPs of a Transformer, operation by operation."""

from __future__ import annotations


def transformer_params(n_layer: int, d_model: int, d_ff: int) -> int:
    """N = 2 d_model n_layer (2 d_attn + d_ff) with d_attn = d_model (Eq. 2.1)."""
    return 2 * d_model * n_layer * (2 * d_model + d_ff)


def operations(
    n_layer: int, d_model: int, d_ff: int, n_ctx: int, n_vocab: int
) -> dict[str, tuple[int, int]]:
    """Operation of Table 1: (parameters, forward FLOPs a token), with d_attn = d_model."""
    return {
        "Embed": ((n_vocab + n_ctx) * d_model, 4 * d_model),
        "Attention: QKV": (n_layer * d_model * 3 * d_model, 2 * n_layer * d_model * 3 * d_model),
        "Attention: Mask": (0, 2 * n_layer * n_ctx * d_model),
        "Attention: Project": (n_layer * d_model * d_model, 2 * n_layer * d_model * d_model),
        "Feedforward": (n_layer * 2 * d_model * d_ff, 2 * n_layer * 2 * d_model * d_ff),
        "De-embed": (0, 2 * d_model * n_vocab),
    }
