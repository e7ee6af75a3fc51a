"""The paper's decoder-only Transformer.

- pre-layer-norm blocks, exact GELU, d_attn = d_model (Sec. 2.1, Table 1)
- learned positions; the output matrix is the token embedding (tied: Table 1 counts no other)
- weights normal with `init_std`, the two projections that write into the residual stream divided
  by the root of how many such writes there are, 2 n_layer, as in GPT-2; biases zero (the paper
  states no initialisation)
- n_layer = 0 is the embedding, a layer norm and the tied output: the "0 layer" points of Fig. 6
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from types import ModuleType

import torch
from torch import Tensor, nn

from scalinglaws.models.language_model import LanguageModel
from scalinglaws.runspec import RunSpec


class Attention(nn.Module):
    """The weights of causal multi-head self-attention."""

    def __init__(self, spec: RunSpec) -> None:
        super().__init__()
        self.qkv = nn.Linear(spec.d_model, 3 * spec.d_model)
        self.project = nn.Linear(spec.d_model, spec.d_model)


class Block(nn.Module):
    """One layer: attention and feed-forward, each read through a layer norm."""

    def __init__(self, spec: RunSpec) -> None:
        super().__init__()
        self.attention_norm = nn.LayerNorm(spec.d_model)
        self.attention = Attention(spec)
        self.feed_forward_norm = nn.LayerNorm(spec.d_model)
        self.expand = nn.Linear(spec.d_model, spec.d_ff)
        self.contract = nn.Linear(spec.d_ff, spec.d_model)

    def forward(self, x: Tensor, kernels: ModuleType, n_heads: int, dropout: float) -> Tensor:
        """The residual stream after the layer, (batch, time, d_model)."""
        attention, norm = self.attention, self.attention_norm
        x = kernels.attention(x, norm, attention.qkv, attention.project, n_heads, dropout)
        return kernels.feed_forward(x, self.feed_forward_norm, self.expand, self.contract, dropout)


class Transformer(LanguageModel):
    """The paper's model: see `LanguageModel` for what goes in and out."""

    def __init__(self, spec: RunSpec) -> None:
        super().__init__(spec)
        self.n_heads, self.dropout = spec.n_heads, spec.dropout
        self.embedding = nn.Embedding(spec.n_vocab, spec.d_model)
        self.positions = nn.Embedding(spec.n_ctx, spec.d_model)
        self.blocks = nn.ModuleList(Block(spec) for _ in range(spec.n_layer))
        self.final_norm = nn.LayerNorm(spec.d_model)
        self._initialise(spec)

    def _initialise(self, spec: RunSpec) -> None:
        generator = torch.Generator().manual_seed(spec.random_seed("weights"))
        writes = 2 * max(spec.n_layer, 1) * spec.reuse
        residual_std = spec.init_std / math.sqrt(writes)
        for name, parameter in self.named_parameters():
            if parameter.dim() < 2:
                continue  # biases and layer norms keep torch's zeros and ones, see below
            writes_to_stream = name.endswith(("project.weight", "contract.weight"))
            std = residual_std if writes_to_stream else spec.init_std
            nn.init.normal_(parameter, 0.0, std, generator=generator)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.zeros_(module.bias)

    @property
    def output_weight(self) -> Tensor:
        """The token embedding: it is tied."""
        return self.embedding.weight

    def passed(self) -> Iterable[Block]:
        """The layers in the order in which the residual stream passes them."""
        return self.blocks

    def features(self, tokens: Tensor) -> Tensor:
        """The residual stream after all layers and the final norm, (batch, time, d_model)."""
        kernels, dropout = self.kernels, self.dropout if self.training else 0.0
        x = kernels.embed(tokens, self.embedding.weight, self.positions.weight, dropout)
        for block in self.passed():
            x = block(x, kernels, self.n_heads, dropout)
        return self.final_norm(x)
