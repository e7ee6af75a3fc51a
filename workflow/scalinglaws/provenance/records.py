"""Snakemake's provenance records: one JSON file an output, under the base64 of its path."""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = ".snakemake/metadata"
# What a record's JSON raises that is damaged, of another form, or nested beyond reason.
UNREADABLE = (OSError, ValueError, TypeError, KeyError, AttributeError, ArithmeticError)
UNREADABLE += (RecursionError,)


@dataclass(frozen=True)
class Record:
    """What Snakemake 9.27 wrote when a job ended (record format 6), for one of its outputs."""

    path: str  # the output, relative to the project
    rule: str
    inputs: dict[str, str | None]  # input: SHA-256 when the job ran; None: not taken
    params: tuple[str, ...]  # Python's repr of every parameter, sorted; names are not kept
    log: tuple[str, ...]
    code: str  # the rule's script or shell command, wildcards not filled in
    command: str | None  # the shell command that ran
    started: float  # seconds since 1970
    ended: float
    incomplete: bool


def record_name(path: str) -> str:
    """The record's file of an output, from the project (paths of up to about 190 characters)."""
    return f"{FOLDER}/{urlsafe_b64encode(path.encode()).decode()}"


def record_file(root: Path, path: str) -> Path:
    """Where Snakemake keeps the record of an output."""
    return root / record_name(path)


def record_prefix(path: str) -> str:
    """The longest start of a record's name that every path beginning with `path` shares.

    Base64 turns 3 bytes into 4 characters, so the last one or two bytes may be left open.
    """
    whole = len(path.encode()) // 3 * 3
    return urlsafe_b64encode(path.encode()[:whole]).decode()


def recorded_path(name: str) -> str | None:
    """The output that a record's file name stands for; None if it is no such name."""
    try:
        path = urlsafe_b64decode(name.encode()).decode()
    except (binascii.Error, UnicodeError, ValueError):
        return None
    return path if urlsafe_b64encode(path.encode()).decode() == name else None


def read_records(root: Path) -> tuple[dict[str, Record], dict[str, str]]:
    """All records of the working folder, and those that cannot be used.

    Returns:
        {output: record}, and {file below `.snakemake/metadata`: what is wrong with it}.
    """
    records, broken = {}, {}
    for file in sorted((root / FOLDER).rglob("*")):
        if file.is_dir():
            continue
        inside = file.relative_to(root / FOLDER)
        # Snakemake splits a name that is too long for the file system into folders @part/...
        path = recorded_path("".join(part.removeprefix("@") for part in inside.parts))
        if path is None:
            broken[inside.as_posix()] = "its name is no record's"
            continue
        try:
            records[path] = parse_record(path, json.loads(file.read_bytes()))
        except UNREADABLE:
            broken[inside.as_posix()] = f"the record of {path} cannot be read"
    return records, broken


def parse_record(path: str, content: dict[str, Any]) -> Record:
    """The record of a file, from its JSON.

    Raises:
        one of UNREADABLE: it is none.
    """
    sums = content["input_checksums"] or {}
    texts = [content["rule"], *content["input"], *content["params"], *content["log"]]
    texts += [sum_ for sum_ in sums.values() if sum_ is not None]
    texts += [content[name] for name in ("code", "shellcmd") if content[name] is not None]
    lists = (content["input"], content["params"], content["log"])
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a text is something else")
    if not all(isinstance(items, list) for items in lists):
        raise TypeError("a list is something else")
    for name in ("starttime", "endtime"):
        datetime.fromtimestamp(float(content[name]), UTC)
    return Record(
        path=path,
        rule=content["rule"],
        inputs={
            name: sum_.removeprefix("sha256:") if (sum_ := sums.get(name)) else None
            for name in sorted(content["input"])
        },
        params=tuple(content["params"]),
        log=tuple(content["log"]),
        code=content["code"] or "",
        command=content["shellcmd"],
        started=float(content["starttime"]),
        ended=float(content["endtime"]),
        incomplete=bool(content["incomplete"]),
    )
