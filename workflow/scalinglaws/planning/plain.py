"""A plan as plain values for JSON: every number with its unit; null where nothing is known."""

import math
from typing import Any

from scalinglaws.laws.plain import plain
from scalinglaws.laws.replicates import LEVEL
from scalinglaws.planning.answers import Answer, Estimate
from scalinglaws.planning.methods import QUANTITIES
from scalinglaws.planning.plan import Plan


def plan_dict(plan: Plan) -> dict[str, Any]:
    """Everything that the text says, and the ranges of the data, in full precision."""
    text = plan.text
    return plain(
        {
            "goal": {
                "quantity": plan.goal.quantity,
                "value": plan.goal.value,
                "unit": QUANTITIES[plan.goal.quantity],
                "words": plan.goal.words,
            },
            "laws": plan.laws.origin,
            "level": LEVEL,
            "methods": {found.method.name: _answer(found) for found in plan.answers},
            "other_sizes": {
                found.name: {
                    "fault": found.fault,
                    "compute": {f"{x:g}": _estimate(e, "1") for x, e in found.compute.items()},
                    "tokens": {f"{x:g}": _estimate(e, "1") for x, e in found.serial.items()},
                }
                for found in plan.sizes
            },
            "laws_contradict_beyond_C_min": _estimate(plan.contradiction, "FLOPs"),
            "overfitting": {
                "threshold": text.threshold,
                "method": text.method,
                "fault": text.fault,
                "tokens_needed": _estimate(text.needed, "tokens"),
                "excess_if_text_is_D": _estimate(text.excess, "1"),
                "largest_size": _estimate(text.largest, "parameters"),
            },
        }
    )


def _answer(found: Answer) -> dict[str, Any]:
    return {
        "about": found.method.note,
        "needs": list(found.method.needs),
        "fault": found.fault,
        "caveats": found.caveats,
        "values": {k: _estimate(v, QUANTITIES[k]) for k, v in found.values.items()},
        "at_ten_times_the_compute": {k: _estimate(v, "1") for k, v in found.growth.items()},
        "data": found.data,
        "decades_outside_data": found.decades,
    }


def _estimate(found: Estimate | None, unit: str) -> dict[str, Any] | None:
    if found is None or math.isnan(found.value):
        return None
    return {"estimate": found.value, "ci_low": found.low, "ci_high": found.high, "unit": unit}
