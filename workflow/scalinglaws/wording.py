"""Other people's text and values inside a message: on one line, printable, not too long."""

import reprlib

_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 120
_SHORT.maxlevel = 3  # what refers to itself, or to a thousand parts a thousand times, stays short


def one_line(text: object, longest: int = 200) -> str:
    """``text`` with spaces for line ends and control characters, cut to ``longest`` characters."""
    cut = str(text)[: longest + 1]
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in cut).split())
    return plain if len(cut) <= longest else plain[:longest] + " ..."


def shown(value: object) -> str:
    """Python's repr of a value, shortened in the middle where it is long."""
    return _SHORT.repr(value)
