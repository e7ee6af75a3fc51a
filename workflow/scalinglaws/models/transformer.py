"""The paper's decoder-only Transformer.

- pre-layer-norm blocks, exact GELU, d_attn = d_model (Sec. 2.1, Table 1)
- learned positions; the output matrix is the token embedding (tied: Table 1 counts no other)
- weights normal with `init_std`, the two projections that write into the residual stream divided
  by sqrt(2 n_layer) as in GPT-2; biases zero (the paper states no initialisation)
- n_layer = 0 is the embedding, a layer norm and the tied output: the "0 layer" points of Fig. 6
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from scalinglaws.runspec import RunSpec


class Attention(nn.Module):
    """Causal multi-head self-attention, (batch, n_ctx, d_model) to the same shape."""

    def __init__(self, spec: RunSpec) -> None:
        super().__init__()
        self.n_heads, self.dropout = spec.n_heads, spec.dropout
        self.qkv = nn.Linear(spec.d_model, 3 * spec.d_model)
        self.project = nn.Linear(spec.d_model, spec.d_model)

    def forward(self, x: Tensor) -> Tensor:
        batch, time, width = x.shape
        q, k, v = (
            part.view(batch, time, self.n_heads, width // self.n_heads).transpose(1, 2)
            for part in self.qkv(x).split(width, dim=2)
        )
        dropout = self.dropout if self.training else 0.0
        mixed = F.scaled_dot_product_attention(q, k, v, dropout_p=dropout, is_causal=True)
        return self.project(mixed.transpose(1, 2).reshape(batch, time, width))


class Block(nn.Module):
    """Attention and feed-forward, each read through a layer norm and added to the stream."""

    def __init__(self, spec: RunSpec) -> None:
        super().__init__()
        self.attention_norm = nn.LayerNorm(spec.d_model)
        self.attention = Attention(spec)
        self.feed_forward_norm = nn.LayerNorm(spec.d_model)
        self.expand = nn.Linear(spec.d_model, spec.d_ff)
        self.contract = nn.Linear(spec.d_ff, spec.d_model)
        self.dropout = nn.Dropout(spec.dropout)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.dropout(self.attention(self.attention_norm(x)))
        hidden = F.gelu(self.expand(self.feed_forward_norm(x)))
        return x + self.dropout(self.contract(hidden))


class Transformer(nn.Module):
    """Token ids (batch, time <= n_ctx), int64, to logits (batch, time, n_vocab)."""

    def __init__(self, spec: RunSpec) -> None:
        super().__init__()
        self.embedding = nn.Embedding(spec.n_vocab, spec.d_model)
        self.positions = nn.Embedding(spec.n_ctx, spec.d_model)
        self.dropout = nn.Dropout(spec.dropout)
        self.blocks = nn.ModuleList(Block(spec) for _ in range(spec.n_layer))
        self.final_norm = nn.LayerNorm(spec.d_model)
        self._initialise(spec)

    def _initialise(self, spec: RunSpec) -> None:
        generator = torch.Generator().manual_seed(spec.random_seed("weights"))
        residual_std = spec.init_std / math.sqrt(2 * max(spec.n_layer, 1))
        for name, parameter in self.named_parameters():
            if parameter.dim() < 2:
                continue  # biases and layer norms keep torch's zeros and ones, see below
            writes_to_stream = name.endswith(("project.weight", "contract.weight"))
            std = residual_std if writes_to_stream else spec.init_std
            nn.init.normal_(parameter, 0.0, std, generator=generator)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.zeros_(module.bias)

    def forward(self, tokens: Tensor) -> Tensor:
        positions = self.positions.weight[: tokens.shape[1]]
        x = self.dropout(self.embedding(tokens) + positions)
        for block in self.blocks:
            x = block(x)
        return F.linear(self.final_norm(x), self.embedding.weight)
