"""A sign of life on stderr for work that takes longer than a few seconds."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")


def progress(
    items: Iterable[Item], label: str, n_bytes: Callable[[Item], int], every: float = 5.0
) -> Iterator[Item]:
    """Pass `items` through and say, every `every` seconds, how many went by and how fast."""
    start = last = time.monotonic()
    total = 0
    for count, item in enumerate(items, start=1):
        yield item
        total += n_bytes(item)
        now = time.monotonic()
        if now - last >= every:
            last = now
            speed = total / 1e6 / (now - start)
            print(f"{label}: {count} documents, {speed:.1f} MB/s", file=sys.stderr, flush=True)
