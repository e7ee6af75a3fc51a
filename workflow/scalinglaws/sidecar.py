"""Times and machine of a job, beside its log: what differs between two jobs of equal bytes."""

from __future__ import annotations

import json
import os
import platform
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


class Stopwatch:
    """Seconds spent in the work itself: steps, tests and scores, without start-up and files."""

    def __init__(self) -> None:
        self.seconds = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Adds the time that the block takes."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - start


class Sidecar:
    """From the start of a job to the JSON file that tells of it."""

    def __init__(self, run_id: str) -> None:
        self.run_id, self.started, self.clock = run_id, datetime.now(UTC), time.monotonic()
        self.work = Stopwatch()

    def write(self, path: Path, **more: Any) -> None:
        """Times in seconds, the machine, the most memory held in MiB, and what else is given.

        `work_seconds` is the stopwatch's.
        """
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        facts = {
            "run_id": self.run_id,
            "started": self.started.isoformat(timespec="milliseconds"),
            "seconds": round(time.monotonic() - self.clock, 3),
            "work_seconds": round(self.work.seconds, 3),
            "cpu_seconds": round(time.process_time(), 3),
            "platform": platform.platform(),
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "max_rss_mib": round(most / (2**20 if sys.platform == "darwin" else 2**10)),
            **more,
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(facts, indent=1) + "\n")
