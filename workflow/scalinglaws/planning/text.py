"""A plan to read on a terminal: answers side by side, then what to know before spending it."""

import math
import textwrap

from scalinglaws.planning.answers import Answer, Estimate
from scalinglaws.planning.extras import OtherSizes, Text
from scalinglaws.planning.methods import QUANTITIES
from scalinglaws.planning.plan import Plan
from scalinglaws.planning.words import (
    UNKNOWN,
    amount,
    factor,
    formatted,
    interval,
    percent,
)
from scalinglaws.units import PF_DAY

WIDTH = 98
HEADS = {
    "C": "C (FLOPs)",
    "N": "N (params)",
    "D": "D (tokens)",
    "B": "B (tokens)",
    "S": "S (steps)",
    "loss": "loss",
}
CELL, NAME = 16, 20
CONVENTIONS = (
    "C = 6NBS in FLOPs and D = BS, the tokens processed. Parameters are counted as in the fitted "
    "runs (Kaplan: without embeddings). Losses are nats/token of the study's own text and "
    "vocabulary. B is B_crit(L): "
    "there a loss takes twice the fewest steps and twice the least tokens, so C = 2 C_min, an even "
    "trade of time and compute (Eq. 5.2, App. B). Intervals are 95 %, of the mean, redone without "
    "each run behind the laws; - means that a method says nothing of it."
)


def plan_text(plan: Plan) -> str:
    """The whole plan."""
    blocks = [
        _title(plan),
        _loud(plan),
        _answers(plan),
        _not_identified(plan),
        _growth(plan),
        _sizes(plan.sizes),
        _text(plan.text),
        _remarks(plan),
        _conventions(plan),
    ]
    return "\n\n".join(block for block in blocks if block)


def _title(plan: Plan) -> str:
    goal = plan.goal
    value = f"{goal.quantity} = {formatted(goal.quantity, goal.value)} {QUANTITIES[goal.quantity]}"
    if goal.quantity == "C":
        value += f" = {goal.value / PF_DAY:.3g} PF-days"
    if goal.words:
        value += f" ({goal.words})"
    return f"Plan for {value}\nfrom the laws of {plan.laws.origin}"


def _loud(plan: Plan) -> str:
    """What extrapolates, and how far."""
    lines = []
    for found in plan.usable:
        beyond = [_beyond(name, found) for name, decades in found.decades.items() if decades]
        if beyond:
            lines.append(f"  {found.method.name}: {', '.join(beyond)}")
    if lines:
        lines.insert(0, "!!! EXTRAPOLATION beyond the data, where no law was tested:")
    if plan.contradiction is not None:
        crossing = f"{formatted('C', plan.contradiction.value)} FLOPs"
        between = interval("C", plan.contradiction)
        words = (
            f"!!! CONTRADICTION beyond C_min = {crossing} [{between}]: there L(C_min) falls below "
            "what L(D) allows with the plan's tokens, so one of the laws must end before (Eq. 6.8)"
        )
        lines.append(_wrapped(words, ""))
    return "\n".join(lines)


def _beyond(name: str, found: Answer) -> str:
    decades, (low, high) = found.decades[name], found.data[name]
    side, edge = ("above", high) if decades > 0 else ("below", low)
    return f"{name} {abs(decades):.2f} decades {side} {formatted(name, edge)}"


def _answers(plan: Plan) -> str:
    shown = [name for name in HEADS if name != plan.goal.quantity]
    lines = [" " * NAME + "".join(f"{HEADS[name]:<{CELL}}" for name in shown).rstrip()]
    for found in plan.usable:
        cells = [_value(name, found.values[name]) for name in shown]
        spans = ["" if found.exact else interval(name, found.values[name]) for name in shown]
        lines.append(_row(found.method.name, cells))
        lines.append(_row("  (no interval)" if found.exact else "", spans))
    return "\n".join(lines)


def _value(name: str, found: Estimate) -> str:
    return UNKNOWN if math.isnan(found.value) else formatted(name, found.value)


def _row(name: str, cells: list[str]) -> str:
    return (f"{name:<{NAME}}" + "".join(f"{cell:<{CELL}}" for cell in cells)).rstrip()


def _not_identified(plan: Plan) -> str:
    lost = [found for found in plan.answers if not found.ok]
    if not lost:
        return ""
    lines = [_wrapped(f"{f.method.name}: {f.fault}", "  ") for f in lost]
    return "\n".join(["Not identified, so without numbers:", *lines])


def _growth(plan: Plan) -> str:
    lines = ["Ten times the compute:"]
    for found in plan.usable:
        own = found.growth
        parts = [f"{n} {factor(own[n])}" for n in ("N", "D", "B", "S") if own[n].value > 0]
        lines.append(f"  {found.method.name:<{NAME}}{'  '.join(parts)}")
    return "\n".join(lines)


def _sizes(sizes: list[OtherSizes]) -> str:
    if not sizes:
        return ""
    lines = ["The same loss from another size (Eqs B.16, B.17; S goes as D at one batch size):"]
    for found in sizes:
        if found.fault:
            lines.append(_wrapped(f"{found.name}: not identified: {found.fault}", "  "))
            continue
        for x, compute in found.compute.items():
            times = "half as large" if x == 0.5 else "twice as large" if x == 2 else f"{x:g} times"
            lines.append(
                f"  {found.name:<{NAME}}{times:<16}C {factor(compute):<24}"
                f"D {factor(found.serial[x])}"
            )
    return "\n".join(lines)


def _text(text: Text) -> str:
    title = f"Text against overfitting (Eq. 4.4), for the size of {text.method}:"
    if text.fault:
        return "\n".join([title, _wrapped(f"not identified: {text.fault}", "  ")])
    share = f"{100 * text.threshold:g} %"
    lines = [
        title,
        f"  {amount(text.needed.value)} tokens [{interval('D', text.needed)}] keep the loss within "
        f"{share} of that on endless text",
        f"  if the tokens processed are all the text there is: {percent(text.excess)} above it",
    ]
    if text.largest is not None:
        lines.append(
            f"  the given text bears models up to {amount(text.largest.value)} parameters "
            f"[{interval('N', text.largest)}] within {share}"
        )
    return "\n".join(lines)


def _remarks(plan: Plan) -> str:
    said = list(dict.fromkeys(c for found in plan.usable for c in found.caveats))
    if not said:
        return ""
    return "\n".join(["What the laws themselves warn of:", *(_wrapped(c, "  ") for c in said)])


def _conventions(plan: Plan) -> str:
    lines = [_wrapped(f"{f.method.name}: {f.method.note}", "  ") for f in plan.usable]
    return "\n".join(["How to read it:", *lines, _wrapped(CONVENTIONS, "  ")])


def _wrapped(sentence: str, indent: str) -> str:
    return textwrap.fill(sentence, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ")
