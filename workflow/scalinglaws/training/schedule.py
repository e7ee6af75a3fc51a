"""The learning rate at every step: linear warm-up, then cosine or constant with a cool-down."""

from __future__ import annotations

import math

from scalinglaws.errors import UserError
from scalinglaws.runspec import RunSpec

SCHEDULES = ("cosine", "constant")


def learning_rate(step: int, spec: RunSpec) -> float:
    """Rate of optimiser step `step`, counted from 0 to `spec.steps - 1`.

    cosine: warm-up, then half a cosine down to the final rate (Sec. 2.2; the paper ends at zero).
    constant: warm-up, the peak, and in the last `cooldown_fraction` of the steps a fall of shape
    1 - sqrt(progress) (Hägele et al. 2024), so that one trunk serves several run lengths.

    Raises:
        UserError: unknown schedule.
    """
    if step < spec.warmup_steps:
        return spec.peak_learning_rate * (step + 1) / spec.warmup_steps
    if spec.schedule == "cosine":
        decay_steps = spec.steps - spec.warmup_steps
        shape = 0.5 * (1 + math.cos(math.pi * (step - spec.warmup_steps) / decay_steps))
    elif spec.schedule == "constant":
        cooldown_steps = round(spec.cooldown_fraction * spec.steps)
        into_cooldown = step - (spec.steps - cooldown_steps)
        shape = 1.0 if into_cooldown < 0 else 1 - math.sqrt((into_cooldown + 1) / cooldown_steps)
    else:
        raise UserError(f"run spec: schedule is {spec.schedule!r}, allowed: {', '.join(SCHEDULES)}")
    floor = spec.final_learning_rate
    return spec.peak_learning_rate * (floor + (1 - floor) * shape)
