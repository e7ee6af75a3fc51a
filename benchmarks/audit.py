"""What an audit says of tampering, accidents and harmless acts: the tables of docs/audit.md.

python benchmarks/audit.py [FOLDER]     plays every act in copies of a small recorded study

FOLDER: a clone that tests/workflow/clones.py finished before; made anew if it is not given.
"""

import re
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests/workflow"), str(ROOT / "workflow")]

from acts_of_malice import MALICE  # noqa: E402
from acts_of_peace import PEACE  # noqa: E402
from clones import Clone, finished_clone  # noqa: E402
from play import Played, play_all  # noqa: E402

PAGE = ROOT / "docs/audit.md"
START = "<!-- benchmarks/audit.py writes what follows -->\n"
SHORTER = ((r"transformer-[\w-]+", "RUN"), (r"\b[0-9a-f]{10}\b", "COMMIT"))


def row(played: Played, lines: list[str], otherwise: str) -> str:
    """A row of the page; the names of runs and commits are shortened."""
    said = "<br>".join(lines) or otherwise
    for pattern, word in SHORTER:
        said = re.sub(pattern, word, said)
    return f"| {played.act.name} | {played.act.done} | {said.replace('|', chr(92) + '|')} |"


def tables(played: dict[str, Played]) -> str:
    """Both tables, each under a sentence with its count."""
    head = ["| kind | what is done | what the audit says |", "|---|---|---|"]
    found = [row(played[act.id], played[act.id].lines("fault"), "NOTHING") for act in MALICE]
    wrong = [played[act.id].lines("fault") for act in PEACE]
    calm = [
        row(played[act.id], wrong[n] or played[act.id].lines("note"), "nothing")
        for n, act in enumerate(PEACE)
    ]
    named = sum("| NOTHING |" not in line for line in found)
    alarms = sum(map(bool, wrong))
    return "\n".join(
        [
            f"{named} of {len(MALICE)} kinds of tampering and accident are found and named.\n",
            *head,
            *found,
            f"\n{alarms} of {len(PEACE)} harmless acts give a false alarm; a note is none.\n",
            *head,
            *calm,
            "",
        ]
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        given = Path(sys.argv[1]) if len(sys.argv) > 1 else None
        (Path(folder) / "clone").mkdir()
        finished = Clone(given) if given else finished_clone(Path(folder) / "clone")
        text = PAGE.read_text(encoding="utf-8").partition(START)[0]
        played = play_all(finished, (*MALICE, *PEACE), Path(folder))
        PAGE.write_text(f"{text}{START}\n{tables(played)}", encoding="utf-8")


if __name__ == "__main__":
    main()
