"""The page of claims as Markdown: a summary, then each claim with its numbers."""

from __future__ import annotations

from scalinglaws.claims.claim import (
    CONTRADICTED,
    HOLDS,
    NOT_RESOLVED,
    NOT_TRIED,
    Claim,
    Quantity,
    allowed_range,
    interval,
    number,
)
from scalinglaws.markup import anchor, markdown_table

INTRODUCTION = """\
What the paper claims, judged on the runs of study **{study}**. A claim *holds* where the whole
95 % interval of every deciding number lies in the range that the claim allows, is *contradicted*
where the whole interval of one lies outside, and is *not resolved* otherwise. The ranges are
declared in the code with their reasons and are the same for every study; the paper's own values are
only compared with. This page is generated; the numbers in full stand in `claims.parquet`.
"""
VERDICTS = (HOLDS, CONTRADICTED, NOT_RESOLVED, NOT_TRIED)


def claims_page(study: str, claims: list[Claim]) -> str:
    """The whole page."""
    counts = [(sum(claim.verdict == verdict for claim in claims), verdict) for verdict in VERDICTS]
    counted = ", ".join(f"{verdict} {count}" for count, verdict in counts if count)
    lines = [
        f"# The paper's claims in study {study}",
        "",
        INTRODUCTION.format(study=study),
        f"Verdicts on {len(claims)} claims: {counted}.",
        "",
        *_table(
            ("claim", "verdict", "the number that decides"),
            [(f"[{c.title}](#{anchor(c.title)})", f"**{c.verdict}**", _key(c)) for c in claims],
        ),
    ]
    for claim in claims:
        lines += _section(claim)
    return "\n".join(lines) + "\n"


def _section(claim: Claim) -> list[str]:
    lines = ["", f"## {claim.title}", "", f"*{claim.section}*: {claim.statement}.", ""]
    lines += [f"**{claim.verdict[:1].upper()}{claim.verdict[1:]}.** {finding(claim)}"]
    if claim.quantities:
        lines += ["", *_table(HEADER, [_cells(quantity) for quantity in claim.quantities])]
    return lines


HEADER = ("number", "estimate [95 %]", "claim allows", "verdict", "paper", "from", "interval by")


def _cells(quantity: Quantity) -> tuple[str, ...]:
    return (
        quantity.name,
        interval(quantity),
        allowed_range(quantity),
        quantity.verdict,
        "" if quantity.paper is None else number(quantity.paper),
        f"{quantity.n} {quantity.of}" if quantity.n else "",
        quantity.method,
    )


def finding(claim: Claim) -> str:
    """What the study found, in sentences with numbers; what would resolve it."""
    if claim.missing:
        return f"Not tried in this study: no runs for {claim.missing}."
    parts = [claim.sentence, claim.reason and f"{claim.reason[:1].upper()}{claim.reason[1:]}."]
    if claim.verdict == CONTRADICTED and len(claim.deciding) > 1:
        outside = [q.name for q in claim.deciding if q.verdict == CONTRADICTED]
        parts.append(f"Outside what the claim allows: {', '.join(outside)}.")
    if claim.resolved_by and claim.resolved_by != claim.reason:
        parts.append(f"What would resolve it: {claim.resolved_by}.")
    return " ".join(filter(None, parts))


def _key(claim: Claim) -> str:
    if claim.missing:
        return f"no runs for {claim.missing}"
    quantity = claim.key_quantity
    return f"{quantity.name}: {interval(quantity)}" if quantity else claim.reason


def _table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    return markdown_table(header, ([cell.replace("|", "/") for cell in row] for row in rows))
