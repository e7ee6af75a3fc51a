"""Derived quantities with intervals: each is computed again wherever a law was fitted again.

Laws that share runs lose them together (B_crit(L) and L(N,S_min) share the batch scan), so their
correlation is carried; laws of different runs are independent samples.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from scalinglaws.laws.batch.chain import fault_of
from scalinglaws.laws.derived.groups import GROUPS, Group
from scalinglaws.laws.derived.sources import estimates_of
from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.replicates import SHARED, Replicates

LAW = "derived"
EQUATION = "Appendix B and Eqs 4.4, 6.4 to 6.8"
NOTE = (
    "each quantity follows from fitted laws alone and is computed again without each of their runs"
)


def derived_quantities(laws: Mapping) -> LawFit:
    """The quantities of GROUPS from ``laws`` (name: FittedLaw or LawFit).

    A law that is missing or not usable takes away only what needs it: ``details["missing"]`` and
    ``remarks`` say which group and why. ``status`` is "ok" as soon as one group is there.
    """
    parts, missing = {}, {}
    for group in GROUPS:
        found, reason = _computed(group, laws)
        if found is None:
            missing[group.title] = reason
        else:
            parts[group.title] = found
    units = {name: unit for group in GROUPS for name, unit in group.quantities.items()}
    if not parts:
        reason = "; ".join(dict.fromkeys(missing.values()))
        return LawFit(
            LAW,
            EQUATION,
            tuple(units),
            tuple(units.values()),
            f"the laws that these quantities follow from are not usable: {reason}",
        )
    replicates = Replicates.joined(*_apart(parts))
    used = [law for group in GROUPS if group.title in parts for law in group.needs]
    experiments = [laws[law].choice.get("experiment") for law in used]
    return LawFit(
        LAW,
        EQUATION,
        replicates.names,
        tuple(units[name] for name in replicates.names),
        "ok",
        replicates,
        remarks={title: f"left out: {reason}" for title, reason in missing.items()},
        choice={"experiments": [name for name in dict.fromkeys(experiments) if name]},
        note=NOTE,
        details={
            "missing": missing,
            "groups": {g.title: list(g.quantities) for g in GROUPS if g.title in parts},
        },
    )


def _apart(parts: dict[str, Replicates]) -> list[Replicates]:
    """The parts, with samples renamed where two groups rest on different runs of one sample.

    The jackknife counts the runs of a sample: those that one group uses must not count in another.
    """
    runs: dict[str, set[frozenset]] = {}
    for part in parts.values():
        for stratum in set(part.strata) - {SHARED}:
            runs.setdefault(stratum, set()).add(_labels(part, stratum))
    return [
        replace(
            part,
            strata=tuple(f"{s}: {title}" if len(runs.get(s, ())) > 1 else s for s in part.strata),
        )
        for title, part in parts.items()
    ]


def _labels(part: Replicates, stratum: str) -> frozenset[str]:
    return frozenset(
        label for s, label in zip(part.strata, part.labels, strict=True) if s == stratum
    )


def _computed(group: Group, laws: Mapping) -> tuple[Replicates | None, str]:
    """The group's quantities, redone wherever a law behind them was, or why they are missing."""
    found = []
    for law, names in group.needs.items():
        part, reason = estimates_of(laws, law, *names)
        if part is None:
            return None, reason
        found.append(part)
    with np.errstate(all="ignore"):
        try:
            computed = Replicates.joined(*found).map(group.quantities, group.compute)
        except ValueError:  # no root where an exponent changed its sign
            return None, "not defined without one of the runs"
    if fault := fault_of(computed):
        return None, fault
    return computed, ""
