"""What one unit of a column is worth in ours: a factor, or a word such as millions or log10."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scalinglaws.errors import UserError
from scalinglaws.run_tables.quantities import QUANTITIES
from scalinglaws.units import PF_DAY
from scalinglaws.wording import one_line, shown

FACTORS = {
    **dict.fromkeys(("k", "thousand", "thousands"), 1e3),
    **dict.fromkeys(("m", "mn", "million", "millions"), 1e6),
    **dict.fromkeys(("b", "bn", "g", "billion", "billions"), 1e9),
    **dict.fromkeys(("t", "trillion", "trillions"), 1e12),
    **dict.fromkeys(("pf_days", "pf_day", "pfdays", "pflops_days", "petaflop_days"), PF_DAY),
    **dict.fromkeys(("gflops", "gflop", "gigaflops"), 1e9),
    **dict.fromkeys(("tflops", "tflop", "teraflops"), 1e12),
    **dict.fromkeys(("pflops", "pflop", "petaflops"), 1e15),
    **dict.fromkeys(("eflops", "eflop", "exaflops", "exaflop"), 1e18),
    **dict.fromkeys(("zflops", "zflop", "zettaflops"), 1e21),
}
LABELS = {1e3: "thousands", 1e6: "millions", 1e9: "billions", 1e12: "trillions"}
NATS = ("nats_per_token", "nats_token", "nats")
BITS = ("bits", "bit", "bits_per_token")
CURVED: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "log10": lambda value: 10.0**value,
    "log2": np.exp2,
    "ln": np.exp,
    "perplexity": np.log,
}
CURVED["ppl"] = CURVED["perplexity"]
COMPUTE_WORDS = {word for word in FACTORS if "flop" in word or "pf" in word}
COUNT_WORDS = set(FACTORS) - COMPUTE_WORDS


@dataclass(frozen=True)
class Unit:
    """``factor`` times the table's number, or ``curved`` of it; ``word`` says so to the reader."""

    word: str = ""
    factor: float = 1.0
    curved: Callable[[np.ndarray], np.ndarray] | None = None

    def __call__(self, value: np.ndarray) -> np.ndarray:
        """Values in our unit, same shape."""
        if self.curved is None:
            return value * self.factor
        with np.errstate(all="ignore"):
            return self.curved(value)


def spelled(name: str) -> str:
    """A column's name in one spelling: Training FLOPs, trainingFLOPs and training_flops are one."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
    return re.sub(r"[^a-z0-9]+", "_", parted.lower()).strip("_")


def unit_of(key: str, given: str | float) -> Unit:
    """The unit that the reader gives for a key: a number, or one of the words above.

    Raises:
        UserError: neither, or a word that this quantity cannot have.
    """
    word = spelled(str(given)) if isinstance(given, str) else ""
    if key == "loss" and word in BITS:
        return Unit("bits", math.log(2.0))
    if word in ("perplexity", "ppl") and key != "loss":
        raise UserError(f"unit {key}={given}: only a loss can be a perplexity")
    if word in CURVED:
        return Unit(word, curved=CURVED[word])
    if word in FACTORS and word in (COMPUTE_WORDS | COUNT_WORDS if key == "C" else COUNT_WORDS):
        return _labelled(key, FACTORS[word])
    try:
        factor = float(given)
    except ValueError:
        raise UserError(
            f"unit {key}={one_line(given, 60)}: {shown(given)} is not a number, nor thousands, "
            "millions, billions, trillions, log10, log2, ln; for C also PF-days, EFLOPs; for loss "
            "bits, perplexity"
        ) from None
    if not (factor > 0 and math.isfinite(factor)):
        raise UserError(f"unit {key}={given}: must be a positive number")
    return Unit(f"x {factor:g}", factor)


def unit_in_name(key: str, name: str) -> tuple[str, Unit | None]:
    """A column's name without the unit that it carries, and that unit: params_M, log10_tokens."""
    plain = spelled(name)
    for word in ("log10", "log2", "ln"):
        if plain.startswith(f"{word}_"):
            return plain.removeprefix(f"{word}_"), Unit(word, curved=CURVED[word])
    if key == "loss":
        for word in NATS:
            if plain.endswith(f"_{word}"):
                return plain.removesuffix(f"_{word}"), Unit()
        return plain, None
    words = COMPUTE_WORDS | COUNT_WORDS if key == "C" else set()
    words |= COUNT_WORDS if QUANTITIES[key].count else set()
    for word in sorted(words, key=len, reverse=True):
        if plain.endswith(f"_{word}"):
            bare = plain.removesuffix(f"_{word}").removesuffix("_in")
            return bare, _labelled(key, FACTORS[word])
    return plain, None


def _labelled(key: str, factor: float) -> Unit:
    if factor == PF_DAY:
        return Unit("PF-days", factor)
    return Unit(f"{factor:g} FLOPs" if key == "C" else LABELS[factor], factor)
