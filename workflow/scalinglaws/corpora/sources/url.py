"""A file on the web, or files inside an archive on the web."""

import urllib.request
from pathlib import Path

from scalinglaws.corpora.archives import copy_bounded
from scalinglaws.corpora.declarations import UrlSource
from scalinglaws.corpora.sources.archive import write_raw

CONNECT_SECONDS = 10  # without an answer for so long the next source is tried
ARCHIVE_SLACK = 2**26  # an archive may hold so many bytes more than the corpus itself


def obtain_url(source: UrlSource, raw: Path, limit: int, work: Path) -> None:
    """Download to `raw`; `work` is a folder for the archive."""
    if not (source.member or source.members):
        _download(source.url, raw, limit)
        return
    archive = work / "archive"
    _download(source.url, archive, limit + ARCHIVE_SLACK)
    write_raw(archive, source, raw, limit)


def _download(url: str, target: Path, limit: int) -> None:
    with urllib.request.urlopen(url, timeout=CONNECT_SECONDS) as response:
        copy_bounded(response, target, limit)
