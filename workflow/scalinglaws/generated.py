"""Files generated from code, configuration and results, and kept in git for readers."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from scalinglaws.errors import UserError
from scalinglaws.experiments import experiments_page
from scalinglaws.pages import filled_pages
from scalinglaws.paper_study import paper_page
from scalinglaws.provenance.ledger import dvc_yaml, dvcignore
from scalinglaws.reference import configuration_reference, data_dictionary
from scalinglaws.study import TRACKED, Study, load_study


def frame(root: Path) -> dict[Path, str]:
    """Path and text of what follows from code and configuration: schema, ledger, reference."""
    studies = [load_study(name, root) for name in TRACKED]
    schema = json.dumps(Study.model_json_schema(), indent=2) + "\n"
    files = {
        root / "workflow/schemas/config.schema.json": schema,
        root / "dvc.yaml": dvc_yaml(studies),
        root / ".dvcignore": dvcignore(studies),
        root / "docs/experiments.md": experiments_page(studies[0]),
        root / "docs/reference/data.md": data_dictionary(),
        root / "docs/reference/configuration.md": configuration_reference(),
    }
    with suppress(UserError):  # a checkout with another default study may have no such grid
        files[root / "docs/paper_study.md"] = paper_page(root)
    return files


def write_generated(root: Path) -> list[Path]:
    """Write what is out of step, results in the documentation too; gives the paths."""
    return _write(frame(root) | filled_pages(root))


def write_pages(root: Path) -> list[Path]:
    """Write the pages whose results have changed; gives their paths."""
    return _write(filled_pages(root))


def check_generated(root: Path) -> None:
    """Raises UserError naming a file out of step with code, configuration or results."""
    _check(root, frame(root) | filled_pages(root))


def check_frame(root: Path) -> None:
    """Raises UserError naming a file that is out of step with the code or the configuration."""
    _check(root, frame(root))


def _write(files: dict[Path, str]) -> list[Path]:
    stale = _stale(files)
    for path, text in stale.items():
        path.write_text(text, encoding="utf-8")
    return list(stale)


def _check(root: Path, files: dict[Path, str]) -> None:
    for path in _stale(files):
        raise UserError(f"{path.relative_to(root)}: out of step; run `scalinglaws generate`")


def _stale(files: dict[Path, str]) -> dict[Path, str]:
    return {
        path: text
        for path, text in files.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }
