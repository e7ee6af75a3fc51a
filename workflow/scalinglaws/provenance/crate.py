"""A finished study as a Provenance Run RO-Crate: a folder to hand on, with its lineage in it.

The vocabulary is that of Workflow Run RO-Crate 0.5 (RO-Crate 1.1, schema.org): each job is a
CreateAction whose instrument is its script, `object` what it read and its parameters, `result`
what it wrote; a ControlAction says which step of the workflow it was, and one OrganizeAction is
Snakemake itself. Files carry their SHA-256. `crate_reader` turns it back into the lineage graph.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path
from typing import Any

from rocrate.model.contextentity import ContextEntity
from rocrate.model.entity import Entity
from rocrate.rocrate import ROCrate

from scalinglaws.corpora.catalogue import load_catalogue
from scalinglaws.errors import UserError
from scalinglaws.provenance.crate_files import finished_graph, project_files, rules_in_order
from scalinglaws.provenance.crate_reader import CODE, PARAMETER, read_crate
from scalinglaws.provenance.differences import pins
from scalinglaws.provenance.graph import Graph, Job
from scalinglaws.study import Study

TERMS = "https://w3id.org/ro/terms/workflow-run#"
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/provenance/0.5": ("Provenance Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
FOLDERS = {
    "workflow/": "the rules, the scripts that they run, and the package that these import",
    "profiles/": "how Snakemake runs them",
}
FORMATS = {
    ".bin": "application/octet-stream",
    ".csv": "text/csv",
    ".html": "text/html",
    ".json": "application/json",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".py": "text/x-python",
    ".safetensors": "application/octet-stream",
    ".tex": "application/x-tex",
    ".yaml": "application/yaml",
}


def write_crate(root: Path, study: Study, target: Path) -> list[str]:
    """Write the crate of a finished study, read it back, and give lines that say what is in it.

    Raises:
        UserError: the study is not finished or has changed, or the folder is not empty.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UserError(f"{target}: exists and is no empty folder; name another one")
    graph = finished_graph(root, study)
    project = project_files(root, study)
    build_crate(root, study, graph, project).write(target)
    for path in project:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / path, target / path)
    if read_crate(target) != graph:
        raise UserError(f"{target}: does not read back as the lineage that was written")
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    return [
        f"study {study.study}: {len(graph.jobs)} jobs, {len(graph.files)} files of its lineage",
        f"wrote {target}: {size / 1e6:.0f} MB, a Provenance Run RO-Crate 0.5; it reads back as the "
        "lineage that was recorded",
    ]


def build_crate(root: Path, study: Study, graph: Graph, project: list[str]) -> ROCrate:
    """The crate of a study's lineage, every file of it with its SHA-256, and of the project."""
    crate = ROCrate(version="1.1")
    crate.metadata.extra_terms |= {name: TERMS + name for name in ("sha256", "resourceUsage")}
    workflow = crate.add_workflow(
        root / "Snakefile",
        "Snakefile",
        main=True,
        lang="snakemake",
        properties={
            "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"],
            "name": "Scaling laws, from text to fitted constants",
        },
    )
    files = {"Snakefile": workflow} | _add_files(crate, root, study, graph, project)
    steps = _add_steps(crate, workflow, files, graph)
    controls = []
    for job in graph.jobs.values():
        action = _add_job(crate, workflow, files, job)
        name = f"run {job.rule}"
        control = {"name": name, "instrument": steps[job.rule], "object": action}
        controls.append(_add(crate, f"#control/{job.id}", "ControlAction", **control))
    _add_run(crate, workflow, files, graph, controls, _engine_version(root))
    _describe(crate, study, graph)
    return crate


def _add(crate: ROCrate, id_: str, type_: str, **properties: Any) -> Entity:
    return crate.add(ContextEntity(crate, id_, properties={"@type": type_} | properties))


def _add_files(
    crate: ROCrate, root: Path, study: Study, graph: Graph, project: list[str]
) -> dict[str, Entity]:
    """The files of the lineage, the scripts, and the project's own; folders of code as such."""
    licences = {
        name: _add(crate, f"#licence/{name}", "CreativeWork", name=corpus.licence)
        for name, corpus in load_catalogue(root / "config/corpora.yaml").items()
        if study.source == "trained" and name in study.corpora.all
    }
    for name, description in FOLDERS.items():
        crate.add_dataset(dest_path=name, properties={"name": name, "description": description})
    scripts = {job.script for job in graph.jobs.values() if job.script}
    single = {path for path in project if not path.startswith((*FOLDERS,))}
    files = {}
    for path in sorted({*single, *scripts, *graph.files} - {"Snakefile"}):
        source = root / path
        unknown = "application/octet-stream" if path.startswith("data/raw/") else "text/plain"
        properties = {
            "name": path,
            "contentSize": str(source.stat().st_size),
            "encodingFormat": FORMATS.get(source.suffix, unknown),
        }
        if path in graph.files:
            properties["sha256"] = graph.files[path].sha256
        if path in scripts:
            properties["@type"] = ["File", "SoftwareSourceCode"]
        if re.match("data/(raw|text)/", path) and path.split("/")[2] in licences:
            properties["license"] = licences[path.split("/")[2]]  # of the text, not of the project
        files[path] = crate.add_file(source, path, properties=properties)
    return files


