"""Wikitext (the markup of one MediaWiki page) to paragraphs of running prose.

The rule everywhere: a paragraph is kept whole or dropped whole. Where something that a reader
needs is taken out of a sentence (a formula, a table cell), a HOLE marks the place and the whole
line goes, because a sentence with a hole teaches a language model nothing.
"""

import html
import re
from dataclasses import dataclass

HOLE = "\ue000"  # private use: never in text

# Templates whose last (nihongo: first) argument is part of the sentence.
_SPOKEN = re.compile(
    r"(?:ipa2?|polytonic|unicode|audio|lang|lang-[a-z]+|hayeren|arabiyyah|arabdin|semxlit|iast|ar"
    r"|nihongo)$"
)
# Interwiki links carry the language in lower case: [[de:Haus]], [[zh-min-nan:...]].
_LANGUAGE = re.compile(r"(?:[a-z]{2,3}|[a-z]{2,3}-[a-z-]+|simple):")
_NAMESPACE = re.compile(
    r"(?:image|file|media|category|template|wikipedia|wp|user|special|portal|help|mediawiki|meta"
    r"|talk|wikt|wiktionary|wikisource|wikibooks|wikiquote|commons|m|w)(?: talk)?\s*:",
    re.I,
)
_VANISHING = re.compile(r"(?:image|file|media|category)\s*:", re.I)
# Sections that hold lists of links and titles, not prose.
_APPENDIX = re.compile(
    r"(?:see also|references?|external (?:links?|resources)|further reading|notes|footnotes|links"
    r"|notes and references|references and notes|citations|related (?:articles|topics|links)"
    r"|(?:selected )?bibliography|discography|filmography|gallery|literature|publications|sources"
    r"|(?:list of )?works|books|resources)[ :.]*$",
    re.I,
)

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
_REF = re.compile(r"<ref\b[^<>]*/>|<ref\b[^<>]*>.*?</ref\s*>", re.S | re.I)
_DROPPED_BLOCK = re.compile(
    r"<(pre|gallery|timeline|hiero|imagemap|source|table|references)\b[^<>]*>.*?</\1\s*>",
    re.S | re.I,
)
_VERBATIM = re.compile(r"<(math|nowiki|code)\b[^<>]*>(.*?)</\1\s*>", re.S | re.I)
_SUPERSCRIPT = re.compile(r"(?<=[\w)])<sup>\s*([-−–+]?\d+)\s*</sup>", re.I)
_BREAK = re.compile(r"</?(?:p|hr|div|blockquote|center|caption|ul|ol|dl|h\d)\b[^<>]*>", re.I)
_CELL = re.compile(r"</?(?:td|tr|th)\b[^<>]*>", re.I)
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]*>")
_TEMPLATE = re.compile(r"\{\{([^{}]*)\}\}")
_TABLE = re.compile(r"\{\|(?:[^{|]|\|(?!\})|\{(?!\|))*\|\}")
_LINK = re.compile(r"\[\[([^\[\]]*)\]\]")
_EXTERNAL = re.compile(r"\[(?:https?|ftp|mailto|news|irc|gopher):[^\s\]]*([^\[\]\n]*)\]", re.I)
_URL = re.compile(r"\b(?:https?|ftp)://[^\s<>\"]*[^\s<>\".,;:!?)]")
_QUOTES = re.compile(r"'{2,5}")
_MAGIC = re.compile(r"__[A-Z]+__")
_ISBN = re.compile(r"[,;]?\s*\(?\bISBN:?\s*[\dxX -]{9,}\d?[xX]?\)?")

