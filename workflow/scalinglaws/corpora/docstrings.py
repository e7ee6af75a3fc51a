"""The docstrings of an installed distribution as a corpus: technical English, without a network.

The text is read from the syntax tree and dedented here, not by `ast.get_docstring` or `textwrap`,
whose details change between versions of Python: equal sources must give equal bytes.
"""

import ast
import json
import warnings
from importlib import metadata
from pathlib import Path, PurePosixPath

from scalinglaws.corpora.archives import SourceError

_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def write_docstrings(package: str, target: Path) -> None:
    """Write JSONL, one {"id": module, "text": docstrings} a module, in the order of the paths.

    `package` is "name==version". Modules without docstrings and tests are left out.
    """
    name, version = package.split("==")
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        raise SourceError(f"{name} is not installed") from None
    if distribution.version != version:
        raise SourceError(f"{name} {distribution.version} is installed, not {version}")
    with target.open("w", encoding="utf-8", newline="\n") as lines:
        for file in sorted(distribution.files or [], key=str):
            path = PurePosixPath(file)
            if path.suffix == ".py" and not _is_test(path) and ".." not in path.parts:
                texts = docstrings(distribution.locate_file(file).read_bytes())
                if texts:
                    document = {"id": _module(path), "text": "\n\n".join(texts)}
                    lines.write(json.dumps(document, ensure_ascii=False) + "\n")


def docstrings(source: bytes) -> list[str]:
    """The docstrings of a module, its classes and functions, in the order of the source."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in other people's docstrings
        tree = ast.parse(source)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and node.body and isinstance(node.body[0], ast.Expr):
            value = node.body[0].value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                found.append((value.lineno, value.col_offset, dedent(value.value)))
    return [text for *_, text in sorted(found) if text]


def dedent(docstring: str) -> str:
    """A docstring without the indentation of its lines after the first (PEP 257)."""
    first, *rest = [line.rstrip() for line in docstring.expandtabs().split("\n")]
    margin = min((len(line) - len(line.lstrip()) for line in rest if line), default=0)
    return "\n".join([first.lstrip(), *(line[margin:] for line in rest)]).strip()


def _is_test(path: PurePosixPath) -> bool:
    return "tests" in path.parts or path.name.startswith("test_") or path.name == "conftest.py"


def _module(path: PurePosixPath) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
