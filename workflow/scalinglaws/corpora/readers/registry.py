"""Every reader by its name in config/corpora.yaml."""

from collections.abc import Callable, Iterator
from pathlib import Path

from scalinglaws.corpora.jsonl import read_documents as read_records_of
from scalinglaws.corpora.mediawiki import read_articles
from scalinglaws.corpora.readers.folder import read_folder
from scalinglaws.corpora.readers.html_manuals import read_html_manuals
from scalinglaws.corpora.readers.json_files import (
    read_json_extracts,
    read_recipes,
    read_squad_contexts,
    read_verses,
)
from scalinglaws.corpora.readers.mail import read_mail
from scalinglaws.corpora.readers.plain import read_chapters, read_plays, read_python_code
from scalinglaws.errors import UserError

Documents = Iterator[tuple[str, str]]


def read_jsonl(path: Path) -> Documents:
    """One JSON object {"id", "text"} a line; the text is taken as it is."""
    return read_records_of(path, "text", "id")


READERS: dict[str, Callable[[Path], Documents]] = {
    "chapters": read_chapters,
    "folder": read_folder,
    "html_manuals": read_html_manuals,
    "json_extracts": read_json_extracts,
    "jsonl": read_jsonl,
    "mail": read_mail,
    "mediawiki_xml": read_articles,
    "plays": read_plays,
    "python_code": read_python_code,
    "recipes": read_recipes,
    "squad_contexts": read_squad_contexts,
    "verses": read_verses,
}


def read_documents(path: Path, reader: str) -> Documents:
    """The documents of a raw file, in its own order. `reader` is a key of READERS."""
    if reader not in READERS:
        raise UserError(f"reader {reader!r} is unknown; there are: {', '.join(READERS)}")
    return READERS[reader](Path(path))
