"""Files that are generated from the code and the configuration, and kept in git for readers."""

from __future__ import annotations

import json
from pathlib import Path

from scalinglaws.errors import UserError
from scalinglaws.pages import filled_pages
from scalinglaws.provenance.ledger import dvc_yaml, dvcignore
from scalinglaws.study import TRACKED, Study, load_study


def generated_files(root: Path) -> dict[Path, str]:
    """Path and text of every generated file: schema, the ledger's frame, results in the docs."""
    studies = [load_study(name, root) for name in TRACKED]
    schema = json.dumps(Study.model_json_schema(), indent=2) + "\n"
    return {
        root / "workflow/schemas/config.schema.json": schema,
        root / "dvc.yaml": dvc_yaml(studies),
        root / ".dvcignore": dvcignore(studies),
        **filled_pages(root),
    }


def write_generated(root: Path) -> list[Path]:
    """Write the files that are out of step; gives their paths."""
    stale = _stale(root)
    for path, text in stale.items():
        path.write_text(text, encoding="utf-8")
    return list(stale)


def check_generated(root: Path) -> None:
    """Raises UserError naming a file that is out of step with the code or the configuration."""
    for path in _stale(root):
        raise UserError(f"{path.relative_to(root)}: out of step; run `scalinglaws generate`")


def _stale(root: Path) -> dict[Path, str]:
    return {
        path: text
        for path, text in generated_files(root).items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }
