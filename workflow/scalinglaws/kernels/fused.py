"""The parts of a model as fused C++ operators with gradients of their own.

The functions have the arguments and results of those in `plain`. Each works through its input in
chunks that stay in the cache, on one thread, with repeatable sums, in float32 or float64.
"""

from __future__ import annotations

from ctypes import c_double, c_int64, c_uint64, c_void_p
from typing import Any

import torch
from torch import Tensor, nn
from torch._utils import _unflatten_dense_tensors
from torch.autograd.function import Function, once_differentiable

from scalinglaws.kernels.build import library

SUFFIXES = {torch.float32: "f32", torch.float64: "f64"}
_POINTERS, _DROPOUT = c_void_p, [c_double, c_uint64]
SIGNATURES = {
    "cross_entropy": [c_int64] * 3 + [c_void_p] * 4 + [c_double, c_void_p, c_void_p],
    "attention": [c_int64] * 4 + [c_void_p, _POINTERS, *_DROPOUT] + [c_void_p] * 2,
    "attention_backward": [c_int64] * 4 + [c_void_p, _POINTERS, *_DROPOUT] + [c_void_p] * 4,
    "attention_saved": [c_int64] * 4,
    "embedding": [c_int64] * 3 + [c_void_p] * 3 + [*_DROPOUT, c_void_p],
    "embedding_backward": [c_int64] * 3 + [c_void_p, *_DROPOUT] + [c_void_p] * 3,
    "feed_forward": [c_int64] * 3 + [c_void_p, _POINTERS, *_DROPOUT] + [c_void_p] * 2,
    "feed_forward_backward": [c_int64] * 3 + [c_void_p, _POINTERS, *_DROPOUT] + [c_void_p] * 4,
    "feed_forward_saved": [c_int64] * 2,
}
_entries: dict[tuple[str, torch.dtype], Any] = {}


def embed(tokens: Tensor, weight: Tensor, positions: Tensor, dropout: float) -> Tensor:
    """dropout(token embedding + position embedding); see `plain.embed`."""
    _check(weight, positions)
    return _Embedding.apply(tokens.contiguous(), weight, positions, dropout, _seed(dropout))


def attention(
    x: Tensor,
    norm: nn.LayerNorm,
    qkv: nn.Linear,
    project: nn.Linear,
    n_heads: int,
    dropout: float,
) -> Tensor:
    """x + dropout(project(causal self-attention(qkv(norm(x))))); see `plain.attention`."""
    weights = (norm.weight, norm.bias, qkv.weight, qkv.bias, project.weight, project.bias)
    return _sub_layer("attention", (*x.shape, n_heads), x, dropout, weights)


