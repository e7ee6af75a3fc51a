"""From a downloaded archive to the raw file: one member as it is, or many members as JSONL."""

from collections.abc import Iterator
from pathlib import Path

from scalinglaws.corpora.archives import SourceError, extract_member, read_members
from scalinglaws.corpora.declarations import NpmSource, PackageSource, UrlSource
from scalinglaws.corpora.jsonl import write_sorted_jsonl
from scalinglaws.wording import one_line


def write_raw(
    archive: Path, source: UrlSource | PackageSource | NpmSource, raw: Path, limit: int
) -> None:
    """Write what `source` names inside `archive` to `raw`, `limit` bytes at most."""
    if source.member is not None:
        extract_member(archive, source.member, raw, limit, source.gzip)
    else:
        write_sorted_jsonl(_texts(archive, source, limit), raw)
        if not raw.stat().st_size:
            patterns = one_line(", ".join(source.members))
            raise SourceError(f"{archive.name} has no member like {patterns}")


def _texts(
    archive: Path, source: UrlSource | PackageSource | NpmSource, limit: int
) -> Iterator[tuple[str, str]]:
    for name, content in read_members(archive, source.members, source.exclude, limit):
        yield name, decode(name, content, source.encoding)


def decode(name: str, content: bytes, encoding: str) -> str:
    """The text of a file; SourceError that names it if it is not in this encoding."""
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise SourceError(f"{one_line(name)} is not {encoding} ({error.reason})") from None
