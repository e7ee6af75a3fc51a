"""Manuals in HTML to paragraphs of running English, whatever tool made the pages.

Kept are paragraphs and list items that read as sentences; navigation, code, tables and headings
go. A paragraph that several pages repeat (a licence, a note) stays in the first page only.
"""

import contextlib
import hashlib
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from scalinglaws.corpora.jsonl import read_documents
from scalinglaws.corpora.readers.paragraphs import letter_share


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_DROPPED = _set(
    "button code-block figure footer form head header h1 h2 h3 h4 h5 h6 iframe math nav noscript"
    " object pre script select style svg table textarea"
)
_BLOCKS = _set(
    "article aside blockquote body caption center dd div dl dt hr li main ol p section ul"
)
_VOID = _set(
    "area base br col embed hr img input link meta param source track wbr"
)  # elements without an end
_NAVIGATION = re.compile(
    r"(?<![\w-])(?:breadcrumbs?|footer|headerlink|highlight|menu|nav|navbar|navfooter|navheader"
    r"|navigation|related|sidebar|sphinxsidebar|sphinxsidebarwrapper|toc|toctree-wrapper"
    r"|indextable|genindextable)(?![\w-])",
    re.I,
)
_SPACE = re.compile(r"\s+")
_SENTENCE_END = (".", "!", "?", ":", ";", ")", '"', "”")
# English function words: a language test that also drops lists of names and commands.
_FUNCTION_WORDS = _set(
    "a an and are as at be by can for from have if in is it not of on or that the this to when"
    " which will with you"
)
MIN_PARAGRAPH, MIN_WORDS, MIN_PAGE = 60, 9, 300  # characters, words, characters
MIN_LETTER_SHARE, MIN_FUNCTION_SHARE = 0.82, 0.18


def read_html_manuals(path: Path) -> Iterator[tuple[str, str]]:
    """A document a page with at least `MIN_PAGE` characters of prose."""
    seen: set[bytes] = set()
    for document_id, page in read_documents(path, "text", "id"):
        kept = []
        for paragraph in paragraphs(page):
            key = hashlib.blake2b(paragraph.lower().encode(), digest_size=8).digest()
            if key not in seen and reads_as_english(paragraph):
                seen.add(key)
                kept.append(paragraph)
        if len(text := "\n\n".join(kept)) >= MIN_PAGE:
            yield document_id, text


def reads_as_english(paragraph: str) -> bool:
    """Is a paragraph a sentence or more of English?"""
    words = paragraph.lower().split()
    if len(paragraph) < MIN_PARAGRAPH or len(words) < MIN_WORDS:
        return False
    if not paragraph.endswith(_SENTENCE_END) or letter_share(paragraph) < MIN_LETTER_SHARE:
        return False
    return sum(word in _FUNCTION_WORDS for word in words) >= MIN_FUNCTION_SHARE * len(words)


def paragraphs(page: str) -> list[str]:
    """The blocks of text of a page, one line each, without navigation, code and tables."""
    parser = _Blocks()
    # The parser gives up on some broken declarations, such as <![x: what came before is kept.
    with contextlib.suppress(AssertionError):
        parser.feed(page)
        parser.close()
    parser.end_block()
    return parser.blocks


class _Blocks(HTMLParser):
    """Collects text block by block.

    Inside a dropped element only its own tag is counted, so that other elements that were never
    closed do no harm.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self._parts: list[str] = []
        self._dropped = ""
        self._depth = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if self._dropped:
            self._depth += tag == self._dropped
            return
        if tag in _BLOCKS:
            self.end_block()
        elif tag == "br":
            self._parts.append(" ")
        if tag not in _VOID and (tag in _DROPPED or _is_navigation(tag, attributes)):
            if tag != "span" and tag != "a":
                self.end_block()
            self._dropped, self._depth = tag, 1

    def handle_endtag(self, tag: str) -> None:
        if self._dropped:
            self._depth -= tag == self._dropped
            if not self._depth:
                self._dropped = ""
        elif tag in _BLOCKS:
            self.end_block()

    def handle_data(self, data: str) -> None:
        if not self._dropped:
            self._parts.append(data)

    def end_block(self) -> None:
        """Close the block that is being collected."""
        if text := _SPACE.sub(" ", "".join(self._parts)).strip():
            self.blocks.append(text)
        self._parts = []


def _is_navigation(tag: str, attributes: list[tuple[str, str | None]]) -> bool:
    if tag in ("body", "html", "main"):
        return False
    said = " ".join(value or "" for name, value in attributes if name in ("class", "id", "role"))
    return bool(said and _NAVIGATION.search(said))
