"""The learning rate at every step: linear warm-up, then cosine or constant with a cool-down."""

from __future__ import annotations

import math

from scalinglaws.errors import UserError
from scalinglaws.runspec import RunSpec

SCHEDULES = ("cosine", "constant")


def cooldown_steps(spec: RunSpec) -> int:
    """Steps of the cool-down of a constant schedule."""
    return round(spec.cooldown_fraction * spec.steps)


def cooldown_rate(progress: float, spec: RunSpec) -> float:
    """The rate after `progress`, in (0, 1], of a cool-down: 1 - sqrt(progress) of the peak.

    The shape is that of Hägele et al. 2024; one trunk then serves several run lengths.
    """
    return _above_floor(1 - math.sqrt(progress), spec)


def learning_rate(step: int, spec: RunSpec, trunk_only: bool = False) -> float:
    """Rate of optimiser step `step`, counted from 0 to `spec.steps - 1`.

    cosine: warm-up, then half a cosine down to the final rate (Sec. 2.2; the paper ends at zero).
    constant: warm-up, the peak, and a cool-down in the last `cooldown_fraction` of the steps, or
    none with `trunk_only`.

    Raises:
        UserError: unknown schedule.
    """
    if step < spec.warmup_steps:
        return spec.peak_learning_rate * (step + 1) / spec.warmup_steps
    if spec.schedule == "cosine":
        progress = (step - spec.warmup_steps) / (spec.steps - spec.warmup_steps)
        return _above_floor(0.5 * (1 + math.cos(math.pi * progress)), spec)
    if spec.schedule == "constant":
        length = cooldown_steps(spec)
        into_cooldown = step - (spec.steps - length)
        if trunk_only or into_cooldown < 0:
            return spec.peak_learning_rate
        return cooldown_rate((into_cooldown + 1) / length, spec)
    raise UserError(f"run spec: schedule is {spec.schedule!r}, allowed: {', '.join(SCHEDULES)}")


def _above_floor(shape: float, spec: RunSpec) -> float:
    floor = spec.final_learning_rate
    return spec.peak_learning_rate * (floor + (1 - floor) * shape)
