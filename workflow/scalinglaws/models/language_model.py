"""What every architecture is to the training loop: tokens in, features, logits and losses out."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

from scalinglaws.kernels.choose import kernels_named
from scalinglaws.runspec import RunSpec


class LanguageModel(nn.Module):
    """A model of the next token. An architecture gives `features` and `output_weight`.

    Attributes:
        kernels: the functions that compute its expensive parts, by the spec's `kernels`.
    """

    def __init__(self, spec: RunSpec) -> None:
        super().__init__()
        self.kernels = kernels_named(spec.kernels)

    @property
    def output_weight(self) -> Tensor:
        """The output matrix without bias, (n_vocab, width of the features)."""
        raise NotImplementedError

    def features(self, tokens: Tensor) -> Tensor:
        """Token ids (batch, time <= n_ctx), int64, to what the output matrix is applied to."""
        raise NotImplementedError

    def forward(self, tokens: Tensor) -> Tensor:
        """Logits of the next token, (batch, time, n_vocab)."""
        return F.linear(self.features(tokens), self.output_weight)

    def mean_loss(self, windows: Tensor) -> Tensor:
        """Mean cross-entropy, nats/token, with gradients, of windows (batch, time + 1)."""
        features = self.features(windows[:, :-1])
        return self.kernels.mean_cross_entropy(features, self.output_weight, windows[:, 1:])

    def token_losses(self, windows: Tensor) -> Tensor:
        """Cross-entropy of every target, nats, (batch, time), of windows (batch, time + 1)."""
        features = self.features(windows[:, :-1])
        return self.kernels.cross_entropies(features, self.output_weight, windows[:, 1:])
