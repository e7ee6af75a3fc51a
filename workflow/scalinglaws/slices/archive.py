"""Archives that travel: a tar with zstd, of equal bytes for equal files, in parts of a size."""

from __future__ import annotations

import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from scalinglaws.errors import UserError

MIB = 2**20


def write_archive(
    path: Path, files: Iterable[Path], root: Path, limit_mib: float, part_mib: float
) -> list[Path]:
    """Pack files under ``root`` into ``path`` and, past ``part_mib``, into .001, .002 and so on.

    Raises:
        UserError: all in all larger than the limit; names the largest file and the mend.
    """
    files = sorted(set(files))
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole"
        with (
            pa.output_stream(str(whole), compression="zstd") as packed,
            tarfile.open(fileobj=packed, mode="w|") as tar,
        ):
            for file in files:
                with file.open("rb") as content:
                    tar.addfile(_entry(file, root), content)
        if (size := whole.stat().st_size) > limit_mib * MIB:
            largest = max(files, key=lambda file: file.stat().st_size).relative_to(root)
            raise UserError(
                f"{path}: {size / MIB:.1f} MiB, more than the {limit_mib:g} that may travel; "
                f"the largest file is {largest}: lower tokens.max_train_tokens, name fewer "
                "corpora under corpora.evaluate, or give another --limit-mib"
            )
        for old in _parts(path):
            old.unlink()
        parts = []
        with whole.open("rb") as content:
            while part := content.read(round(part_mib * MIB)):
                parts.append(path.with_name(f"{path.name}.{len(parts):03}" if parts else path.name))
                parts[-1].write_bytes(part)
    return parts


def read_archive(path: Path, root: Path) -> list[str]:
    """Unpack an archive and its further parts into ``root``; gives the names of the files.

    Raises:
        UserError: missing, damaged, or with a name outside ``root``.
    """
    names = []
    try:
        packed = b"".join(part.read_bytes() for part in [path, *_parts(path)])
        with (
            pa.input_stream(pa.py_buffer(packed), compression="zstd") as stream,
            tarfile.open(fileobj=stream, mode="r|") as tar,
        ):
            for entry in tar:
                tar.extract(entry, root, filter="data")
                names.append(entry.name)
    except FileNotFoundError as error:
        raise UserError(f"{path}: no such archive; `scalinglaws slice pack` writes one") from error
    except (OSError, tarfile.TarError) as error:
        raise UserError(f"{path}: not a whole archive ({str(error).splitlines()[0]})") from error
    return names


def _parts(path: Path) -> list[Path]:
    """The further parts of an archive that are there."""
    return sorted(path.parent.glob(f"{path.name}.[0-9][0-9][0-9]"))


def _entry(file: Path, root: Path) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(str(file.relative_to(root)))
    entry.size = file.stat().st_size
    return entry
