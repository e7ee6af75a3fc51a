"""Lines that the summaries of all laws have in common."""

import math
from collections import Counter

COMPARED = "Printed in the paper (compared only, never fitted):"
NO_TEST = "  (scales depend on vocabulary and text: a test only for the paper's own points)"


def left_out(excluded: list[tuple[str, str]]) -> list[str]:
    """How many runs were left out for each reason; ``excluded`` lists (run_id, reason)."""
    reasons = Counter(reason for _, reason in excluded)
    return [f"            {count} left out: {reason}" for reason, count in reasons.items()]


def together(joint: dict[str, float], n_values: int, df: float) -> list[str]:
    """The joint test of ``n_values`` printed values, as printed and at the best before rounding."""
    lines = []
    for label, suffix in (("as printed", ""), ("at best, before rounding", "_rounded")):
        statistic, p_value = joint[f"F{suffix}"], joint[f"p_value{suffix}"]
        verdict = "inside" if p_value > 0.05 else "outside"
        lines.append(
            f"  together, {label}: {verdict} the 95 % joint region, "
            f"F({n_values}, {df:.0f}) = {statistic:.3g}, p = {p_value:.3g}"
        )
    return lines


def power(log10: float) -> str:
    """10^x in four digits, also where a float cannot hold it."""
    if math.isnan(log10):
        return "nan"
    return f"{10.0**log10:.4g}" if abs(log10) < 300 else ("0" if log10 < 0 else "inf")
