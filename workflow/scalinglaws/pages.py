"""Pages of the documentation: written by hand, with results filled in between two marks.

    <!-- results/kaplan2020/laws/L_N.txt -->
    <!-- end -->

Between the marks stands the file that the first one names (of a study, or what a benchmark
measured), so that no number is typed; of a table of constants
(`exponents of results/.../constants.csv`) its exponents in brief. Where that file is
not there (a clone before its first run), what stood between the marks stays.
"""

from __future__ import annotations

import re
from pathlib import Path

from scalinglaws.headline import exponents

SHOWN = r"<!-- (?:exponents of )?((?:benchmarks/)?results/[^ ]+) -->"
BLOCK = re.compile(SHOWN + r"\n.*?<!-- end -->", re.DOTALL)


def filled_pages(root: Path) -> dict[Path, str]:
    """Path and text of README.md and every page under docs/ that shows results."""
    pages = {}
    for path in [*root.glob("README.md"), *sorted((root / "docs").rglob("*.md"))]:
        text = path.read_text(encoding="utf-8")
        if BLOCK.search(text):
            pages[path] = BLOCK.sub(lambda match: _block(root, match), text)
    return pages


def _block(root: Path, match: re.Match) -> str:
    source = root / match[1]
    if not source.is_file():
        return match[0]
    mark = match[0].splitlines()[0]
    if source.suffix == ".csv":
        shown = "\n".join(exponents(source))
    else:
        content = source.read_text(encoding="utf-8").rstrip()
        shown = content if source.suffix == ".md" else f"```text\n{content}\n```"
    return f"{mark}\n{shown}\n<!-- end -->"
