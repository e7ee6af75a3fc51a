"""An inspection as text for a terminal."""

import textwrap

from scalinglaws.counting import counted
from scalinglaws.inspection.inspect import Inspection

WIDTH = 100


def page(found: Inspection) -> str:
    """Four parts: what is there, how it was read, laws, what is suspicious."""
    parts = [_head(found), _quantities(found), _read(found), _laws(found), _findings(found)]
    return "\n\n".join(part for part in parts if part)


def _head(found: Inspection) -> str:
    rows = counted(found.rows, "row")
    if found.rows != found.rows_in_all:
        rows = f"{found.rows} of {found.rows_in_all} rows"
    curves = f"{found.curves} with learning curves" if found.curves else "no learning curves"
    return f"{found.path}: {rows}, {counted(found.runs, 'run')}, {curves}"


def _quantities(found: Inspection) -> str:
    if not found.quantities:
        return "No column is recognised: name them with --column"
    table = [("quantity", "unit", "known", "least", "largest", "decades", "from")]
    for one in found.quantities:
        span = "" if one.decades is None else f"{one.decades:.1f}"
        numbers = (f"{one.low:.4g}", f"{one.high:.4g}", span)
        table.append((one.key, one.unit, str(one.known), *numbers, one.origin))
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    right = (False, False, True, True, True, True, False)
    return "\n".join(
        "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in table
    )


def _read(found: Inspection) -> str:
    lines = [_wrapped(note) for note in found.notes]
    if found.unused:
        lines.append(_wrapped("columns not used: " + ", ".join(found.unused)))
    return "\n".join(["How it was read", *lines]) if lines else ""


def _laws(found: Inspection) -> str:
    able = [law for law, support in found.laws.items() if not support.reason]
    lines = ["Laws"]
    lines.append(_wrapped("can be tried: " + (", ".join(able) or "none")))
    by_reason: dict[str, list[str]] = {}
    for law, support in found.laws.items():
        if support.reason:
            by_reason.setdefault(support.reason, []).append(law)
    lines += [_wrapped(f"{', '.join(laws)}: {reason}") for reason, laws in by_reason.items()]
    return "\n".join(lines)


def _findings(found: Inspection) -> str:
    if not found.findings:
        return "Nothing suspicious"
    return "\n".join(["Suspicious", *(_wrapped(finding.text) for finding in found.findings)])


def _wrapped(text: str) -> str:
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent="  - ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
