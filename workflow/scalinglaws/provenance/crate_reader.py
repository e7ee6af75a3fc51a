"""The lineage graph read back from a crate, by its metadata alone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from urllib.parse import unquote

from rocrate.model.entity import Entity
from rocrate.rocrate import ROCrate

from scalinglaws.errors import UserError
from scalinglaws.provenance.graph import File, Graph, Job
from scalinglaws.wording import one_line

PARAMETER = "parameter"  # names of the values that a job was given
CODE = "code fingerprint"
# What the library, and a crate of another form, raise.
UNREADABLE = (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError)


def read_crate(folder: Path) -> Graph:
    """The jobs and files of a crate's run. SHA-256 are the crate's; logs and MD5 it has none.

    Raises:
        UserError: no crate, or not one of a run.
    """
    try:
        return _read(folder)
    except UNREADABLE as error:
        reason = one_line(error) or type(error).__name__
        raise UserError(f"{folder}: not the crate of a run ({reason})") from error


def _read(folder: Path) -> Graph:
    crate = ROCrate(folder)
    controls = crate.get_by_type("ControlAction")
    read = [_job(crate, control["instrument"], control["object"]) for control in controls]
    jobs = {job.id: job for job in sorted(read, key=lambda job: job.id)}
    maker = {path: job.id for job in jobs.values() for path in job.outputs}
    readers: dict[str, list[str]] = {}
    for job in jobs.values():
        for path in job.inputs:
            readers.setdefault(path, []).append(job.id)
    files = {
        path: File(
            path=path,
            sha256=crate.get(path)["sha256"],
            md5=None,
            made_by=maker.get(path),
            read_by=tuple(readers.get(path, ())),
        )
        for path in sorted(maker.keys() | readers.keys())
    }
    return Graph(files, jobs)


def _job(crate: ROCrate, step: Entity, action: Entity) -> Job:
    values = [entity for entity in _several(action, "object") if entity.type == "PropertyValue"]
    code = [value["value"] for value in values if value["name"] == CODE]
    tool = action["instrument"]
    outputs = tuple(_path(entity) for entity in _several(action, "result"))
    return Job(
        id=action.id.removeprefix("#job/"),
        rule=step["name"],
        inputs={
            _path(entity): entity["sha256"]
            for entity in _several(action, "object")
            if entity.type != "PropertyValue"
        },
        outputs=outputs,
        params=tuple(value["value"] for value in values if value["name"] == PARAMETER),
        code=code[0] if code else None,
        script=None if tool.id == crate.mainEntity.id else _path(tool),
        command=action.get("description"),
        log=(),
        started=datetime.fromisoformat(action["startTime"]),
        ended=datetime.fromisoformat(action["endTime"]),
        machine={value["name"]: value["value"] for value in _several(action, "resourceUsage")},
    )


def _several(entity: Entity, name: str) -> list[Entity]:
    """The values of a property: one alone is written without its list."""
    found = entity.get(name, [])
    return found if isinstance(found, list) else [found]


def _path(entity: Entity) -> str:
    return unquote(entity.id)