_ITEM = "*#:; \t"  # first characters of list items and of preformatted lines
_SPECIAL = _ITEM + "={|!-"  # ... of every line that is not running prose
_HEADING = re.compile(r"(={1,6})\s*(.+?)\s*\1$")
_HATNOTE = re.compile(
    r":+\s*(?:for|this|see|main|an?|the term|not to be|alternat)\b.{0,250}$"
    r"|(?:main articles?|see also|see main|see:)(?=\W).{0,250}$|.{0,80}\bredirects here",
    re.I,
)
_LEFTOVER = re.compile(r"\[\[|\]\]|\{\{|\}\}|\||" + HOLE)
_FOOTNOTE = re.compile(r"\s?\[\d{1,3}\]")
_EMPTY_BRACKETS = re.compile(r"\s*(?:\(\s*(?:[,;:/–—-]|\bor\b|\band\b|\s)*\)|\[\s*\]|\"\s*\")")
_OPEN_BRACKET = re.compile(r"\(\s*(?:[,;:]\s*)+")
_CLOSE_BRACKET = re.compile(r"\s*[,;:]?\s+\)")
_BEFORE_COMMA = re.compile(r"\s+([,.;:])(?=\s|$)")
_DOUBLE_COMMA = re.compile(r",(?:\s*,)+")
_SPACE = re.compile(r"\s+")
_SENTENCE_END = (".", "!", "?", '."', '!"', '?"', ".)", ":", ".”", '".', "'.")


@dataclass(frozen=True, slots=True)
class Block:
    """One kept line: `kind` is "heading", "prose" or "item" (of a list)."""

    kind: str
    text: str
    level: int = 0


def plain_text(wikitext: str) -> str:
    """The prose of a page, paragraphs parted by an empty line. Empty if there is none.

    `wikitext` is the text of the page with the XML layer of entities already undone; the wiki
    layer (`&nbsp;`) is undone here, after the markup, so that a literal `&lt;` is no tag.
    """
    return join_blocks(prose_blocks(wikitext))


def list_share(blocks: list[Block]) -> float:
    """Share of the kept characters that stand in list items, 0 to 1: near 1 in a list of things."""
    total = sum(len(block.text) for block in blocks)
    return sum(len(block.text) for block in blocks if block.kind == "item") / max(total, 1)


def strip_markup(text: str) -> str:
    """Undo the inline markup; the line structure (headings, lists) stays for `prose_blocks`."""
    text = _COMMENT.sub("", text)
    text = _REF.sub("", text)
    text = _DROPPED_BLOCK.sub("\n", text)
    text = _VERBATIM.sub(_verbatim, text)
    text = _SUPERSCRIPT.sub(r"^\1", text)
    text = _CELL.sub(HOLE, text)
    text = _BREAK.sub("\n", text)
    text = _TAG.sub(_tag, text)
    text = _MAGIC.sub("", text)
    text = _to_fixpoint(_TEMPLATE, _template, text)
    text = _to_fixpoint(_TABLE, "\n", text)
    text = _EXTERNAL.sub(r"\1", text)
    text = _to_fixpoint(_LINK, _link, text)
    text = _URL.sub("", text)
    return _QUOTES.sub("", text)


def _to_fixpoint(pattern: re.Pattern, replacement, text: str, depth: int = 12) -> str:
    """Replace innermost matches until none is left: markup nests, regular expressions do not."""
    for _ in range(depth):
        text, count = pattern.subn(replacement, text)
        if not count:
            break
    return text


def _verbatim(match: re.Match) -> str:
    """A short formula or bit of code that reads as plain text stays, anything else is a hole."""
    inside = match.group(2).strip()
    if len(inside) <= 40 and not re.search(r"[\\{}\[\]|<>\n]", inside):
        return inside
    return HOLE


def _tag(match: re.Match) -> str:
    return " " if match.group().lower().startswith("<br") else ""


def _template(match: re.Match) -> str:
    name, *arguments = match.group(1).split("|")
    name = name.strip().lower()
    if arguments and _SPOKEN.match(name):
        return arguments[0 if name == "nihongo" else -1].split("=", 1)[-1]
    return ""


def _link(match: re.Match) -> str:
    target, *labels = match.group(1).split("|")
    target = target.strip()
    label = labels[-1].strip() if labels else ""
    if _LANGUAGE.match(target) or _VANISHING.match(target):
        return ""
    if target.startswith(":") or _NAMESPACE.match(target):
        return label
    if labels and not label:  # the pipe trick: [[Mercury (planet)|]] reads "Mercury"
        return re.sub(r"\s*\([^()]*\)$", "", target)
    return label or target.split("#")[0].replace("_", " ")


