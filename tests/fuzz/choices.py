"""Bytes as a stream of decisions: the same bytes always build the same hostile document.

A fuzzer that mutates the bytes mutates decisions, so most documents stay inside the syntax of
their format and reach what lies behind the parser. Bytes that have run out decide 0, which every
builder takes as "plain and valid".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

Option = TypeVar("Option")

TEXTS = (
    *(
        "",
        " ",
        "a",
        "é",
        "\ue000",
        "\u2028",
        "a\nb",
        "\r",
        "\t",
        "a,b",
        '"',
        "'",
        "#",
        "=1+1",
        "\0",
    ),
    *("../escape", "/absolute", "C:\\drive", "CON", "~", "*", "[", "{}", "null", "true", "nan"),
    *("inf", "-inf", "1e999", "-0", "0x10", "1_000", "１２", "70M", "1.5B", "12 %", "%%%", "2^20"),
    *("10^299", "1000^200", "0^-3", "3 x 10^18", "1,234,567", "1.234,5", "~5", "9" * 400),
    *("x" * 3000, "%" * 3000, "pythia-1.4b", "2024-13-45", "<<", "&a", "!!python/object:os.system"),
)
NUMBERS = (
    *(0, 1, -1, 2, 3, 7, 255, 2**16, 2**31, 2**53 + 1, 2**63, 2**64, 10**12, 10**30, 10**400),
    *(0.5, -0.0, 1e-320, 1e-12, 1.5, 3.0, 1e6, 1e15, 1e300, float("inf"), -float("inf")),
    float("nan"),
)


class Choices:
    """Decisions out of ``data``, first byte first."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def byte(self) -> int:
        """The next byte, 0 at the end."""
        self._at += 1
        return self._data[self._at - 1] if self._at <= len(self._data) else 0

    def below(self, limit: int) -> int:
        """A number from 0 to ``limit`` - 1, from as few bytes as it needs."""
        value, span = self.byte(), 256
        while span < limit:
            value, span = value << 8 | self.byte(), span << 8
        return value % limit

    def pick(self, options: Sequence[Option]) -> Option:
        """One of the options; the first of them at the end of the bytes."""
        return options[self.below(len(options))]

    def once_in(self, n: int) -> bool:
        """True for one byte in ``n``; False at the end of the bytes."""
        return self.byte() % n == n - 1

    def text(self) -> str:
        """A hostile text, or a short one of any characters."""
        if self.once_in(4):
            return "".join(chr(self.below(0xD800)) for _ in range(self.below(6)))
        return self.pick(TEXTS)

    def number(self) -> int | float:
        """A hostile number, or any number of three digits."""
        return self.below(1000) / 10 if self.once_in(4) else self.pick(NUMBERS)

    def value(self, depth: int = 3) -> Any:
        """What JSON and YAML can hold."""
        kind = self.below(8 if depth else 5)
        if kind == 0:
            return None
        if kind == 1:
            return self.once_in(2)
        if kind == 2:
            return self.text()
        if kind in (3, 4):
            return self.number()
        if kind in (5, 6):
            return [self.value(depth - 1) for _ in range(self.below(4))]
        return {self.text(): self.value(depth - 1) for _ in range(self.below(4))}

    def damaged(self, content: bytes) -> bytes:
        """``content`` as it is mostly, else cut, or with a few bytes replaced or doubled."""
        if not self.once_in(5) or not content:
            return content
        harmed = bytearray(content)
        for _ in range(1 + self.below(3)):
            at = self.below(len(harmed)) if harmed else 0
            action = self.below(4)
            if action == 0 and harmed:
                harmed[at] = self.byte()
            elif action == 1:
                del harmed[at:]
            elif action == 2:
                harmed[at:at] = bytes([self.byte()])
            else:
                harmed[at:at] = harmed[at : at + self.below(64)]
        return bytes(harmed)
