"""The files of fitted laws: a table of parameters, and a .txt and a .json for each law."""

import json
from pathlib import Path

from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.names import SLUGS
from scalinglaws.laws.parameters import PARAMETERS
from scalinglaws.laws.result import FittedLaw
from scalinglaws.metrics import table_from_rows, write_table


def write_laws(
    laws: list[FittedLaw | LawFit],
    constants: dict[str, dict],
    parameters: str | Path,
    texts: list[str],
    fits: list[str],
) -> None:
    """Write the table of parameters, and a .txt and .json a law under its slug.

    ``texts`` and ``fits`` are paths whose stems are the slugs. ``constants`` are the paper's
    printed values, only compared with.
    """
    rows = [row for law in laws for row in law.to_parameters(constants)]
    write_table(table_from_rows(rows, PARAMETERS), parameters, PARAMETERS)
    by_slug = {SLUGS.get(law.law, law.law): law for law in laws}
    for path in map(Path, texts):
        path.write_text(by_slug[path.stem].to_text(constants), encoding="utf-8")
    for path in map(Path, fits):
        content = json.dumps(by_slug[path.stem].to_json(constants), indent=1, allow_nan=False)
        path.write_text(content + "\n", encoding="utf-8")