def prose_blocks(wikitext: str) -> list[Block]:
    """The lines worth keeping. Appendices, leftovers of markup, short and non-verbal lines go."""
    blocks: list[Block] = []
    skipped_level = 0  # inside an appendix of this heading level
    after_hole = False
    for raw in _lines(strip_markup(wikitext)):
        line = raw.strip()
        heading = _HEADING.match(line)
        if heading:
            level, title = len(heading[1]), _tidy(heading[2].strip("= "))
            if not skipped_level or level <= skipped_level:
                skipped_level = level if _APPENDIX.match(title) else 0
            if not skipped_level and not _LEFTOVER.search(title):
                blocks.append(Block("heading", title, level))
            after_hole = False
            continue
        if skipped_level or _HATNOTE.match(line):
            continue
        kind = "item" if raw[0] in _ITEM else "prose"
        body = line.lstrip("*#:; ")
        if line[0] in "{|!" or line.startswith("----") or _LEFTOVER.search(body):
            after_hole = True
            _end_at_sentence(blocks)
            continue
        body = _tidy(body)
        # "where n is ..." explains the formula that was dropped above it.
        if not _reads_as_prose(body, kind) or (after_hole and body[0].islower()):
            if blocks and blocks[-1].kind == "prose" and kind == "item":
                _end_at_sentence(blocks)
            continue
        after_hole = False
        blocks.append(Block(kind, body))
    _end_at_sentence(blocks)
    return blocks


def _lines(text: str) -> list[str]:
    """Lines that are not empty; lines of prose that follow each other are one paragraph."""
    lines: list[str] = []
    running = False
    for line in text.split("\n"):
        prose = bool(line.strip()) and line[0] not in _SPECIAL
        if prose and running:
            lines[-1] += " " + line
        elif line.strip():
            lines.append(line)
        running = prose
    return lines


def _end_at_sentence(blocks: list[Block]) -> None:
    """What a closing "as follows:" announces was dropped: cut back to the last full sentence."""
    if not blocks or blocks[-1].kind == "heading" or not blocks[-1].text.endswith(":"):
        return
    block = blocks.pop()
    end = max(block.text.rfind(mark) for mark in (". ", "! ", "? "))
    if end > 0:
        blocks.append(Block(block.kind, block.text[: end + 1]))


def _tidy(line: str) -> str:
    """Undo entities, then mend the spaces and brackets that removed markup left behind."""
    if "&" in line:
        line = html.unescape(line)
    line = _ISBN.sub("", line)
    line = _FOOTNOTE.sub("", line)
    line = _EMPTY_BRACKETS.sub("", line)
    line = _OPEN_BRACKET.sub("(", line)
    line = _CLOSE_BRACKET.sub(")", line)
    line = _BEFORE_COMMA.sub(r"\1", line)
    line = _DOUBLE_COMMA.sub(",", line)
    line = _SPACE.sub(" ", line)
    if not line.isprintable():  # control characters, soft hyphens, private use
        line = _SPACE.sub(" ", "".join(filter(str.isprintable, line)))
    return line.strip()


def _reads_as_prose(line: str, kind: str) -> bool:
    """Long enough, ending like a sentence unless it is long, and made of words."""
    ends = line.endswith(_SENTENCE_END)
    shortest = (25 if ends else 80) if kind == "prose" else (60 if ends else 120)
    if len(line) < shortest or (kind == "item" and "ISBN" in line):
        return False
    return sum(map(str.isalpha, line)) + line.count(" ") >= 0.8 * len(line)


def join_blocks(blocks: list[Block]) -> str:
    """Headings survive only above text of their own section; items of a list stay together."""
    parts: list[str] = []
    pending: list[Block] = []
    previous = ""
    for block in blocks:
        if block.kind == "heading":
            pending = [above for above in pending if above.level < block.level] + [block]
            continue
        for above in pending:
            parts += ["\n\n", above.text]
        together = previous == block.kind == "item" and not pending
        parts += ["\n" if together else "\n\n", block.text]
        pending, previous = [], block.kind
    return "".join(parts).strip()
