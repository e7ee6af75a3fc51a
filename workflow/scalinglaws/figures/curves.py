"""Learning curves out of the table of curves, run by run and phase by phase."""

import numpy as np

from scalinglaws.figures.source import Source

COOLDOWN = "cooldown"
Segment = tuple[np.ndarray, np.ndarray]


def segments(
    source: Source, run_ids, x: str, y: str = "test_loss"
) -> dict[str, dict[str, Segment]]:
    """``{run_id: {phase: (x, y)}}`` of the runs that logged both, x > 0, in the order of x.

    Phases are trunk and cooldown; a curve without phases is a trunk. A cool-down may start before
    the trunk ends, so the two are never one line; it begins at the trunk's point before it.
    """
    wanted = set(run_ids)
    columns = [source.curves[name].to_pylist() for name in ("run_id", "phase", x, y)]
    found: dict[str, dict[str, list]] = {}
    for run_id, phase, at, value in zip(*columns, strict=True):
        if run_id in wanted and at and value is not None:
            phases = found.setdefault(run_id, {})
            phases.setdefault(phase or "trunk", []).append((at, value))
    for phases in found.values():
        trunk, cooldown = sorted(phases.get("trunk", [])), phases.get(COOLDOWN, [])
        if before := [point for point in trunk if cooldown and point[0] < min(cooldown)[0]]:
            cooldown.append(before[-1])
    return {
        run_id: {
            phase: tuple(np.array(sorted(phases[phase])).T)
            for phase in ("trunk", COOLDOWN)
            if phase in phases
        }
        for run_id, phases in sorted(found.items())
    }


def style(phase: str) -> dict:
    """A cool-down is dotted."""
    return {"linestyle": (0, (1, 1))} if phase == COOLDOWN else {}
