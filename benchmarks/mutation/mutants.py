"""Mutants of a file, those that cannot matter left out, and a seeded sample of them.

The mutations are cosmic-ray's: another operator, number, comparison, truth value, exception, a loop
that never runs, a decorator gone. Left out by their place are type annotations, `__main__` guards,
the text of raised errors, logging and printing; docstrings and other texts are never mutated. So
is what does not compile, or compiles to the same syntax tree.
"""

import ast
import hashlib
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

# These two need the names of variables to work on.
OPERATORS = {
    name.removeprefix("core/"): get_operator(name)()
    for name in sorted(operator_names())
    if not name.endswith(("VariableReplacer", "VariableInserter", "NoOp"))
}
SPOKEN = ("print", "warn", "debug", "info", "warning", "error")

Position = tuple[int, int]  # line, column
Span = tuple[Position, Position]


@dataclass(frozen=True)
class Mutant:
    """One change of one file."""

    group: str
    file: str  # from the project's folder
    operator: str
    occurrence: int  # of the operator's places in the file
    line: int
    lines: tuple[int, int]  # first and last of the smallest statement around it
    before: str  # the changed line
    after: str
    id: str  # of the file and its mutated text


def sample(root: Path, groups: dict[str, list[Path]], shares: dict[str, int], seed: int):
    """`shares` mutants of every group; a smaller share is the beginning of a larger one.

    A place is drawn among all places of the group, then one of its mutations: a plus sign has
    eleven others to become and would else count eleven times.
    """
    found = []
    for group, files in groups.items():
        random_ = random.Random(f"{seed} {group}")
        places = [(path, span) for path in files for span in sorted(_places(path))]
        random_.shuffle(places)
        drawn = (_drawn(root, group, path, span, random_) for path, span in places)
        chosen = (mutant for mutant in drawn if mutant)
        found += [mutant for mutant, _ in zip(chosen, range(shares[group]), strict=False)]
    return found


def text_of(root: Path, mutant: Mutant) -> str:
    """The file's text with the mutation."""
    code = (root / mutant.file).read_text(encoding="utf-8")
    return mutate_code(code, OPERATORS[mutant.operator], mutant.occurrence)


def _drawn(root: Path, group: str, path: Path, span: Span, random_: random.Random) -> Mutant | None:
    """A mutant of a place; None where all of its mutations come to nothing."""
    code = path.read_text(encoding="utf-8")
    mutations = _places(path)[span]
    for operator, occurrence in random_.sample(mutations, len(mutations)):
        try:
            text = mutate_code(code, OPERATORS[operator], occurrence)
        except AttributeError:  # cosmic-ray's on exceptions with a dot in their names
            continue
        if text is None or not _differs(code, text):
            continue
        file = path.relative_to(root).as_posix()
        digest = hashlib.sha256(f"{file}\n{text}".encode()).hexdigest()[:12]
        line, now = span[0][0], text.splitlines()
        before = code.splitlines()
        return Mutant(
            group=group,
            file=file,
            operator=operator,
            occurrence=occurrence,
            line=line,
            lines=_statement(code, line),
            before=before[line - 1].strip(),
            after=now[line - 1].strip() if len(now) == len(before) else "nothing",
            id=digest,
        )
    return None


@cache
def _places(path: Path) -> dict[Span, list[tuple[str, int]]]:
    """{place: [(operator, occurrence)]} of a file, without the places that do not count."""
    code = path.read_text(encoding="utf-8")
    spans, nodes = list(_not_counted(ast.parse(code))), _nodes(code)
    found = defaultdict(list)
    for name, operator in OPERATORS.items():
        every = (place for node in nodes for place in operator.mutation_positions(node))
        for occurrence, (start, end) in enumerate(every):
            if not any(first <= start and end <= last for first, last in spans):
                found[start, end].append((name, occurrence))
    return dict(found)


def _nodes(code: str) -> list:
    """Nodes that an operator may apply to: no name and no text, which are most of a file."""
    return [node for node in ast_nodes(get_ast(code)) if node.type not in ("name", "string")]


def _differs(code: str, text: str) -> bool:
    try:
        return ast.dump(ast.parse(code)) != ast.dump(ast.parse(text))
    except SyntaxError:
        return False


def _span(node: ast.AST) -> Span:
    return (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)


def _not_counted(tree: ast.Module) -> Iterator[Span]:
    for node in ast.walk(tree):
        for annotation in (getattr(node, name, None) for name in ("annotation", "returns")):
            if isinstance(annotation, ast.AST):
                yield _span(annotation)
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            yield from map(_span, node.exc.args)
        if isinstance(node, ast.If) and "__name__" in ast.dump(node.test):
            yield _span(node)
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in SPOKEN:
                yield _span(node)


def _statement(code: str, line: int) -> tuple[int, int]:
    """First and last line of the smallest statement, or of its header, around a line."""
    found = (1, len(code.splitlines()))
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.stmt | ast.ExceptHandler):
            body = getattr(node, "body", None)
            first = min(
                (d.lineno for d in getattr(node, "decorator_list", ())), default=node.lineno
            )
            last = max(node.lineno, body[0].lineno - 1) if body else node.end_lineno
            if first <= line <= last and last - first < found[1] - found[0]:
                found = first, last
    return found
