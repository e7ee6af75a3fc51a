"""The LSTM that the Transformer is held against (Sec. 3.2.1, Fig. 7).

The paper states the number of layers (1, 2, 4) and nothing else. What is chosen here:

- embedding, state and features are d_model wide and the output matrix is the token embedding, as
  in the Transformer; N = 8 n_layer d_model^2
- no position embedding: the order is in the recurrence; no layer norm and no residual stream
- the state is zero at the start of a window: the context is that of a Transformer
- dropout on what enters a layer and on the features, not on the state (Zaremba et al. 2014)
- weights normal with 1/sqrt(d_model) and embeddings scaled to unit variance on the way in (Vaswani
  et al. 2017, Sec. 3.4): no layer norm rescales what a gate reads, and with the small `init_std`
  of a Transformer four layers learn nothing but token frequencies for hundreds of steps
- biases zero, of the forget gates one (Jozefowicz et al. 2015)
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from scalinglaws.models.language_model import LanguageModel
from scalinglaws.runspec import RunSpec


class LSTM(LanguageModel):
    """A stack of LSTM layers: see `LanguageModel` for what goes in and out.

    The recurrence is torch's with either kernels; these differ in the softmax. On a CPU torch hands
    it to oneDNN, which is as fast as the fused operators are. It keeps two biases a layer, which
    only ever add.
    """

    def __init__(self, spec: RunSpec) -> None:
        super().__init__(spec)
        self.dropout, width = spec.dropout, spec.d_model
        self.embedding = nn.Embedding(spec.n_vocab, width)
        self.layers = nn.ModuleList(nn.LSTM(width, width) for _ in range(spec.n_layer))
        self._initialise(spec)

    @torch.no_grad()
    def _initialise(self, spec: RunSpec) -> None:
        generator = torch.Generator().manual_seed(spec.random_seed("weights"))
        for parameter in self.parameters():
            if parameter.dim() < 2:
                parameter.zero_()
            else:
                parameter.normal_(0.0, spec.d_model**-0.5, generator=generator)
        for layer in self.layers:  # gates in torch's order: input, forget, cell, output
            layer.bias_ih_l0[spec.d_model : 2 * spec.d_model] = 1.0

    @property
    def output_weight(self) -> Tensor:
        """The token embedding: it is tied."""
        return self.embedding.weight

    def features(self, tokens: Tensor) -> Tensor:
        """The last layer's output at every time, (batch, time, d_model)."""
        dropout = self.dropout if self.training else 0.0
        x = F.embedding(tokens.t(), self.embedding.weight)  # time first, as torch's LSTM wants it
        x = F.dropout(x * x.shape[-1] ** 0.5, dropout)
        for layer in self.layers:
            x = F.dropout(layer(x)[0], dropout)
        return x.transpose(0, 1)
