"""What a person sees while a run trains: one line now and then, with the time left."""

from __future__ import annotations

import time
from collections.abc import Callable

from scalinglaws.runspec import RunSpec


class Progress:
    """Prints step, share, loss, tokens/s and the time left, at most every few seconds."""

    def __init__(self, spec: RunSpec, write: Callable[[str], object], every: float = 10.0) -> None:
        self.spec, self.write, self.every = spec, write, every
        self.start = self.last = time.monotonic()
        self.resumed_at: int | None = None

    def __call__(self, done: int, loss: float) -> None:
        now = time.monotonic()
        if self.resumed_at is None:
            self.resumed_at = done - 1
        if now - self.last < self.every and done != self.spec.steps:
            return
        self.last = now
        elapsed = now - self.start
        seconds_per_step = elapsed / max(done - self.resumed_at, 1)
        left = seconds_per_step * (self.spec.steps - done)
        rate = self.spec.batch_tokens / seconds_per_step
        self.write(
            f"{self.spec.run_id}: step {done}/{self.spec.steps} ({done / self.spec.steps:.0%}), "
            f"loss {loss:.3f}, {rate:,.0f} tokens/s, {left:.0f} s left\n"
        )
