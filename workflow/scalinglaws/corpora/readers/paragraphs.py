"""What readers share: paragraphs of text that was wrapped at a line width by hand."""

import re

_BLANK = re.compile(r"\n[ \t]*\n")
_SPACE = re.compile(r"\s+")


def unwrap(text: str) -> list[str]:
    """Paragraphs (parted by an empty line) as one line each; empty ones are left out."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return [joined for part in _BLANK.split(lines) if (joined := _SPACE.sub(" ", part).strip())]


def letter_share(text: str) -> float:
    """Share of the characters that are letters or spaces, 0 to 1."""
    return (sum(map(str.isalpha, text)) + text.count(" ")) / max(len(text), 1)
