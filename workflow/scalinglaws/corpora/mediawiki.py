"""A MediaWiki XML dump, read page by page, to articles of plain prose.

The dump is read line by line: MediaWiki puts `<title>` and `<text ...>` at the head of a line, and
no more than one page is held in memory. enwik8 is cut off in the middle of a page: the last,
unfinished paragraph is left out.
"""

import html
import re
from collections.abc import Iterator
from pathlib import Path

from scalinglaws.corpora.wikitext import join_blocks, list_share, prose_blocks

_TITLE = re.compile(rb"\s*<title>(.*)</title>")
_TEXT = re.compile(rb"\s*<text\b[^>]*?(/?)>(.*)", re.S)
_REDIRECT = re.compile(r"\s*#\s*redirect", re.I)
_NAMESPACE = re.compile(
    r"(?:Media|Special|User|Wikipedia|Image|File|MediaWiki|Template|Help|Category|Portal|Talk)"
    r"(?: talk)?:"
)
MIN_CHARACTERS = 200
MIN_LETTER_SHARE = 0.8
MAX_LIST_SHARE = 0.5


def read_pages(path: Path) -> Iterator[tuple[str, str]]:
    """(title, wikitext) of every page, with the XML layer of entities undone."""
    title, body = "", None
    with path.open("rb") as dump:
        for line in dump:
            if body is None:
                if match := _TITLE.match(line):
                    title = _decode(match[1])
                elif match := _TEXT.match(line):
                    body, line = [], b"</text>" if match[1] else match[2]
                else:
                    continue
            if body is not None:
                last, end, _ = line.partition(b"</text>")
                body.append(last)
                if end:
                    yield title, _decode(b"".join(body))
                    body = None
    if body:
        yield title, _decode(b"".join(body).rpartition(b"\n\n")[0])


def read_articles(path: Path) -> Iterator[tuple[str, str]]:
    """(title, text) of every article of running prose; the title is the first line of the text.

    Left out: redirects, other namespaces, pages shorter than `MIN_CHARACTERS`, pages that are
    mostly figures and symbols, and pages that are mostly a list.
    """
    for title, wikitext in read_pages(path):
        if _REDIRECT.match(wikitext) or _NAMESPACE.match(title) or title.startswith("List of "):
            continue
        blocks = prose_blocks(wikitext)
        text = join_blocks(blocks)
        if len(text) < MIN_CHARACTERS or list_share(blocks) > MAX_LIST_SHARE:
            continue
        letters = sum(map(str.isalpha, text)) + text.count(" ")
        if letters >= MIN_LETTER_SHARE * len(text):
            yield title, f"{title}\n\n{text}"


def _decode(raw: bytes) -> str:
    return html.unescape(raw.decode("utf-8", errors="replace")).replace("\r\n", "\n")
