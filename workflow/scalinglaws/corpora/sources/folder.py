"""A user's own folder of text: the raw file is a manifest, the text stays where it is.

The manifest names every file with its size and SHA-256, so a changed file changes the manifest,
and a folder of 100 GB is not copied. Formats are told by the ending of the name.
"""

import re
from pathlib import Path

from scalinglaws.corpora.archives import SourceError
from scalinglaws.corpora.declarations import FolderSource
from scalinglaws.corpora.hashes import file_hash
from scalinglaws.corpora.jsonl import json_line
from scalinglaws.wording import one_line, shown

ENDINGS = (".txt", ".jsonl", ".jsonl.gz", ".jsonl.zst", ".parquet")


def list_files(source: FolderSource) -> list[Path]:
    """The files of a folder that are text, sorted; empty if there is no such folder."""
    folder = Path(source.path)
    for pattern in source.files:
        if ".." in Path(pattern).parts or Path(pattern).is_absolute():
            raise SourceError(f"files: {shown(pattern)} leads out of the folder")
    try:
        found = {path for pattern in source.files for path in folder.glob(pattern)}
    except (ValueError, NotImplementedError, re.error) as error:
        raise SourceError(f"files: no pattern of names ({one_line(error)})") from None
    return sorted(path for path in found if path.name.endswith(ENDINGS) and path.is_file())


def obtain_folder(source: FolderSource, raw: Path, limit: int, work: Path) -> None:
    """Write the manifest of a folder to `raw`; every file is read once for its hash."""
    files = list_files(source)
    if not files:
        raise SourceError(
            f"no file like {one_line(', '.join(source.files))} that ends in {', '.join(ENDINGS)}; "
            f"put your text into {Path(source.path).absolute()}"
        )
    total = sum(path.stat().st_size for path in files)
    with raw.open("wb") as manifest:
        origin = f"{source}: {len(files)} files, {total} bytes"
        manifest.write(json_line({"origin": [origin]}))
        manifest.write(json_line(source.model_dump(include={"path", "text_field", "id_field"})))
        for path in files:
            name = path.relative_to(source.path).as_posix()
            size, digest = path.stat().st_size, file_hash(path)
            manifest.write(json_line({"name": name, "bytes": size, "sha256": digest}))
