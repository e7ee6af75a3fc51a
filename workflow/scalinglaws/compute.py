"""Table 1: parameters and FLOPs of a model, by its architecture.

N counts every parameter once. FLOPs count it as often as it is used, so that C = 6 N B S of a
recurrent Transformer takes N x reuse (Fig. 17, right) and equals that of the Transformer of
n_layer x reuse layers. Elementwise work is in neither, as in the paper.
"""

from __future__ import annotations

from scalinglaws.runspec import RunSpec


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


def embedding_params(spec: RunSpec) -> int:
    """Parameters of the token and position embeddings, (n_vocab + n_ctx) d_model.

    An LSTM has no position embedding: n_vocab d_model.
    """
    positions = 0 if spec.architecture == "lstm" else spec.n_ctx
    return (spec.n_vocab + positions) * spec.d_model


def total_params(spec: RunSpec) -> int:
    """N plus the embeddings; biases and layer norms are ignored, as in the paper."""
    return spec.n_params + embedding_params(spec)


def n_params_with_reuse(spec: RunSpec) -> int:
    """N, where a layer counts as often as it is used; differs from N with `reuse` alone."""
    return spec.n_params * spec.reuse


def training_flops_per_token(spec: RunSpec) -> float:
    """6 N, FLOPs a token without embeddings and attention (Sec. 2.1); N counts reuse."""
    return 6.0 * n_params_with_reuse(spec)


def compute_6nbs(spec: RunSpec) -> float:
    """C = 6 N B S, training FLOPs without embeddings and attention (Sec. 2.1); N counts reuse."""
    return training_flops_per_token(spec) * spec.tokens


def forward_flops_per_token(spec: RunSpec) -> float:
    """All rows of Table 1, with the context-dependent attention and the de-embedding.

    The two terms that C = 6NBS leaves out dominate models of d_model below n_vocab / (12 n_layer).
    An LSTM attends to nothing, and looks up one embedding where a Transformer looks up two.
    """
    if spec.architecture == "lstm":
        embed, de_embed = 2 * spec.d_model, 2 * spec.d_model * spec.n_vocab
        return float(2 * spec.n_params + embed + de_embed)
    layers = spec.n_layer * spec.reuse
    found = operations(layers, spec.d_model, spec.d_ff, spec.n_ctx, spec.n_vocab)
    return float(sum(flops for _, flops in found.values()))


def compute_counted(spec: RunSpec) -> float:
    """Training FLOPs with every row of Table 1; the backward pass costs two forward passes."""
    return 3.0 * forward_flops_per_token(spec) * spec.tokens
