"""Snakemake's records, dvc.lock, DVC's manifests, sidecars and crates: sound ones, then harmed."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path

import yaml
from choices import Choices
from hostile import Case, Reader
from hostile_configuration import harm

from scalinglaws.errors import UserError
from scalinglaws.provenance.crate_reader import read_crate
from scalinglaws.provenance.dvclock import parse_lock
from scalinglaws.provenance.graph import load_graph
from scalinglaws.provenance.hashing import folder_md5
from scalinglaws.provenance.records import FOLDER, record_name

PATHS = (
    "results/a.json",
    "results/b.json",
    "data/raw.txt",
    "../outside",
    "/etc/passwd",
    "é",
    "a\nb",
)
RECORD = {
    "rule": "fit",
    "input": ["data/raw.txt"],
    "input_checksums": {"data/raw.txt": "sha256:" + "0" * 64},
    "params": ["'0123456789abcdef'", "3", "['a']"],
    "log": ["logs/a.log", "logs/a.json"],
    "code": "../scripts/fit_{wildcards.x}.py",
    "shellcmd": None,
    "starttime": 1.7e9,
    "endtime": 1.7e9 + 1,
    "incomplete": False,
}
MANIFEST = [{"relpath": "x.json", "md5": "0" * 32}]
STAGE = {
    "cmd": "snakemake",
    "deps": [{"path": "data/raw.txt", "hash": "md5", "md5": "1" * 32, "size": 3}],
    "params": {"config/config.yaml": {"a": 5e-9}},
    "outs": [
        {"path": "results/a.json", "hash": "md5", "md5": "2" * 32, "size": 3},
        {"path": "results/f", "md5": folder_md5({"x.json": "0" * 32}), "size": 9, "nfiles": 1},
    ],
}
LOCK = {"schema": "2.0", "stages": {"reproduce": STAGE}}
FILE = {"@id": "a.json", "@type": "File", "sha256": "0" * 64}
CRATE = {
    "@context": "https://w3id.org/ro/crate/1.1/context",
    "@graph": [
        {"@id": "ro-crate-metadata.json", "@type": "CreativeWork", "about": {"@id": "./"}}
        | {"conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"}},
        {
            "@id": "./",
            "@type": "Dataset",
            "mainEntity": {"@id": "Snakefile"},
            "hasPart": [{"@id": "a.json"}],
        },
        {"@id": "Snakefile", "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"]},
        FILE,
        FILE | {"@id": "raw.txt"},
        {"@id": "#step", "@type": "HowToStep", "name": "fit"},
        {"@id": "#control", "@type": "ControlAction", "instrument": {"@id": "#step"}}
        | {"object": {"@id": "#job/a.json"}},
        {
            "@id": "#job/a.json",
            "@type": "CreateAction",
            "instrument": {"@id": "Snakefile"},
            "object": [{"@id": "raw.txt"}, {"@id": "#p"}],
            "result": {"@id": "a.json"},
            "startTime": "2026-01-01T00:00:00+00:00",
            "endTime": "2026-01-01T00:00:01+00:00",
            "resourceUsage": [{"@id": "#cores"}],
        },
        {"@id": "#p", "@type": "PropertyValue", "name": "parameter", "value": "3"},
        {"@id": "#cores", "@type": "PropertyValue", "name": "cores", "value": 4},
    ],
}


def _json(choices: Choices, sound: object) -> bytes:
    document = copy.deepcopy(sound)
    if choices.once_in(2):
        harm(choices, document)
    try:
        content = json.dumps(document).encode()
    except (ValueError, TypeError, RecursionError):  # a document that harm put into itself
        content = b"[" * 3000
    return choices.damaged(content)


def _working_folder(choices: Choices, folder: Path) -> Case:
    """A few records, a sidecar, and now and then a lock with its cache."""
    for made in (".snakemake", "logs", ".dvc"):
        shutil.rmtree(folder / made, ignore_errors=True)
    (folder / "dvc.lock").unlink(missing_ok=True)
    (folder / FOLDER).mkdir(parents=True)
    for _ in range(1 + choices.below(2)):
        path = choices.pick(PATHS[:3]) if choices.once_in(2) else choices.pick(PATHS)
        name = folder / record_name(path)
        if choices.once_in(12):
            name = name.with_name(choices.pick(["not base64", "====", "YQ", "_w==", "@x"]))
        name.write_bytes(_json(choices, RECORD))
    (folder / "logs").mkdir()
    (folder / "logs/a.json").write_bytes(_json(choices, {"run_id": "a", "cores": 2}))
    if choices.once_in(2):
        (folder / "dvc.lock").write_bytes(_lock(choices))
        digest = STAGE["outs"][1]["md5"].removesuffix(".dir")
        cache = folder / ".dvc/cache/files/md5" / digest[:2]
        cache.mkdir(parents=True)
        (cache / f"{digest[2:]}.dir").write_bytes(_json(choices, MANIFEST))

    def read() -> None:
        graph = load_graph(folder)
        graph.upstream(graph.files)
        graph.downstream(graph.files)

    return Case(read, True)


def _lock(choices: Choices) -> bytes:
    lock = copy.deepcopy(LOCK)
    harm(choices, lock)
    try:
        text = yaml.dump(lock, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper))
    except (yaml.YAMLError, RecursionError, ValueError):
        text = "stages: {}"
    return choices.damaged(text.encode("utf-8", "replace"))


def build(choices: Choices, folder: Path) -> Case:
    """A working folder, of four a lock alone, and of sixteen a crate."""
    kind = choices.below(16)
    if kind == 15:
        crate = folder / "crate"
        crate.mkdir(exist_ok=True)
        content = _json(choices, CRATE)
        (crate / "ro-crate-metadata.json").write_bytes(content)
        return Case(lambda: read_crate(crate))
    if kind >= 8:
        content = _lock(choices)
        return Case(lambda: parse_lock(content))
    return _working_folder(choices, folder)


READER = Reader(build, (UserError,), ("cannot be read", "not JSON"))
