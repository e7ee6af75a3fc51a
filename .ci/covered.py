"""Print line and branch coverage of a test run; fail if a module of the package is under 90 %."""

import json
import sys
import tempfile
from pathlib import Path

from coverage import Coverage

FLOOR = 90  # per cent of a module's lines and branches together


def share(covered: int, total: int) -> str:
    """'97.1 % (340 of 350)'"""
    return f"{100 * covered / max(total, 1):.1f} % ({covered} of {total})"


def table(modules: dict[str, dict]) -> list[str]:
    """The modules that are not covered whole, the lowest first: both shares, missing lines."""
    lines = []
    for name, module in sorted(modules.items(), key=lambda m: m[1]["summary"]["percent_covered"]):
        s = module["summary"]
        if s["missing_lines"] or s["missing_branches"]:
            branches = f"{s['covered_branches']}/{s['num_branches']}"
            missing = ", ".join(map(str, module["missing_lines"][:12]))
            lines.append(
                f"{s['percent_covered']:5.1f} %  {s['covered_lines']:4}/{s['num_statements']:<4} "
                f"{branches:>7}  {name}  {missing}"
            )
    return lines


def main() -> int:
    measured = Coverage()
    measured.combine()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "coverage.json")
        measured.json_report(outfile=str(report))
        found = json.loads(report.read_text())
    modules, totals = found["files"], found["totals"]
    rows = table(modules)
    print("covered      lines branches  module and its missing lines", *rows, sep="\n")
    print(f"{len(modules) - len(rows)} of {len(modules)} modules are covered whole")
    print("lines:", share(totals["covered_lines"], totals["num_statements"]))
    print("branches:", share(totals["covered_branches"], totals["num_branches"]))
    low = sorted(n for n, m in modules.items() if m["summary"]["percent_covered"] < FLOOR)
    if low:
        print(f"error: under {FLOOR} %: {', '.join(low)}", file=sys.stderr)
    return bool(low)


if __name__ == "__main__":
    sys.exit(main())
