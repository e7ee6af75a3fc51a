"""The gradient noise scale: how large a batch may grow before its gradient is hardly noisy.

B_simple = tr(Sigma) / |G|^2 (McCandlish et al. 2018), where G is the true gradient and Sigma the
covariance of the gradient of one token. The squared norm of a batch's gradient is too large by
tr(Sigma) / B on average, so two batch sizes give both.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view

from scalinglaws.models.language_model import LanguageModel
from scalinglaws.runspec import NOISE_BATCHES, RunSpec
from scalinglaws.training.devices import ALONE, Devices
from scalinglaws.training.flat import FlatParameters
from scalinglaws.training.gradient import add_gradient


def gradient_squares(
    model: LanguageModel,
    parameters: FlatParameters,
    shard: np.ndarray,
    spec: RunSpec,
    step: int,
    devices: Devices = ALONE,
) -> tuple[float, float]:
    """|G|^2 of small batches, on average, and of the large batch that they make together.

    The windows are drawn from all of the training text, anew at each step; nothing of the run
    depends on them. The small batches have noise_tokens / NOISE_BATCHES tokens.

    Args:
        model: in the state that is measured; weights are left as they are.
        parameters: the model's; their gradient is overwritten.
        shard: training tokens, 1-D.
        spec: of the run; with noise_tokens.
        step: optimiser steps done.
        devices: where it is computed; each process takes some of the small batches.
    """
    random = np.random.default_rng([spec.random_seed("noise scale"), step])
    starts = random.integers(len(shard) - spec.n_ctx, size=spec.noise_tokens // spec.n_ctx)
    every_window = sliding_window_view(shard, spec.n_ctx + 1)
    mean, small = torch.zeros_like(parameters.gradient), 0.0
    was_training = model.training
    model.eval()  # dropout is another noise
    for part in np.split(starts, NOISE_BATCHES)[devices.rank :: devices.processes]:
        parameters.zero_gradient()
        windows = every_window[part].astype(np.int64)
        add_gradient(model, windows, len(windows), devices, spec.precision)
        small += float(parameters.gradient.square().sum(dtype=torch.float64)) / NOISE_BATCHES
        mean += parameters.gradient / NOISE_BATCHES
    model.train(was_training)
    parameters.zero_gradient()
    devices.sum(mean)
    small = float(devices.sum(torch.tensor(small, dtype=torch.float64)))
    return small, float(mean.square().sum(dtype=torch.float64))
