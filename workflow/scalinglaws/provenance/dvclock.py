"""dvc.lock as plain data: the hash of every input and output that was recorded last."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from scalinglaws.errors import UserError
from scalinglaws.provenance.hashing import folder_md5

LOCK = "dvc.lock"
UNREADABLE = (yaml.YAMLError, LookupError, TypeError, AttributeError, ValueError)
UNREADABLE += (ArithmeticError, RecursionError)
DIGEST = re.compile(r"[0-9a-f]{32}")


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # a lock has thousands of lines
    """YAML as DVC writes it: 5e-09, without a point, is a number (YAML 1.2)."""


Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"[-+]?\d+(\.\d*)?[eE][-+]?\d+$"), list("-+0123456789")
)


@dataclass(frozen=True)
class Entry:
    """One dependency or output: a file, or a folder by the hash of its manifest."""

    path: str
    md5: str  # of a folder: with the ending .dir
    size: int
    nfiles: int | None  # None: a file

    @property
    def is_folder(self) -> bool:
        return self.md5.endswith(".dir")


@dataclass(frozen=True)
class Lock:
    """What dvc.lock says, of all its stages together."""

    deps: dict[str, Entry] = field(default_factory=dict)
    outs: dict[str, Entry] = field(default_factory=dict)
    params: dict[str, dict[str, Any]] = field(default_factory=dict)  # file: its keys

    @property
    def entries(self) -> dict[str, Entry]:
        return self.deps | self.outs


def parse_lock(text: str | bytes) -> Lock:
    """The lock of a text.

    Raises:
        UserError: it is no lock; says the mend.
    """
    deps: dict[str, Entry] = {}
    outs: dict[str, Entry] = {}
    params: dict[str, dict[str, Any]] = {}
    try:
        for stage in yaml.load(text, Loader)["stages"].values():
            deps |= {e["path"]: _entry(e) for e in stage.get("deps", [])}
            outs |= {e["path"]: _entry(e) for e in stage.get("outs", [])}
            params |= dict(stage.get("params", {}))
    except UNREADABLE as error:
        raise UserError(
            f"{LOCK}: cannot be read; `git checkout HEAD -- {LOCK}` restores it"
        ) from error
    return Lock(deps, outs, params)


def read_lock(root: Path) -> Lock | None:
    """The lock of a working folder; None where nothing was recorded.

    Raises:
        UserError: the file is no lock.
    """
    path = root / LOCK
    return parse_lock(path.read_bytes()) if path.exists() else None


def cached_manifest(root: Path, entry: Entry) -> dict[str, str] | None:
    """{file below the folder: MD5} from DVC's cache; None where it has no sound manifest.

    Folders that are kept in git (cache: false) and dependencies have none.
    """
    digest = entry.md5.removesuffix(".dir")
    if not DIGEST.fullmatch(digest):  # it becomes a path, which must stay in the cache
        return None
    path = root / ".dvc/cache/files/md5" / digest[:2] / f"{digest[2:]}.dir"
    try:
        manifest = {item["relpath"]: item["md5"] for item in json.loads(path.read_bytes())}
        return manifest if folder_md5(manifest) == entry.md5 else None
    except (OSError, *UNREADABLE):
        return None


def _entry(entry: dict[str, Any]) -> Entry:
    if not isinstance(entry["path"], str):
        raise TypeError("a path that is no text")
    return Entry(entry["path"], str(entry["md5"]), int(entry["size"]), entry.get("nfiles"))
