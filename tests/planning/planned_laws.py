"""Laws of the committed studies, fitted anew from their metrics."""

import json
from pathlib import Path

import pytest

from scalinglaws.laws.derived.derived import derived_quantities
from scalinglaws.laws.fit import FITS
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.shared_error import shared_error
from scalinglaws.metrics import SCHEMAS, read_table
from scalinglaws.planning.known_laws import KnownLaws, read_laws
from scalinglaws.study import load_study

ROOT = Path(__file__).resolve().parents[2]
NEEDED = (
    "N_opt(C_min)",
    "L(C_min)",
    "B_crit(L)",
    "L(N,S_min)",
    "N_opt(C)",
    "L(C)",
    "L(N,D)",
    "L(D)",
    "D_opt(C_min)",
    "Chinchilla Huber",
    "IsoFLOP N_opt(C)",
)


def tables_of(study: str) -> dict:
    metrics = ROOT / "results" / study / "metrics"
    if not metrics.is_dir():
        pytest.skip(f"{metrics}: no results of this study yet")
    return {n: read_table(metrics / f"{n}.parquet", schema) for n, schema in SCHEMAS.items()}


def fitted(study: str, folder: Path) -> KnownLaws:
    """The laws through their JSON files, as a plan gets them."""
    tables = tables_of(study)
    measured = Measurements.of(tables, shared_error(tables["runs"], tables["evaluations"]))
    declared = load_study(study, ROOT).laws
    laws = {n: FITS[n](measured, declared[n].model_dump(exclude_none=True)) for n in NEEDED}
    for i, law in enumerate([*laws.values(), derived_quantities(laws)]):
        (folder / f"{i}.json").write_text(json.dumps(law.to_json({})), encoding="utf-8")
    return read_laws(folder)
