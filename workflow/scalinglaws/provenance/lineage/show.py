"""One entrance to every form of a lineage."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from scalinglaws.counting import counted, some
from scalinglaws.errors import UserError
from scalinglaws.provenance.graph import Graph, load_graph
from scalinglaws.provenance.lineage.dependents import dependents, listing
from scalinglaws.provenance.lineage.head import head
from scalinglaws.provenance.lineage.mermaid import mermaid
from scalinglaws.provenance.lineage.since import since
from scalinglaws.provenance.lineage.target import find_target
from scalinglaws.provenance.lineage.tree import tree

HINT = ["", "Jobs of one rule and code are one line: --all shows each, --json every hash in full."]


def show(
    root: Path, name: str, form: str, why: str | None, reverse: bool, everything: bool
) -> list[str]:
    """The lines that answer one call of `scalinglaws lineage`.

    Raises:
        UserError: the file or the commit is not known.
    """
    if why and reverse:
        raise UserError("--why tells what a file comes from: leave --reverse out")
    graph = load_graph(root)
    target = find_target(root, graph, name, code_too=reverse)
    part = dependents(root, graph, target) if reverse else graph.upstream([target])
    if why:
        return since(root, part, target, why, everything)
    if form == "json":
        return [as_json(target, part, head(root, graph, target) if not reverse else {})]
    if form == "mermaid":
        return mermaid(part, _ends(part) if reverse else {target}, everything)
    if reverse:
        return [f"{target}: {_count(part)}", *listing(part, everything)]
    about = head(root, graph, target) | ({"made from": _raw(part)} if part.jobs else {})
    lines = tree(root, part, target, everything)
    hint = HINT if any(" jobs: " in line for line in lines) else []
    return [target, *(f"  {what:13} {words}" for what, words in about.items()), "", *lines, *hint]


def as_json(target: str, graph: Graph, about: dict[str, str]) -> str:
    """The graph with all its hashes."""
    content = {"file": target, **about, **dataclasses.asdict(graph)}
    return json.dumps(content, indent=1, default=_plain)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _count(graph: Graph) -> str:
    files = sum(len(job.outputs) for job in graph.jobs.values())
    if not files:
        return "no recorded file depends on it"
    depend = "depends" if files == 1 else "depend"
    return f"{counted(files, 'file')} of {counted(len(graph.jobs), 'job')} {depend} on it"


def _raw(graph: Graph) -> str:
    """Where it begins: the raw text, or sources that no job made."""
    raw = [path for path in graph.files if path.startswith("data/raw/")]
    other = [path for path, file in graph.files.items() if not file.made_by and path not in raw]
    from_code = sum(path.startswith("workflow/") for path in other)
    parts = [
        *([f"{counted(len(raw), 'raw text')} ({some(raw)})"] if raw else []),
        *([f"{counted(len(other) - from_code, 'file')} of data"] if len(other) > from_code else []),
    ]
    return f"{' and '.join(parts) or 'no recorded data'}, by {counted(len(graph.jobs), 'job')}"


def _ends(graph: Graph) -> set[str]:
    """Files that nobody read."""
    read = {path for job in graph.jobs.values() for path in job.inputs}
    return {path for job in graph.jobs.values() for path in job.outputs if path not in read}
