"""Which file is meant: a path, or the bare name of a figure, table, law or metric."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from scalinglaws.errors import UserError
from scalinglaws.provenance.graph import Graph
from scalinglaws.provenance.records import FOLDER
from scalinglaws.study import DEFAULT_CONFIG
from scalinglaws.yaml_file import load_yaml


def find_target(root: Path, graph: Graph, name: str, code_too: bool = False) -> str:
    """The path in the graph that a user means; with `code_too` also a file of the code.

    Raises:
        UserError: outside the project, a folder, unknown, or without a record; says the mend.
    """
    if not graph.jobs:
        raise UserError(f"{FOLDER}: no records here; `dvc pull` gets them, `snakemake` makes them")
    path = _inside(root, name)
    if path in graph.files or (
        code_too and path.startswith("workflow/") and (root / path).is_file()
    ):
        return path
    if (root / path).is_dir():
        raise UserError(f"{name}: is a folder; name one of its files")
    if (root / path).is_file():
        raise UserError(f"{name}: {_without_record(path)}")
    named = _by_name(root, graph, name)
    if len({graph.files[path].made_by for path in named}) == 1:  # a figure's pdf, png and csv
        return named[0]
    if named:
        raise UserError(f"{name}: several files have that name; which of {', '.join(named)}?")
    near = get_close_matches(path, graph.files, n=1) or get_close_matches(
        Path(name).stem, sorted({Path(file).stem for file in graph.files}), n=1
    )
    hint = f"; did you mean {near[0]}?" if near else "; the files of results/ are the names"
    raise UserError(f"{name}: no such file, and no record of one{hint}")


def _inside(root: Path, name: str) -> str:
    path = Path(name).expanduser()
    try:
        return (root / path).resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        raise UserError(f"{name}: outside the project; run this in the project's folder") from None


def _without_record(path: str) -> str:
    if path.startswith(("results/", "data/text/", "data/raw/")):
        mends = f"`dvc checkout {FOLDER}` restores records, `rm {path} && snakemake` makes it again"
        return f"nothing says what made it, its record is missing; {mends}"
    return "no job made or read it; what code made is told by `scalinglaws lineage --reverse`"


def _by_name(root: Path, graph: Graph, name: str) -> list[str]:
    """Made files of that name or stem, of the configured study if several have one."""
    made = [path for path, file in graph.files.items() if file.made_by]
    found = [path for path in made if name in (Path(path).name, Path(path).stem)]
    study = load_yaml(root / DEFAULT_CONFIG).get("study")
    return [path for path in found if path.startswith(f"results/{study}/")] or found
