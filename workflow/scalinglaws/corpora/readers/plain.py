"""Readers of text files: chapters and speeches, plays and poems, source code."""

import re
from collections.abc import Iterator
from pathlib import Path

from scalinglaws.corpora.jsonl import read_documents
from scalinglaws.corpora.readers.paragraphs import unwrap

Documents = Iterator[tuple[str, str]]

_EMPTY_LINES = re.compile(r"\n{3,}")
MIN_CODE, MAX_CODE = 500, 120_000  # characters; longer files are tables of numbers
MAX_CODE_LINE = 1000


def read_chapters(path: Path) -> Documents:
    """Prose: a paragraph becomes a line, and an empty line stands between two of them."""
    for document_id, text in read_documents(path, "text", "id"):
        if paragraphs := unwrap(text):
            yield document_id, "\n\n".join(paragraphs)


def read_plays(path: Path) -> Documents:
    """Verse: the ends of the lines are kept, more than one empty line is one."""
    for document_id, text in read_documents(path, "text", "id"):
        lines = (line.rstrip() for line in text.replace("\r\n", "\n").split("\n"))
        yield document_id, _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def read_python_code(path: Path) -> Documents:
    """Source code as it is, without very short files, tables of numbers and minified code."""
    for document_id, code in read_documents(path, "text", "id"):
        longest = max(map(len, code.split("\n")))
        if MIN_CODE < len(code) < MAX_CODE and longest <= MAX_CODE_LINE:
            yield document_id, code
