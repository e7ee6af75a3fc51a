"""Steps of the analysis with everything said: each takes over what it does not change."""

from __future__ import annotations

from dataclasses import dataclass, field

from scalinglaws.errors import UserError


@dataclass(frozen=True)
class Conventions:
    """What N and C count, and which losses of which runs are taken; keys as in `settings.Step`."""

    title: str
    params: str
    flops: str
    experiment: str
    select: dict[str, dict] = field(default_factory=dict)
    points: dict[str, dict] = field(default_factory=dict)
    ends: bool = False


def all_steps(declared: list[dict]) -> list[Conventions]:
    """The steps as configured, completed. Raises UserError where the first one leaves gaps."""
    found: list[Conventions] = []
    known: dict = {}
    for step in declared:
        own = {key: value for key, value in step.items() if value is not None}
        known = {**known, **own}
        if missing := [k for k in ("params", "flops", "experiment") if k not in known]:
            raise UserError(f"conventions.steps: the first one says no {missing[0]}; add it")
        # Points are places along curves, of which an end is none.
        ends = known.get("ends", False)
        found.append(Conventions(**{**known, "points": {} if ends else known.get("points", {})}))
    return found
