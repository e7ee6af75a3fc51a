"""Which tests execute which line: recorded once, so that a mutant meets only the tests it can fail.

Tests that start other programs are recorded by what they execute in their own process.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import coverage
import pytest

MOST = 20.0  # seconds of computing against one mutant: what later ones find is not known


class _Times:
    """A pytest plugin that keeps what every test computes, with its fixtures and programs."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        start = sum(os.times()[:4])
        result = yield
        self.seconds[item.nodeid] = sum(os.times()[:4]) - start
        return result


@dataclass(frozen=True)
class Recorded:
    """Tests with their times, and those that execute each line of each file."""

    seconds: dict[str, float]
    lines: dict[str, dict[str, list[str]]]

    def tests_of(self, file: str, lines: tuple[int, int]) -> tuple[list[str], float]:
        """Tests against a change of some lines, the likeliest first, and the seconds they take.

        First come those that execute the lines, or the file where it does so on import alone, of
        the test file that mirrors the module before all others. Then the rest of their files: of
        what is computed once, as by a fixture of a module, only the first test is recorded.
        """
        by_line = self.lines.get(file, {})
        inside = range(lines[0], lines[1] + 1)
        direct = {test for line in inside for test in by_line.get(str(line), ())}
        direct = direct or {test for tests in by_line.values() for test in tests}
        files = {_file(test) for test in direct}
        others = {test for test in self.seconds if _file(test) in files} - direct
        mirror = f"test_{Path(file).stem}.py"
        time_of = {name: sum(self.seconds[t] for t in direct if _file(t) == name) for name in files}

        def place(test: str) -> tuple:
            name = _file(test)
            return not name.endswith(mirror), time_of[name], name

        chosen, total = [], 0.0
        for test in (*sorted(direct, key=place), *sorted(others, key=place)):
            if chosen and total + self.seconds[test] > MOST:
                continue
            chosen.append(test)
            total += self.seconds[test]
        return chosen, total


def record(copy: Path, tests: Iterable[str], target: Path) -> int:
    """Run the tests of a copy of the checkout under coverage, and write down what they execute.

    Gives pytest's status: not 0 where a test fails without any mutation; then nothing is written.
    """
    data = target.with_suffix(".coverage")
    os.environ["COVERAGE_FILE"] = str(data)
    plugin = _Times()
    arguments = ["-q", "-n0", "-p", "no:cacheprovider", f"--rootdir={copy}", *tests]
    arguments += [f"--cov={copy}/workflow/scalinglaws", "--cov-context=test", "--cov-report="]
    status = pytest.main(arguments, plugins=[plugin])
    if status:
        return int(status)
    content = {"seconds": plugin.seconds, "lines": _lines(copy, data)}
    target.write_text(json.dumps(content), encoding="utf-8")
    return 0


def read_recorded(path: Path) -> Recorded:
    """What `record` wrote."""
    return Recorded(**json.loads(path.read_text(encoding="utf-8")))


def _lines(copy: Path, file: Path) -> dict[str, dict[int, list[str]]]:
    data = coverage.CoverageData(str(file))
    data.read()
    found = {}
    for name in data.measured_files():
        by_line = data.contexts_by_lineno(name)
        found[Path(name).relative_to(copy).as_posix()] = {
            line: sorted({context.rpartition("|")[0] for context in contexts if context})
            for line, contexts in by_line.items()
        }
    return found


def _file(test: str) -> str:
    return test.partition("::")[0]
