"""Readers: one raw file of a known format to (document id, text) pairs, by name."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from scalinglaws.corpora.mediawiki import read_articles
from scalinglaws.errors import UserError

Documents = Iterator[tuple[str, str]]


def read_json_extracts(path: Path) -> Documents:
    """First sections of articles: one JSON object {key: {"title", "extract", ...}}.

    The title becomes the first line, as in the articles of `mediawiki_xml`. A no-break space is
    written as a space, as there.
    """
    for key, page in _parse(path, path.read_bytes()).items():
        if extract := page["extract"].replace("\xa0", " ").strip():
            yield key, f"{page['title']}\n\n{extract}"


def read_jsonl(path: Path) -> Documents:
    """One JSON object {"id", "text"} a line; the text is taken as it is."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                document = _parse(f"{path}, line {number}", line)
                try:
                    yield document["id"], document["text"]
                except (KeyError, TypeError):
                    raise UserError(
                        f'{path}, line {number}: want {{"id": .., "text": ..}}'
                    ) from None


READERS: dict[str, Callable[[Path], Documents]] = {
    "mediawiki_xml": read_articles,
    "json_extracts": read_json_extracts,
    "jsonl": read_jsonl,
}


def read_documents(path: Path, reader: str) -> Documents:
    """The documents of a raw file, in its own order. `reader` is a key of READERS."""
    if reader not in READERS:
        raise UserError(f"reader {reader!r} is unknown; there are: {', '.join(READERS)}")
    return READERS[reader](Path(path))


def _parse(place: object, raw: bytes):
    try:
        return json.loads(raw)
    except ValueError as error:
        raise UserError(f"{place}: not JSON ({error}); fetch the file again") from None
