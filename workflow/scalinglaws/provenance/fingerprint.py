"""Code as a parameter: a hash of a script and of every module of ours that it imports.

The hash is of syntax trees without docstrings, so comments, docstrings and formatting do not
change it, and a file's time has no part in it. The import closure is computed from the import
statements (at any depth of the code), never listed by hand. A package with C++ sources, in its
folder cpp/, brings them along, without their comments.
"""

from __future__ import annotations

import ast
import hashlib
from functools import cache
from pathlib import Path

PACKAGE = "scalinglaws"
ROOT = Path(__file__).resolve().parents[2]  # workflow/, which holds the package


def _module_file(module: str) -> Path | None:
    """The source file of a dotted module name of ours, or None."""
    path = ROOT.joinpath(*module.split("."))
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


def _imported(tree: ast.Module, module: str) -> set[str]:
    """Dotted names of our modules that a syntax tree imports, with their parent packages."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:  # relative to the package that holds the module
                base = module.rsplit(".", node.level)[0]
                stem = f"{base}.{node.module}" if node.module else base
            else:
                stem = node.module or ""
            # `from package import name`: name may be a module or something inside one.
            names.update({stem, *(f"{stem}.{alias.name}" for alias in node.names)})
    ours = {name for name in names if name == PACKAGE or name.startswith(f"{PACKAGE}.")}
    parents = {name.rsplit(".", n)[0] for name in ours for n in range(1, name.count(".") + 1)}
    return {name for name in ours | parents if _module_file(name)}


class _WithoutDocstrings(ast.NodeTransformer):
    def _strip(self, node):
        self.generic_visit(node)
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
        return node

    visit_Module = visit_ClassDef = visit_FunctionDef = visit_AsyncFunctionDef = _strip


@cache
def _read(path: Path, modified: int, size: int) -> tuple[ast.Module, str]:
    """Syntax tree and hash of one file; time and size are only the key of this process's cache."""
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    bare = _WithoutDocstrings().visit(ast.parse(path.read_text(encoding="utf-8")))
    return tree, hashlib.sha256(ast.dump(bare).encode()).hexdigest()


def _tree_and_hash(path: Path) -> tuple[ast.Module, str]:
    status = path.stat()
    return _read(path, status.st_mtime_ns, status.st_size)


def closure(script: Path) -> dict[str, Path]:
    """Modules of ours that a script imports, transitively: {dotted name: file}, sorted by name."""
    found: dict[str, Path] = {}
    waiting = sorted(_imported(_tree_and_hash(script)[0], ""))
    while waiting:
        module = waiting.pop()
        if module in found:
            continue
        path = _module_file(module)
        assert path is not None  # _imported only gives modules with a file
        found[module] = path
        waiting += _imported(_tree_and_hash(path)[0], module)
    return dict(sorted(found.items()))


def _cpp_hashes(package: Path) -> list[str]:
    """Name and hash of every C++ source of the package whose `__init__.py` is given."""
    lines = []
    for path in sorted((package.parent / "cpp").glob("*")):
        code = (line.split("//")[0].strip() for line in path.read_text("utf-8").splitlines())
        text = "\n".join(line for line in code if line)
        lines.append(f"{path.name} {hashlib.sha256(text.encode()).hexdigest()}")
    return lines


def fingerprint(script: str | Path) -> str:
    """16 hexadecimal digits for a script and its import closure.

    Raises:
        SyntaxError: a file of the closure is not valid Python.
        FileNotFoundError: the script does not exist.
    """
    script = Path(script)
    lines = [_tree_and_hash(script)[1]]
    for name, path in closure(script).items():
        lines.append(f"{name} {_tree_and_hash(path)[1]}")
        if path.name == "__init__.py":
            lines += _cpp_hashes(path)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def named_code(module: Path) -> str:
    """A parameter for code that a script finds by name: the module's path and fingerprint.

    The script's own fingerprint does not cover it, as nothing imports it.
    """
    return f"{module.resolve().relative_to(ROOT.parent).as_posix()} {fingerprint(module)}"
