"""The learning rate at every step: linear warm-up, then constant with a cool-down, or a decay."""

from __future__ import annotations

import math

from scalinglaws.errors import UserError
from scalinglaws.runspec import RunSpec

SCHEDULES = ("constant", "cosine", "power")


def cooldown_steps(spec: RunSpec) -> int:
    """Steps of the cool-down of a constant schedule."""
    return round(spec.cooldown_fraction * spec.steps)


def trunk_end(spec: RunSpec) -> int:
    """Step that the cool-down starts from; the last one of schedules that decay all along."""
    return spec.steps - cooldown_steps(spec) if spec.schedule == "constant" else spec.steps


def cooldown_rate(progress: float, spec: RunSpec) -> float:
    """The rate after `progress`, in (0, 1], of a cool-down: 1 - sqrt(progress) of the peak.

    The shape is that of Hägele et al. 2024; one trunk then serves several run lengths.
    """
    return _above_floor(1 - math.sqrt(progress), spec)


def learning_rate(step: int, spec: RunSpec, trunk_only: bool = False) -> float:
    """Rate of optimiser step `step`, counted from 0 to `spec.steps - 1`.

    constant: warm-up, the peak, and a cool-down in the last `cooldown_fraction` of the steps, or
    none with `trunk_only`.
    cosine: warm-up, then half a cosine down to the final rate (Sec. 2.2; the paper ends at zero).
    power: warm-up, then the share of the steps left to the power of `schedule_power`: 1 is linear,
    more falls faster at first, less stays up longer (the families of Fig. 22).

    Raises:
        UserError: unknown schedule.
    """
    if step < spec.warmup_steps:
        return spec.peak_learning_rate * (step + 1) / spec.warmup_steps
    if spec.schedule == "constant":
        into_cooldown = step - trunk_end(spec)
        if trunk_only or into_cooldown < 0:
            return spec.peak_learning_rate
        return cooldown_rate((into_cooldown + 1) / cooldown_steps(spec), spec)
    progress = (step - spec.warmup_steps) / (spec.steps - spec.warmup_steps)
    if spec.schedule == "cosine":
        return _above_floor(0.5 * (1 + math.cos(math.pi * progress)), spec)
    if spec.schedule == "power":
        return _above_floor((1 - progress) ** spec.schedule_power, spec)
    raise UserError(f"run spec: schedule is {spec.schedule!r}, allowed: {', '.join(SCHEDULES)}")


def learning_rate_sum(spec: RunSpec) -> float:
    """The rate summed over all steps (Fig. 22); without early stopping."""
    return math.fsum(learning_rate(step, spec) for step in range(spec.steps))


def _above_floor(shape: float, spec: RunSpec) -> float:
    floor = spec.final_learning_rate
    return spec.peak_learning_rate * (floor + (1 - floor) * shape)
