"""What goes into a crate: the files of a finished study, and the project that made them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath

from scalinglaws.errors import UserError
from scalinglaws.products import products
from scalinglaws.provenance.fingerprint import fingerprint
from scalinglaws.provenance.graph import Graph, load_graph
from scalinglaws.provenance.hashing import hash_files
from scalinglaws.provenance.ledger import DEPS
from scalinglaws.study import DEFAULT_CONFIG, Study

PROJECT = (*DEPS, str(DEFAULT_CONFIG), "dvc.yaml", "dvc.lock", "LICENSE")


def finished_graph(root: Path, study: Study) -> Graph:
    """The lineage of a study's files as they are now: every file with its SHA-256.

    A crate is read elsewhere, so what only this checkout has is left out: logs, DVC's MD5, and
    files outside the project, such as a user's own text, of which `data/raw` lists the hashes.

    Raises:
        UserError: a file of the study is missing or has no record, or is not what was recorded, or
            the code has changed since.
    """
    graph = load_graph(root)
    wanted = products(study)
    made = {path for path, file in graph.files.items() if file.made_by}
    missing = [path for path in wanted if path not in made or not (root / path).is_file()]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise UserError(
            f"study {study.study} is not finished here: no file or no record of {missing[0]}{more}"
            "; `dvc pull` gets them, `snakemake` makes them"
        )
    part = _inside(graph.upstream(wanted))
    _check_code(root, part)
    return _with_hashes(root, part)


def project_files(root: Path, study: Study) -> list[str]:
    """Code, configuration and locks that the study was made with, sorted."""
    names = [*PROJECT, str(DEFAULT_CONFIG.with_name(f"{study.study}.yaml"))]
    found = set()
    for path in (root / name for name in names):
        for file in path.rglob("*") if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                found.add(file.relative_to(root).as_posix())
    return sorted(found)


def rules_in_order(graph: Graph) -> list[str]:
    """Rules by the longest way from the raw data, then by name: equal graphs, equal order."""
    depth: dict[str, int] = {}

    def of_job(id_: str) -> int:
        if id_ not in depth:
            makers = {graph.files[path].made_by for path in graph.jobs[id_].inputs} - {None}
            depth[id_] = 1 + max((of_job(maker) for maker in makers), default=0)
        return depth[id_]

    rules: dict[str, int] = {}
    for id_, job in graph.jobs.items():
        rules[job.rule] = max(rules.get(job.rule, 0), of_job(id_))
    return sorted(rules, key=lambda rule: (rules[rule], rule))


def _is_inside(path: str) -> bool:
    pure = PurePosixPath(path)
    return not pure.is_absolute() and ".." not in pure.parts


def _inside(graph: Graph) -> Graph:
    """The graph without files outside the project and readers outside the study."""
    jobs = {
        id_: replace(job, log=(), inputs={p: s for p, s in job.inputs.items() if _is_inside(p)})
        for id_, job in graph.jobs.items()
    }
    files = {
        path: replace(file, md5=None, read_by=tuple(id_ for id_ in file.read_by if id_ in jobs))
        for path, file in graph.files.items()
        if _is_inside(path)
    }
    return Graph(files, jobs)


def _check_code(root: Path, graph: Graph) -> None:
    """Raises UserError unless every job ran the code that the crate would show as its own."""
    now: dict[str, str | None] = {}
    for job in graph.jobs.values():
        for name, code in job.codes.items():
            if name not in now:  # many jobs share a script
                now[name] = fingerprint(root / name) if (root / name).exists() else None
            if now[name] != code:
                raise UserError(f"{name} has changed since it made {job.id}; run `snakemake` first")


def _with_hashes(root: Path, graph: Graph) -> Graph:
    """The graph with the SHA-256 of the files that are there, also of those that nobody read."""
    now = {path: hashes.sha256 for path, hashes in hash_files(root, graph.files).items()}
    for path, file in graph.files.items():
        if path not in now:
            raise UserError(f"{path}: missing; `dvc pull` gets it, `snakemake` makes it")
        for reader in file.read_by:
            if graph.jobs[reader].inputs[path] not in (None, now[path]):
                raise UserError(
                    f"{path} has changed since {reader} was made from it; "
                    "`scalinglaws audit` says what else has, `snakemake` makes it anew"
                )
    files = {path: replace(file, sha256=now[path]) for path, file in graph.files.items()}
    jobs = {
        id_: replace(job, inputs={path: now[path] for path in job.inputs})
        for id_, job in graph.jobs.items()
    }
    return Graph(files, jobs)
