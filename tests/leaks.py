"""What a published file must not hold: paths of a machine, names of its user and host, secrets."""

from __future__ import annotations

import getpass
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

FOLDERS = r"(?:home|root|tmp|Users|work|workspace|mnt|private|var/folders)"
PATTERNS = {
    "an absolute path": rf"(?<![\w.~$>}}/*-])/{FOLDERS}/[\w.-]+",
    "a path of Windows": rf"[A-Z]:[\\/]+{FOLDERS}[\\/]",
    "the address of a file": r"file:///\w+",
    "a key of AWS": r"\bAKIA[0-9A-Z]{16}\b",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY",
    "a token of GitHub": r"\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_\w{30,}",
    "a token of Hugging Face": r"\bhf_[A-Za-z0-9]{30,}\b",
    "a token of Slack": r"\bxox[abprs]-[\w-]{10,}",
    "a bearer's token": r"(?i)\bbearer [\w.~+/-]{20,}",
    "a password in an address": r"://[^/\s:@'\"<>]+:[^/\s@'\"<>]+@",
    "a secret": r"(?i)(?:api_?key|password|secret|auth_token)['\"]?\s*[:=]\s*['\"]?[\w/+-]{12,}",
}
COMMON = {"admin", "debian", "localhost", "root", "runner", "ubuntu", "user", "vm"}  # words too


def patterns(root: Path) -> dict[str, re.Pattern[bytes]]:
    """{what: pattern of bytes}, with this machine's own checkout, user and host."""
    own = {"the checkout's path": re.escape(str(root.resolve()))}
    names = {"the user's name": getpass.getuser(), "the host's name": socket.gethostname()}
    own |= {w: rf"\b{re.escape(n)}\b" for w, n in names.items() if n not in COMMON}
    return {what: re.compile(text.encode()) for what, text in (PATTERNS | own).items()}


def leaks(path: Path, searched: dict[str, re.Pattern[bytes]]) -> list[str]:
    """'what: found' for each kind of leak in a file; Parquet files are read, not searched."""
    contents = parquet(path) if path.suffix == ".parquet" else [path.read_bytes()]
    found = {}
    for content in contents:
        for what, pattern in searched.items():
            if match := pattern.search(content):
                found.setdefault(what, f"{what}: {match[0].decode(errors='replace')}")
    return list(found.values())


def parquet(path: Path) -> Iterator[bytes]:
    """Names, metadata and values of a table; numbers cannot leak."""
    table = pq.read_table(path)
    yield f"{table.schema.names} {table.schema.metadata}".encode()
    for field, column in zip(table.schema, table.columns, strict=True):
        yield str(field.metadata).encode()
        if pa.types.is_string(field.type):
            yield "\n".join(map(str, column.unique().to_pylist())).encode()
        elif pa.types.is_nested(field.type):
            yield str(column.to_pylist()).encode()
