"""The gradient of a batch, however it is divided over processes and passes."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from scalinglaws.models.language_model import LanguageModel
from scalinglaws.training.devices import Devices


def add_gradient(
    model: LanguageModel, windows: np.ndarray, of: int, devices: Devices, precision: str
) -> Tensor:
    """Add the part of these windows in the gradient of the mean loss over a batch.

    Each pass counts with its share of the batch, so that the sum over passes and processes is the
    mean over the whole batch whatever divides what.

    Args:
        model: its parameters' gradients are added to.
        windows: of this process, int64 array (any number, n_ctx + 1).
        of: windows of the whole batch.
        devices: where it is computed.
        precision: of the spec.

    Returns:
        The part of the windows in the mean loss, nats/token, a scalar on the device.
    """
    losses = []
    for tokens in devices.passes(windows):
        with devices.autocast(precision):
            loss = model.mean_loss(tokens)
        if len(tokens) != of:
            loss = loss * (len(tokens) / of)
        loss.backward()
        losses.append(loss.detach())
    return losses[0] if len(losses) == 1 else torch.stack(losses).sum()
