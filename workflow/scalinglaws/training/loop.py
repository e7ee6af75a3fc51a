"""The training loop: from a spec and two token shards to weights and a loss curve."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from scalinglaws.models.build import build_model
from scalinglaws.runspec import RunSpec
from scalinglaws.training.batches import Batches
from scalinglaws.training.determinism import set_determinism
from scalinglaws.training.evaluation import test_windows, token_losses
from scalinglaws.training.runfile import LoggedStep
from scalinglaws.training.schedule import learning_rate


@dataclass(frozen=True)
class TrainedRun:
    """What a run leaves: its curve, its final weights and whether it finished or diverged."""

    status: str
    curve: list[LoggedStep]
    weights: dict[str, Tensor]


def logged_steps(steps: int, points: int) -> list[int]:
    """About `points` log-spaced step counts, from the first step to the last."""
    return sorted({round(float(s)) for s in np.geomspace(1, steps, points)} | {1, steps})


def optimiser_of(model: torch.nn.Module, spec: RunSpec) -> torch.optim.Optimizer:
    """Adam with decoupled weight decay on matrices only (the paper names only Adam)."""
    matrices = [p for p in model.parameters() if p.dim() >= 2]
    vectors = [p for p in model.parameters() if p.dim() < 2]
    return torch.optim.AdamW(
        [
            {"params": matrices, "weight_decay": spec.weight_decay},
            {"params": vectors, "weight_decay": 0.0},
        ],
        lr=spec.peak_learning_rate,
        betas=(spec.beta1, spec.beta2),
        eps=spec.epsilon,
        fused=True,
    )


def train(
    spec: RunSpec,
    train_shard: np.ndarray,
    test_shard: np.ndarray,
    report: Callable[[int, float], None] = lambda step, loss: None,
) -> TrainedRun:
    """Train one model.

    Args:
        spec: the run.
        train_shard: training tokens, 1-D.
        test_shard: tokens of the main test split, 1-D.
        report: called after every step with (steps done, train loss in nats/token).

    Returns:
        The curve at `spec.test_points` log-spaced steps, the final weights and a status:
        "finished", or "diverged" when a loss was not finite; training stops there.
    """
    set_determinism()
    torch.manual_seed(spec.random_seed("dropout"))
    model = build_model(spec)
    optimiser = optimiser_of(model, spec)
    batches = Batches(train_shard, spec)
    windows = test_windows(test_shard, spec.n_ctx, spec.test_tokens)
    log_after = set(logged_steps(spec.steps, spec.test_points))

    status, curve, since_log = "finished", [], []
    for step in range(spec.steps):
        rate = learning_rate(step, spec)
        for group in optimiser.param_groups:
            group["lr"] = rate
        tokens = torch.from_numpy(batches[step])
        logits = model(tokens[:, :-1])
        loss = F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())
        loss_value = loss.item()
        if not math.isfinite(loss_value):
            status = "diverged"
            break
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), spec.gradient_clip)
        optimiser.step()
        since_log.append(loss_value)
        done = step + 1
        if done in log_after:
            test_loss = float(token_losses(model, windows).mean(dtype=np.float64))
            if not math.isfinite(test_loss):
                status = "diverged"
                break
            curve.append(
                LoggedStep(
                    done, done * spec.batch_tokens, rate, float(np.mean(since_log)), test_loss
                )
            )
            since_log.clear()
        report(done, loss_value)
    return TrainedRun(status, curve, {k: v.detach() for k, v in model.state_dict().items()})
