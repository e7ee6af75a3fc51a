"""Run tables of a study that was trained elsewhere: written there, committed, read here.

A folder of them is a source of runs of its own: the gathered tables as Parquet, and about.json with
the hardware, the commit, the whole configuration and the hash of each table.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pyarrow as pa

from scalinglaws.errors import UserError
from scalinglaws.metrics import SCHEMAS, read_table, write_table

ABOUT = "about.json"


def write_published(folder: Path, tables: dict[str, pa.Table], about: dict) -> list[Path]:
    """Write the tables of SCHEMAS and about.json; equal tables give equal bytes."""
    paths = [folder / f"{name}.parquet" for name in SCHEMAS]
    for path, (name, schema) in zip(paths, SCHEMAS.items(), strict=True):
        write_table(tables[name], path, schema)
    about = about | {"sha256": {path.name: _sha256(path) for path in paths}}
    text = json.dumps(about, indent=1, ensure_ascii=False) + "\n"
    (folder / ABOUT).write_text(text, encoding="utf-8")
    return [*paths, folder / ABOUT]


def read_published(folder: Path) -> dict[str, pa.Table]:
    """The tables by their names in SCHEMAS.

    Raises:
        UserError: a file is missing, is not the one that about.json speaks of, or departs from
            the schema.
    """
    hashes = read_about(folder)["sha256"]
    tables = {}
    for name, schema in SCHEMAS.items():
        path = folder / f"{name}.parquet"
        tables[name] = read_table(path, schema)
        if _sha256(path) != hashes.get(path.name):
            raise UserError(
                f"{path}: not the file that {ABOUT} speaks of; get both from one commit, "
                "or write them anew with `scalinglaws export`"
            )
    return tables


def read_about(folder: Path) -> dict:
    """What about.json says: hardware, commit, configuration, hashes.

    Raises:
        UserError: no such file, or not what `write_published` wrote.
    """
    path = folder / ABOUT
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(about["sha256"], dict):
            raise TypeError("sha256")
    except FileNotFoundError as error:
        raise UserError(
            f"{folder}: no run tables yet; train the study where its hardware is "
            f"(docs/borrowed.md), then `scalinglaws export --study NAME {folder}`"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"{path}: not written by `scalinglaws export`; write it anew") from error
    return about


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
