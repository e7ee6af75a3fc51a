"""Parameters and FLOPs of a run, as its architecture counts them (Table 1).

N counts every parameter once. FLOPs count it as often as it is used, so that C = 6 N B S of a
recurrent Transformer takes N x reuse (Fig. 17, right) and equals that of the Transformer of
n_layer x reuse layers. Elementwise work is in neither, as in the paper.
"""

from __future__ import annotations

from scalinglaws.architecture import architecture_named
from scalinglaws.runspec import RunSpec


def embedding_params(spec: RunSpec) -> int:
    """Parameters of the token embeddings, and of positions where the architecture has them."""
    return architecture_named(spec.architecture).embedding_params(spec)


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
    """
    return architecture_named(spec.architecture).forward_flops_per_token(spec)


def compute_counted(spec: RunSpec) -> float:
    """Training FLOPs with every row of Table 1; the backward pass costs two forward passes."""
    return 3.0 * forward_flops_per_token(spec) * spec.tokens
