"""Test losses: the same windows of a test split for every model of one context length."""

from __future__ import annotations

import numpy as np
import torch

from scalinglaws.errors import UserError
from scalinglaws.models.language_model import LanguageModel
from scalinglaws.training.devices import ALONE, Devices

# Most tokens of a pass: memory of the logits, not part of the result.
BATCH_TOKENS, DEVICE_BATCH_TOKENS = 4096, 16384


def test_windows(shard: np.ndarray, n_ctx: int, n_tokens: int) -> np.ndarray:
    """Non-overlapping windows, evenly spaced over the whole split.

    Args:
        shard: token ids of a split, 1-D.
        n_ctx: context length.
        n_tokens: how many targets are wanted; fewer where the split is shorter.

    Returns:
        int64 array (windows, n_ctx + 1); the last column is only ever a target.

    Raises:
        UserError: the split is shorter than one window.
    """
    available = (len(shard) - 1) // n_ctx
    if available < 1:
        raise UserError(
            f"test split has {len(shard)} tokens, needs more than n_ctx = {n_ctx}: "
            "give the corpus a larger test share or shorten n_ctx"
        )
    wanted = min(max(n_tokens // n_ctx, 1), available)
    starts = n_ctx * (np.arange(wanted) * available // wanted)
    return shard[starts[:, None] + np.arange(n_ctx + 1)].astype(np.int64)


@torch.no_grad()
def token_losses(
    model: LanguageModel,
    windows: np.ndarray,
    devices: Devices = ALONE,
    precision: str = "float32",
) -> np.ndarray:
    """Cross-entropy of every target in nats, float32 array (windows, n_ctx).

    Each process takes as many windows, the last ones again where the number does not divide, and
    gets the losses of all.
    """
    was_training = model.training
    model.eval()
    each = -(-len(windows) // devices.processes)
    mine = np.minimum(np.arange(each * devices.rank, each * (devices.rank + 1)), len(windows) - 1)
    most = BATCH_TOKENS if devices.on_cpu else DEVICE_BATCH_TOKENS
    losses = []
    for tokens in devices.passes(windows[mine], most):
        with devices.autocast(precision):
            losses.append(model.token_losses(tokens))
    model.train(was_training)
    return devices.concatenate(torch.cat(losses)).cpu().numpy()[: len(windows)]