def feed_forward(
    x: Tensor, norm: nn.LayerNorm, expand: nn.Linear, contract: nn.Linear, dropout: float
) -> Tensor:
    """x + dropout(contract(gelu(expand(norm(x))))); see `plain.feed_forward`."""
    weights = (norm.weight, norm.bias, expand.weight, expand.bias, contract.weight, contract.bias)
    d_model = x.shape[-1]
    sizes = (x.numel() // d_model, d_model, len(expand.weight))
    return _sub_layer("feed_forward", sizes, x, dropout, weights)


def mean_cross_entropy(x: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
    """Mean cross-entropy with the output matrix; see `plain.mean_cross_entropy`."""
    return _MeanCrossEntropy.apply(x.contiguous(), weight, targets, torch.is_grad_enabled())


def cross_entropies(x: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy of every target, without gradients; see `plain.cross_entropies`."""
    return _losses(x.contiguous(), weight, targets, ())


def _sub_layer(
    operator: str, sizes: tuple[int, ...], x: Tensor, dropout: float, weights: tuple[Tensor, ...]
) -> Tensor:
    x = x.contiguous()
    _check(x, *weights)
    save = torch.is_grad_enabled()
    return _SubLayer.apply(operator, sizes, save, dropout, _seed(dropout), x, *weights)


class _SubLayer(Function):
    """One of the two residual sub-layers: `operator` with the integer arguments `sizes`."""

    @staticmethod
    def forward(ctx, operator, sizes, save, dropout, seed, x, *weights):  # type: ignore[no-untyped-def]
        out = torch.empty_like(x)
        saved, saved_at = None, None
        if save:
            saved = x.new_empty(_entry(f"{operator}_saved", x)(*_saved_sizes(operator, sizes)))
            saved_at = saved.data_ptr()
        _entry(operator, x)(
            *sizes, x.data_ptr(), _list(weights), dropout, seed, out.data_ptr(), saved_at
        )
        ctx.save_for_backward(x, saved, *weights)
        ctx.arguments = operator, sizes, dropout, seed
        return out

    @staticmethod
    @once_differentiable
    def backward(ctx, d_out):  # type: ignore[no-untyped-def]
        x, saved, *weights = ctx.saved_tensors
        operator, sizes, dropout, seed = ctx.arguments
        d_out, d_x = d_out.contiguous(), torch.empty_like(x)
        gradients = _unflatten_dense_tensors(x.new_zeros(sum(map(Tensor.numel, weights))), weights)
        _entry(f"{operator}_backward", x)(
            *sizes, x.data_ptr(), _list(weights), dropout, seed, saved.data_ptr(),
            d_out.data_ptr(), d_x.data_ptr(), _list(gradients),
        )  # fmt: skip
        return None, None, None, None, None, d_x, *gradients


class _MeanCrossEntropy(Function):
    """Computes its gradients in the forward pass, where the exponentials are at hand."""

    @staticmethod
    def forward(ctx, x, weight, targets, differentiate):  # type: ignore[no-untyped-def]
        gradients = torch.empty_like(x), torch.empty_like(weight)
        ctx.save_for_backward(*gradients)
        return _losses(x, weight, targets, gradients if differentiate else ()).mean()

    @staticmethod
    @once_differentiable
    def backward(ctx, scale):  # type: ignore[no-untyped-def]
        d_x, d_weight = ctx.saved_tensors
        return d_x * scale, d_weight * scale, None, None


def _losses(x: Tensor, weight: Tensor, targets: Tensor, gradients: tuple[Tensor, ...]) -> Tensor:
    """Cross-entropies; the gradients of their mean are written to `gradients` (of x, of weight)."""
    _check(x, weight, *gradients)
    targets = targets.contiguous()
    losses = x.new_empty(targets.shape)
    n_vocab, d_model = weight.shape
    gradients_at = [gradient.data_ptr() for gradient in gradients] or (None, None)
    in_range = _entry("cross_entropy", x)(
        targets.numel(), d_model, n_vocab, x.data_ptr(), weight.data_ptr(), targets.data_ptr(),
        losses.data_ptr(), 1 / targets.numel(), *gradients_at,
    )  # fmt: skip
    if not in_range:
        raise IndexError(f"a target is not in 0 .. {n_vocab - 1}")
    return losses


class _Embedding(Function):
    """Rows of two matrices, added."""

    @staticmethod
    def forward(ctx, tokens, weight, positions, dropout, seed):  # type: ignore[no-untyped-def]
        if not 0 <= int(tokens.min()) <= int(tokens.max()) < len(weight):
            raise IndexError(f"a token is not in 0 .. {len(weight) - 1}")
        if tokens.shape[1] > len(positions):
            raise IndexError(f"{tokens.shape[1]} tokens, but {len(positions)} positions")
        out = weight.new_empty(*tokens.shape, weight.shape[1])
        _entry("embedding", weight)(
            *out.shape, tokens.data_ptr(), weight.data_ptr(), positions.data_ptr(), dropout, seed,
            out.data_ptr(),
        )  # fmt: skip
        ctx.save_for_backward(tokens, weight, positions)
        ctx.arguments = dropout, seed
        return out

    @staticmethod
    @once_differentiable
    def backward(ctx, d_out):  # type: ignore[no-untyped-def]
        tokens, weight, positions = ctx.saved_tensors
        d_out = d_out.contiguous()
        d_weight, d_positions = torch.zeros_like(weight), torch.zeros_like(positions)
        _entry("embedding_backward", d_out)(
            *d_out.shape, tokens.data_ptr(), *ctx.arguments, d_out.data_ptr(),
            d_weight.data_ptr(), d_positions.data_ptr(),
        )  # fmt: skip
        return None, d_weight, d_positions, None, None


def _seed(dropout: float) -> int:
    """Of a mask; drawn from torch's generator, which checkpoints keep."""
    return int(torch.randint(2**63 - 1, ())) if dropout else 0


def _check(x: Tensor, *others: Tensor) -> None:
    """The C functions see addresses only; what they take for granted is seen to here."""
    for tensor in (x, *others):
        if not (tensor.is_cpu and tensor.is_contiguous() and tensor.dtype == x.dtype):
            raise TypeError("fused kernels take contiguous CPU tensors of one type of number")


def _entry(name: str, x: Tensor) -> Any:
    """The C function of a name for the scalars of x."""
    key = name, x.dtype
    if key not in _entries:
        function = getattr(library(), f"{name}_{SUFFIXES[x.dtype]}")
        function.argtypes = SIGNATURES[name]
        function.restype = c_int64  # of those that give a number back
        _entries[key] = function
    return _entries[key]


def _saved_sizes(operator: str, sizes: tuple[int, ...]) -> tuple[int, ...]:
    return (sizes[0], sizes[2]) if operator == "feed_forward" else sizes


def _list(tensors: Any) -> Any:
    return (c_void_p * len(tensors))(*[tensor.data_ptr() for tensor in tensors])
