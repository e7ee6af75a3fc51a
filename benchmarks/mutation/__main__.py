"""Would the tests notice a mistake? Seeded mutants of the package, each against its own tests.

python benchmarks/mutation [--groups laws study] [--sample 30] [--record] [--again]

Works in a copy of the checkout and goes on where it was interrupted: what is known of a mutant is
kept by its text. `--record` renews the copy and what the tests execute, which is needed when tests
or code changed; `--again` tries survivors once more. Writes benchmarks/results/mutation.md.
"""

import argparse
import compileall
import json
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import yaml
from coverage_map import MOST, Recorded, read_recorded, record
from mutants import Mutant, sample, text_of
from page import FOUND, write_page
from trial import in_fork, preload, restore, try_mutant

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
PACKAGE = "workflow/scalinglaws"
SEED = 2020


def known_outcomes(work: Path) -> dict[str, list[str]]:
    """{id of a mutant: its outcomes, the last one last}."""
    path, found = work / "outcomes.jsonl", {}
    for line in path.read_text().splitlines() if path.exists() else []:
        outcome = json.loads(line)
        found.setdefault(outcome["id"], []).append(outcome["outcome"])
    return found


def files_of(package: Path, patterns: list[str]) -> list[Path]:
    """Files that the patterns name, sorted.

    Raises:
        SystemExit: a pattern matches nothing, as after a module was moved.
    """
    found = {pattern: sorted(package.glob(pattern)) for pattern in patterns}
    if lost := [pattern for pattern, paths in found.items() if not paths]:
        raise SystemExit(f"modules.yaml: nothing matches {' '.join(lost)}")
    return sorted({path for paths in found.values() for path in paths})


def renew(work: Path, groups: dict[str, dict]) -> None:
    """A new copy of the checkout, and what the tests of the groups execute in it."""
    copy = work / "checkout"
    shutil.rmtree(copy, ignore_errors=True)
    # In a program of its own, since this process must never import the package.
    code = "import clones, pathlib, sys; clones.copy_checkout(*map(pathlib.Path, sys.argv[1:]))"
    tools = os.environ | {"PYTHONPATH": str(ROOT / "tests/workflow")}
    subprocess.run([sys.executable, "-c", code, str(ROOT), str(copy)], env=tools, check=True)
    compileall.compile_dir(copy / PACKAGE, quiet=2)
    for name, group in groups.items():
        print(f"recording {name}", flush=True)
        recording = partial(record, copy, group["tests"], work / name)
        if in_fork(copy, recording):
            raise SystemExit(f"{name}: its tests fail unmutated, see {work}/last_output.txt")


def try_all(work: Path, mutants: list[Mutant], again: bool) -> None:
    """Try every mutant that is not known yet, and write down each outcome as it comes."""
    copy, known = work / "checkout", known_outcomes(work)
    recorded: dict[str, Recorded] = {}
    for number, mutant in enumerate(mutants, start=1):
        last = known.get(mutant.id, [None])[-1]
        if last in FOUND or (last and not again):
            continue
        if mutant.group not in recorded:
            recorded[mutant.group] = read_recorded(work / mutant.group)
        tests, seconds = recorded[mutant.group].tests_of(mutant.file, mutant.lines)
        outcome = "not executed"
        if tests:
            text = text_of(copy, mutant)
            outcome = try_mutant(copy, mutant.file, text, tests, 10 + 3 * seconds)
        with (work / "outcomes.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps({"id": mutant.id, "outcome": outcome}) + "\n")
        print(f"{number}/{len(mutants)} {outcome}: {mutant.file}:{mutant.line}", flush=True)


def main() -> None:
    groups = yaml.safe_load((HERE / "modules.yaml").read_text(encoding="utf-8"))
    whole = sum(group["share"] for group in groups.values())
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--groups", nargs="+", choices=groups, default=[*groups])
    parser.add_argument("--sample", type=int, default=whole, help=f"mutants (of {whole})")
    parser.add_argument("--work", type=Path, default=ROOT / "scratch/mutation", help="a folder")
    parser.add_argument("--record", action="store_true", help="copy the checkout and record anew")
    parser.add_argument("--again", action="store_true", help="try survivors once more")
    options = parser.parse_args()
    work = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    chosen = {name: groups[name] for name in options.groups}
    preload()
    if options.record or not all((work / name).exists() for name in chosen):
        renew(work, chosen)
    restore(work / "checkout")
    shares = {n: round(g["share"] * options.sample / whole) for n, g in chosen.items()}
    files = {name: files_of(work / "checkout" / PACKAGE, g["files"]) for name, g in chosen.items()}
    mutants = sample(work / "checkout", files, shares, SEED)
    try_all(work, mutants, options.again)
    left = write_page(mutants, known_outcomes(work), ROOT / "benchmarks/results", MOST)
    for mutant in left:
        print(f"{mutant.file}:{mutant.line}\n    - {mutant.before}\n    + {mutant.after}")


if __name__ == "__main__":
    main()
