"""What a plan is asked for: one goal, read from the words of a command line."""

import re
from dataclasses import dataclass

import numpy as np

from scalinglaws.errors import UserError
from scalinglaws.units import PF_DAY

SUFFIXES = {"": 1.0, "k": 1e3, "m": 1e6, "b": 1e9, "g": 1e9, "t": 1e12}
COMPUTE_UNITS = {"": 1.0, "flop": 1.0, "flops": 1.0, "pf-day": PF_DAY, "pf-days": PF_DAY}
NUMBER = re.compile(r"\s*([-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:e[-+]?\d+)?|nan|[-+]?inf)\s*(.*?)\s*")


@dataclass(frozen=True)
class Goal:
    """``quantity`` is C (FLOPs), N, D (tokens) or loss (nats/token); ``words`` say how it arose."""

    quantity: str
    value: float
    words: str = ""


def compute_goal(text: str) -> Goal:
    """A compute in FLOPs, or in PF-days with that suffix: "5.76e23", "1e3PF-days"."""
    return Goal("C", _number("--compute", text, COMPUTE_UNITS, "FLOPs or PF-days: 1e3PF-days"))


def size_goal(text: str) -> Goal:
    """Parameters: "1.5e9" or "1.5B"."""
    return Goal("N", _number("--n-params", text, SUFFIXES, "parameters: 1.5e9 or 1.5B"))


def tokens_goal(text: str) -> Goal:
    """Tokens: "2.2e10" or "22B"."""
    return Goal("D", _number("--dataset-tokens", text, SUFFIXES, "tokens: 2.2e10 or 22B"))


def loss_goal(text: str) -> Goal:
    """A test loss in nats/token."""
    return Goal("loss", _number("--loss", text, {"": 1.0}, "nats/token: 2.5"))


def hours_goal(hours: str, rate: float, utilisation: float, devices: int, name: str) -> Goal:
    """Compute of ``hours`` on ``devices`` whose peak is ``rate`` FLOP/s, at a share of the peak."""
    spent = _number("--hours", hours, {"": 1.0}, "hours: 24")
    if not 0 < utilisation <= 1:
        raise UserError(f"--utilisation: {utilisation:g} is no share of the peak; give 0 < u <= 1")
    if devices < 1:
        raise UserError(f"--devices: {devices} is no number of devices; give 1 or more")
    many = f"{devices} x " if devices > 1 else ""
    peak = f"{rate:.3g}".replace("e+", "e")
    words = f"{spent:g} hours of {many}{name} at {100 * utilisation:g} % of {peak} FLOP/s"
    return Goal("C", spent * 3600.0 * rate * utilisation * devices, words)


def rate_goal(text: str) -> float:
    """A rate in FLOP/s."""
    return _number("--flops-per-second", text, {"": 1.0}, "FLOP/s: 3e14")


def _number(option: str, text: str, units: dict[str, float], example: str) -> float:
    """A finite positive number with one of ``units`` behind it."""
    match = NUMBER.fullmatch(str(text).lower())
    if not match or match[2] not in units:
        raise UserError(f"{option}: {text!r} is not understood; give {example}")
    value = float(match[1].replace("_", "")) * units[match[2]]
    if not np.isfinite(value) or value <= 0:
        raise UserError(f"{option}: {text!r} must be a finite number above zero; give {example}")
    return value
