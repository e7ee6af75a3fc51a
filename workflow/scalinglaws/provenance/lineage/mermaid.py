"""Lineage as a Mermaid flowchart: sources, steps and the file, with the number of files between."""

from __future__ import annotations

from scalinglaws.provenance.graph import Graph
from scalinglaws.provenance.lineage.grouped import group_of, summarised


def mermaid(graph: Graph, targets: set[str], everything: bool) -> list[str]:
    """Lines of a flowchart, from raw data on the left to the files that were asked for."""
    group = {job.id: group_of(job, everything) for job in graph.jobs.values()}
    sizes: dict[tuple[str, ...], int] = {}
    arrows: dict[tuple[object, object], set[str]] = {}
    for job in graph.jobs.values():
        sizes[group[job.id]] = sizes.get(group[job.id], 0) + 1
        for path in job.inputs:
            maker = graph.files[path].made_by
            one: object = group.get(maker, path)
            arrows.setdefault((one, group[job.id]), set()).add(path)
        for path in targets & set(job.outputs):
            arrows.setdefault((group[job.id], path), set()).add(path)
    names: dict[object, str] = {}
    for ends in arrows:
        for end in ends:
            names.setdefault(end, f"n{len(names)}")
    nodes = []
    for end, name in names.items():
        if isinstance(end, tuple):
            rule, code = end[:2]
            many = f" x {sizes[end]}" if sizes[end] > 1 else ""
            nodes.append(f'    {name}["{rule}{many}<br/>code {code or "unknown"}"]')
        else:
            shape = ("([", "])") if end in targets else ("[/", "/]")
            nodes.append(f'    {name}{shape[0]}"{end}"{shape[1]}')
    lines = []
    for (one, other), files in arrows.items():
        label = f' -- "{summarised(files)}"' if len(files) > 1 else ""
        lines.append(f"    {names[one]}{label} --> {names[other]}")
    return ["flowchart LR", *nodes, *lines]
