"""Results as HTML pages: Markdown and text can only be downloaded from a report."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from scalinglaws.markup import anchor

INTERVAL = re.compile(r"\[[-−]?[\d∞][\d.e+-]*, [-−]?[\d∞][\d.e+-]*\]")
LAW_FIELDS = ("Equation", "Status", "Caveat")


def whole_intervals(text: str | Markup) -> Markup:
    """HTML in which no line ends inside an interval such as [0.1, 0.2]; plain text is escaped."""
    html = str(escape(text))
    return Markup(INTERVAL.sub(r'<span style="white-space: nowrap">\g<0></span>', html))


def markdown_body(text: str) -> Markup:
    """A Markdown page with its tables; headings can be linked to, as on a repository's pages."""
    reader = MarkdownIt("commonmark").enable("table")
    tokens = reader.parse(text)
    for heading, inline in pairwise(tokens):
        if heading.type == "heading_open":
            heading.attrSet("id", anchor(_plain(inline)))
    return whole_intervals(Markup(reader.renderer.render(tokens, reader.options, {})))


def laws_body(texts: Sequence[str]) -> Markup:
    """The summaries of all laws below a table that says of each whether it is to be used."""
    head = Markup().join(Markup("<th>{}</th>").format(name) for name in ("Law", *LAW_FIELDS))
    rows, sections = [], []
    for text in texts:
        law = text.partition("\n")[0]
        link = Markup('<a href="#{}">{}</a>').format(anchor(law), law)
        cells = [link, *(whole_intervals(_field(text, name)) for name in LAW_FIELDS)]
        rows.append(Markup().join(Markup("<td>{}</td>").format(cell) for cell in cells))
        section = Markup('<h2 id="{}">{}</h2>\n<pre>{}</pre>\n')
        sections.append(section.format(anchor(law), law, text))
    table = Markup().join(Markup("<tr>{}</tr>\n").format(row) for row in (head, *rows))
    page = Markup("<h1>Fitted laws</h1>\n<table>\n{}</table>\n{}")
    return page.format(table, Markup().join(sections))


def text_body(title: str, text: str) -> Markup:
    """A text as it is."""
    return Markup("<h1>{}</h1>\n<pre>{}</pre>").format(title, text)


def _field(text: str, name: str) -> str:
    """A field of a law's summary, which may go on in indented lines; "" where it has none."""
    found = re.search(rf"^{name}: +(.+(?:\n +.+)*)$", text, flags=re.MULTILINE)
    return re.sub(r"\s*\n\s+", " ", found[1]) if found else ""


def _plain(inline: Token) -> str:
    return "".join(token.content for token in inline.children or ())
