"""Electronic mail to what its sender wrote: no headers, quotations, signatures or addresses."""

import email
import email.policy
import html
import re
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

from scalinglaws.corpora.jsonl import read_documents
from scalinglaws.corpora.readers.paragraphs import letter_share, unwrap

_INVISIBLE = re.compile(r"<(script|style|head)\b.*?</\1\s*>", re.S | re.I)
_BREAK = re.compile(r"</?(?:p|br|div|tr|li|h\d)\b[^>]*>", re.I)
_TAG = re.compile(r"<[^>]*>")
_END = re.compile(r"\s*(?:-- ?|[_=*~-]{5,})\s*$")  # a signature, or the foot of a mailing list
_QUOTED = re.compile(r"\s*[>|:}]")
_QUOTES = re.compile(r"(?:on|at|in) .{5,70}(?:wrote|said|writes)|.{0,80}\b(?:wrote|writes):$", re.I)
_ADDRESS = re.compile(r"<?(?:\w+://|www\.)\S+|\S+@\S+")
MIN_PARAGRAPH, MIN_MAIL = 20, 120  # characters
MIN_LETTER_SHARE = 0.8


def read_mail(path: Path) -> Iterator[tuple[str, str]]:
    """A document a mail of at least `MIN_MAIL` characters; a repeated paragraph counts once."""
    seen: set[str] = set()
    for document_id, raw in read_documents(path, "text", "id"):
        kept = []
        for paragraph in unwrap(_own_lines(_body(raw))):
            is_prose = letter_share(paragraph) > MIN_LETTER_SHARE and paragraph.isascii()
            if is_prose and len(paragraph) > MIN_PARAGRAPH and paragraph not in seen:
                seen.add(paragraph)
                kept.append(paragraph)
        if len(text := "\n\n".join(kept)) >= MIN_MAIL:
            yield document_id, text


def _body(raw: str) -> str:
    """The text parts of a mail; of a mail in two forms the plain one."""
    message = email.message_from_string(raw, policy=email.policy.compat32)
    parts = [part for part in message.walk() if part.get_content_maintype() == "text"]
    plain = [part for part in parts if part.get_content_subtype() == "plain"]
    return "\n".join(map(_decoded, plain or parts))


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True) or b""
    try:
        text = payload.decode(part.get_content_charset() or "latin-1", "replace")
    except (LookupError, ValueError):  # a made-up name of a character set
        text = payload.decode("latin-1")
    if part.get_content_subtype() == "html":
        text = _BREAK.sub("\n\n", _INVISIBLE.sub(" ", text))
        text = html.unescape(_TAG.sub(" ", text)).replace("\xa0", " ")
    return text


def _own_lines(text: str) -> str:
    kept = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if _END.match(line):
            break
        if not (_QUOTED.match(line) or _QUOTES.match(line)):
            kept.append(_ADDRESS.sub("", line))
    return "\n".join(kept)
