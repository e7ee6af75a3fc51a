"""What comes of kills, full disks, damaged files and the like: the table of docs/faults.md.

python benchmarks/faults.py                 plays every fault in copies of a small recorded study
python benchmarks/faults.py --only damage   plays one kind anew; the other rows stay

Some need more than the project's environment: root, to mount a full or a read-only disk, and
libfaketime, to set the clock back. Without them their rows say so.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests/workflow"), str(ROOT / "workflow")]

from clones import Clone, finished_clone  # noqa: E402
from faults.all_faults import FAULTS, KINDS  # noqa: E402
from faults.fault import Fault, Outcome, play  # noqa: E402
from faults.page import table  # noqa: E402

KEPT = ROOT / "benchmarks/results/faults.json"
PAGE = ROOT / "docs/faults.md"
START = "<!-- benchmarks/faults.py writes what follows -->\n"
# Runs of some seconds, with a checkpoint every moment: there is something to strike.
SLOW = {"training": {"steps": 1200}, "checkpoint_seconds": 0.2}


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Play faults on a small study.")
    parser.add_argument("--only", choices=KINDS, help="one kind; the other rows stay")
    parser.add_argument("--seed", type=int, default=0, help="of the random moments (default: 0)")
    parser.add_argument(
        "--clone", type=Path, help="folder of the undisturbed study: made if it is not there"
    )
    return parser.parse_args()


def prepared(folder: Path) -> Clone:
    """The undisturbed study, made anew or as an earlier trial left it."""
    if (folder / "dvc.lock").exists():
        return Clone(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return finished_clone(folder, SLOW)


def not_played(fault: Fault) -> dict:
    """The row of a fault that no trial has played yet."""
    return Outcome(fault.kind, fault.what, 0, skipped="not in this trial").to_json()


def write(outcomes: dict[str, dict]) -> None:
    """Keep the outcomes, in the order of the list, and fill the page."""
    ordered = [outcomes.get(fault.name) or not_played(fault) for fault in FAULTS]
    KEPT.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
    text = PAGE.read_text(encoding="utf-8").partition(START)[0]
    PAGE.write_text(f"{text}{START}\n{table(ordered)}", encoding="utf-8")


def main() -> None:
    arguments = parse()
    rows = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else []
    outcomes = {f"{row['kind']}: {row['what']}": row for row in rows}
    with tempfile.TemporaryDirectory() as folder:
        undisturbed = prepared(arguments.clone or Path(folder) / "undisturbed")
        for fault in FAULTS:
            if arguments.only in (None, fault.kind):
                outcome = play(fault, undisturbed, arguments.seed)
                print(fault.name, outcome.faults or outcome.skipped or "ok", flush=True)
                outcomes[fault.name] = outcome.to_json()
                write(outcomes)


if __name__ == "__main__":
    main()
