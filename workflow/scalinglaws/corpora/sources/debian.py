"""Files of Debian packages, in the versions that this machine's apt-get finds, as JSONL.

Debian replaces versions within a release, so their bytes cannot be pinned: the first line of the
raw file names the version and the hash of every package that was read.
"""

import hashlib
import subprocess
import tempfile
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

from scalinglaws.corpora.archives import SourceError, read_tar
from scalinglaws.corpora.declarations import DebianSource
from scalinglaws.corpora.jsonl import write_sorted_jsonl
from scalinglaws.corpora.sources.archive import decode
from scalinglaws.corpora.sources.commands import require, run


def obtain_debian(source: DebianSource, raw: Path, limit: int, work: Path) -> None:
    """Download the packages into `work` and write their files to `raw`, sorted by package."""
    for tool in ("apt-get", "dpkg-deb"):
        require(tool, "use Debian or Ubuntu, or leave this corpus out")
    folder = Path(tempfile.mkdtemp(dir=work))
    try:
        run(["apt-get", "download", "--quiet", *source.packages], folder, "E: ")
    except SourceError as error:
        raise SourceError(f"apt-get: {error}; run apt-get update first") from None
    packages = {path.name.split("_")[0]: path for path in sorted(folder.glob("*.deb"))}
    if missing := sorted(set(source.packages) - set(packages)):
        raise SourceError(f"apt-get: {missing[0]} was not downloaded")
    texts = (text for path in packages.values() for text in _texts(path, source, limit))
    write_sorted_jsonl(texts, raw, [_described(path) for path in packages.values()])


def _texts(path: Path, source: DebianSource, limit: int) -> Iterator[tuple[str, str]]:
    """(package/path, text) of the wanted files that are UTF-8; others are left out."""
    package = path.name.split("_")[0]
    found = False
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(path)], stdout=subprocess.PIPE) as tar:
        for name, content in read_tar(tar.stdout, path.name, source.members, source.exclude, limit):
            try:
                text = decode(name, content, "utf-8")
            except SourceError:
                continue  # a few old pages; their encoding is not said reliably
            found = True
            yield f"{package}/{name}", text
    if not found:
        raise SourceError(f"{package} has no file like {', '.join(source.members)}")


def _described(path: Path) -> str:
    package, version, _ = path.name.split("_")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return f"{package} {urllib.parse.unquote(version)}, sha256 {digest}"
