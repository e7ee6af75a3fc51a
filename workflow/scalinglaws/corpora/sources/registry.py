"""Every kind of source and the function that obtains the raw file from it."""

from collections.abc import Callable
from pathlib import Path

from scalinglaws.corpora import declarations
from scalinglaws.corpora.docstrings import write_docstrings
from scalinglaws.corpora.sources.debian import obtain_debian
from scalinglaws.corpora.sources.folder import obtain_folder
from scalinglaws.corpora.sources.huggingface import obtain_huggingface
from scalinglaws.corpora.sources.npm import obtain_npm
from scalinglaws.corpora.sources.package import obtain_package
from scalinglaws.corpora.sources.url import obtain_url


def _obtain_installed(
    source: declarations.InstalledSource, raw: Path, limit: int, work: Path
) -> None:
    write_docstrings(source.package, raw)


# (source, raw, limit in bytes, folder for temporary files) -> None; raises SourceError
OBTAIN: dict[type, Callable[..., None]] = {
    declarations.UrlSource: obtain_url,
    declarations.PackageSource: obtain_package,
    declarations.NpmSource: obtain_npm,
    declarations.DebianSource: obtain_debian,
    declarations.InstalledSource: _obtain_installed,
    declarations.FolderSource: obtain_folder,
    declarations.HuggingFaceSource: obtain_huggingface,
}
