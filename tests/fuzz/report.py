"""What fuzzing found, as JSON for programs and as a page for readers."""

from __future__ import annotations

import json
from pathlib import Path

HEAD = """\
# What fuzzing the readers found

Coverage-guided fuzzing of every reader (tests/fuzz/fuzz.py): each input is a document that is
built and harmed by decisions that the fuzzer mutates. Past the parser: its syntax is sound, so
that the reader's own code meets it. Refused: by a declared error in plain words. Faults: any other
error, more than 2 s of processor time, a file touched outside the folder, a process, a connection.

| reader | inputs | past the parser | accepted | refused | faults | slowest (s) | lines reached |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
"""


def write_report(folder: Path, name: str, found: dict) -> str:
    """Put one reader's result into fuzz.json, write fuzz.md anew; gives the text to print."""
    data = folder / "fuzz.json"
    known = json.loads(data.read_text()) if data.exists() else {}
    known[name] = found
    known = dict(sorted(known.items()))
    data.write_text(json.dumps(known, indent=1) + "\n")
    page = HEAD + "".join(_row(one, known[one]) for one in known) + "\n" + _modules(known)
    (folder / "fuzz.md").write_text(page)
    return _printed(name, found)


def _row(name: str, found: dict) -> str:
    numbers = (found[key] for key in ("executions", "past_parser", "accepted", "refused"))
    counts = " | ".join(f"{number:,}" for number in numbers)
    faults = sum(fault["count"] for fault in found["faults"].values())
    reached, all_ = _lines(found)
    return (
        f"| {name} | {counts} | {faults:,} | {found['slowest_seconds']:.2f} | "
        f"{reached} of {all_} ({reached / all_:.0%}) |\n"
    )


def _lines(found: dict) -> tuple[int, int]:
    rows = found["lines"].values()
    return sum(row[0] for row in rows), sum(row[1] for row in rows)


def _modules(known: dict) -> str:
    lines = ["| reader | module | lines reached |", "| --- | --- | ---: |"]
    lines += [
        f"| {name} | `{module}` | {reached} of {all_} |"
        for name, found in known.items()
        for module, (reached, all_, _) in found["lines"].items()
    ]
    return "\n".join(lines) + "\n"


def _printed(name: str, found: dict) -> str:
    reached, all_ = _lines(found)
    lines = [
        f"{name}: {found['executions']:,} inputs in {found['seconds']:.0f} s, "
        f"{found['past_parser']:,} past the parser: {found['accepted']:,} accepted, "
        f"{found['refused']:,} refused; slowest {found['slowest_seconds']:.2f} s",
        f"{reached} of {all_} lines ({reached / all_:.0%}), by {found['kept']} kept inputs",
    ]
    lines += [
        f"  {row[0]:4d} of {row[1]:4d}  {module}" + (f"  not {row[2]}" if row[2] else "")
        for module, row in found["lines"].items()
    ]
    for end, fault in found["faults"].items():
        lines += [f"FAULT {end} ({fault['count']} times): {fault['detail']}", f"  {fault['input']}"]
    return "\n".join(lines)
