"""The table of docs/faults.md, from what the trial kept."""

from __future__ import annotations

import re

SHORTER = (
    (r"(transformer|lstm)-[\w-]+", "RUN"),
    (r"/\S*/copy/", ""),
    (r"/\S*/bin/(?=python)", ""),
    (r"127\.0\.0\.1:\d+", "127.0.0.1"),
    (r"\.\d+\.partial", ".partial"),
    (r"process \d+", "process N"),
    (r"trunk-\w+", "trunk"),
    (r"0x[0-9a-f]+", "0x…"),
)
LONGEST = 240


def table(outcomes: list[dict]) -> str:
    """A sentence with the counts, then a row a fault."""
    played = [row for row in outcomes if not row["skipped"]]
    whole = sum(not row["faults"] for row in played)
    moments = sum(row["moments"] for row in played)
    kills = sum(row["moments"] for row in played if row["kind"] == "kill")
    lines = [
        f"{whole} of {len(played)} faults, at {moments} moments ({kills} of them kills), meet all "
        "four conditions.",
        "",
        "| fault | what | moments | left half-written | what is said | result |",
        "|---|---|---|---|---|---|",
        *map(_row, outcomes),
        "",
    ]
    return "\n".join(lines)


def _row(row: dict) -> str:
    result = "; ".join(row["faults"]) or "as undisturbed"
    if row["skipped"]:
        result = f"not played: {row['skipped']}"
    cells = [row["kind"], row["what"], row["moments"], row["half_written"], row["said"], result]
    return "| " + " | ".join(_cell(str(cell)) for cell in cells) + " |"


def shortened(text: str) -> str:
    """What a program said, without what differs between machines and trials."""
    for pattern, word in SHORTER:
        text = re.sub(pattern, word, text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("<", "&lt;")
