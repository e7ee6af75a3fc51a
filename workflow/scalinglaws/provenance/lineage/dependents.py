"""What depends on a file: results that were made from it, through any number of jobs."""

from __future__ import annotations

from pathlib import Path

from scalinglaws.counting import counted
from scalinglaws.provenance.fingerprint import closure
from scalinglaws.provenance.graph import Graph, Job
from scalinglaws.provenance.lineage.grouped import group_of, summarised


def dependents(root: Path, graph: Graph, target: str) -> Graph:
    """The part of the graph that depends on a file of the data, or on a file of the code."""
    if target in graph.files:
        return graph.downstream([target])
    names = {name for job in graph.jobs.values() for name in job.code_files}
    using = {name for name in names if target in _code(root, name)}
    users = {i for i, job in graph.jobs.items() if using.intersection(job.code_files)}
    after = graph.downstream(path for i in users for path in graph.jobs[i].outputs).jobs
    jobs = {i: j for i, j in graph.jobs.items() if i in users or i in after}
    files = {path for job in jobs.values() for path in (*job.inputs, *job.outputs)}
    return Graph({path: graph.files[path] for path in sorted(files)}, jobs)


def listing(graph: Graph, everything: bool) -> list[str]:
    """A line a step, in the order of the flow: how many jobs, and which files."""
    groups: dict[tuple[str, ...], list[Job]] = {}
    for job in graph.jobs.values():
        rule, _, study, id_ = group_of(job, everything)  # each figure has a code of its own
        groups.setdefault((rule, study, id_), []).append(job)
    rows = sorted((min(job.started for job in jobs), *key) for key, jobs in groups.items())
    width = max((len(rule) for _, rule, *_ in rows), default=0)
    lines = []
    for _, *key in rows:
        jobs = groups[tuple(key)]
        files = summarised(path for job in jobs for path in job.outputs)
        lines.append(f"  {key[0]:{width}}  {counted(len(jobs), 'job'):>8}  {files}")
    return lines


def _code(root: Path, script: str) -> set[str]:
    """A script, or a module, and what it imports of ours, from the project's folder."""
    if not (root / script).exists():
        return {script}
    here = root.resolve()
    modules = (module.resolve() for module in closure(root / script).values())
    return {script} | {m.relative_to(here).as_posix() for m in modules if m.is_relative_to(here)}