def _add_steps(
    crate: ROCrate, workflow: Entity, files: dict[str, Entity], graph: Graph
) -> dict[str, Entity]:
    """A HowToStep a rule, in the order of the flow, with the scripts that carry it out."""
    tools: dict[str, set[str]] = {rule: set() for rule in rules_in_order(graph)}
    for job in graph.jobs.values():
        tools[job.rule].add(job.script or "Snakefile")
    steps = {}
    for position, (rule, scripts) in enumerate(tools.items(), start=1):
        work = [files[script] for script in sorted(scripts)]
        facts = {"name": rule, "position": str(position), "workExample": work}
        steps[rule] = _add(crate, f"#step/{rule}", "HowToStep", **facts)
    everything = sorted(set().union(*tools.values()) - {"Snakefile"})
    workflow["hasPart"] = [files[script] for script in everything]
    workflow["step"] = list(steps.values())
    return steps


def _add_job(crate: ROCrate, workflow: Entity, files: dict[str, Entity], job: Job) -> Entity:
    values = [_add_value(crate, PARAMETER, value) for value in job.params]
    if job.code:
        values.append(_add_value(crate, CODE, job.code))
    usage = [_add_value(crate, name, value) for name, value in job.machine.items()]
    properties = {
        "name": f"{job.rule} -> {job.id}",
        "instrument": files[job.script] if job.script else workflow,
        "object": [*(files[path] for path in job.inputs), *values],
        "result": [files[path] for path in job.outputs],
        "startTime": job.started.isoformat(),
        "endTime": job.ended.isoformat(),
        "actionStatus": {"@id": "http://schema.org/CompletedActionStatus"},
    }
    if job.command:
        properties["description"] = job.command
    if usage:
        properties["resourceUsage"] = usage
    return _add(crate, f"#job/{job.id}", "CreateAction", **properties)


def _add_value(crate: ROCrate, name: str, value: Any) -> Entity:
    """A named value; jobs with the same one share it."""
    digest = hashlib.sha256(f"{name}={value!r}".encode()).hexdigest()[:16]
    id_ = f"#value/{digest}"
    known = crate.dereference(id_)
    facts = {"name": name, "propertyID": name, "value": value}
    return known or _add(crate, id_, "PropertyValue", **facts)


def _add_run(
    crate: ROCrate,
    workflow: Entity,
    files: dict[str, Entity],
    graph: Graph,
    controls: list[Entity],
    version: str,
) -> None:
    """The run as a whole, and Snakemake that organised it."""
    times = {
        "startTime": min(job.started for job in graph.jobs.values()).isoformat(),
        "endTime": max(job.ended for job in graph.jobs.values()).isoformat(),
    }
    sources = [files[path] for path, file in graph.files.items() if not file.made_by]
    results = [files[path] for path, file in graph.files.items() if file.made_by]
    run = _add(
        crate,
        "#run",
        "CreateAction",
        name="the study, from its sources to its figures",
        instrument=workflow,
        object=sources,
        result=results,
        **times,
    )
    home = "https://snakemake.github.io"
    facts = {"name": "Snakemake", "version": version, "softwareVersion": version, "url": home}
    engine = _add(crate, "#engine", "SoftwareApplication", **facts)
    organised = {"instrument": engine, "object": controls, "result": run, **times}
    _add(crate, "#organise", "OrganizeAction", name="Snakemake runs the study", **organised)
    crate.root_dataset["mentions"] = [run]


def _describe(crate: ROCrate, study: Study, graph: Graph) -> None:
    crate.name = f"Scaling laws: study {study.study}"
    crate.description = (
        f"Study {study.study} of neural scaling laws: the text, the trained models, the metrics, "
        "the fitted laws, figures and tables, the code that made them, and which came from which."
    )
    crate.root_dataset["license"] = crate.get("LICENSE")
    last = max(job.ended for job in graph.jobs.values())
    crate.root_dataset["datePublished"] = last.date().isoformat()
    crate.root_dataset["conformsTo"] = [
        _add(crate, id_, "CreativeWork", name=name, version=version)
        for id_, (name, version) in PROFILES.items()
    ]


def _engine_version(root: Path) -> str:
    """Snakemake's version as pinned: its records do not name it."""
    return pins((root / "requirements.lock").read_bytes())["snakemake"]
