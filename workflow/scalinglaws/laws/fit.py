"""Fit every law of one source of runs and write what is known about it."""

import json
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from scalinglaws.errors import UserError
from scalinglaws.laws.logarithm import fit_logarithm
from scalinglaws.laws.names import SLUGS
from scalinglaws.laws.parameters import PARAMETERS
from scalinglaws.laws.power_law import fit_power_law
from scalinglaws.laws.result import FittedLaw
from scalinglaws.laws.selection import select_runs
from scalinglaws.metrics import table_from_rows, write_table

FITS = {"L(N)": fit_power_law, "L(N) logarithm": fit_logarithm}


def fit_laws(runs: pa.Table, laws: dict[str, dict]) -> list[FittedLaw]:
    """Fit each law to the runs selected for it, in the order of SLUGS.

    ``laws`` maps a law's name to ``{"experiment": ..., "select": {column: {min, max}}}``. A law
    that the study does not declare is returned unfitted, with a status that says so.
    """
    if unknown := sorted(set(laws) - set(FITS)):
        raise UserError(f"laws: {unknown[0]!r} is unknown; there are: {', '.join(FITS)}")
    return [_fit(runs, name, laws.get(name)) for name in SLUGS]


def _fit(runs: pa.Table, name: str, declared: dict | None) -> FittedLaw:
    if declared is None:
        return replace(FITS[name]([], []), status="the study declares no runs for this law")
    chosen = select_runs(runs, declared["experiment"], declared.get("select") or {})
    return FITS[name](
        chosen.x,
        chosen.loss,
        run_ids=chosen.run_ids,
        excluded=chosen.excluded,
        choice=chosen.choice,
    )


def write_laws(
    laws: list[FittedLaw],
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
    by_slug = {SLUGS[law.law]: law for law in laws}
    for path in map(Path, texts):
        path.write_text(by_slug[path.stem].to_text(constants), encoding="utf-8")
    for path in map(Path, fits):
        content = json.dumps(by_slug[path.stem].to_json(constants), indent=1, allow_nan=False)
        path.write_text(content + "\n", encoding="utf-8")
