"""Fit every law of one source of runs and write what is known about it."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pyarrow as pa

from scalinglaws.errors import UserError
from scalinglaws.laws.compute_points import envelope_points
from scalinglaws.laws.dataset_points import best_by_dataset
from scalinglaws.laws.logarithm import fit_logarithm
from scalinglaws.laws.names import SLUGS
from scalinglaws.laws.parameters import PARAMETERS
from scalinglaws.laws.power_law import fit_power_law
from scalinglaws.laws.result import FittedLaw
from scalinglaws.laws.selection import Selection, run_points
from scalinglaws.metrics import table_from_rows, write_table

UNDECLARED = "the study declares no runs for this law"
Points = Callable[[pa.Table, pa.Table, dict], Selection]
Law = Callable[[pa.Table, pa.Table, dict | None], FittedLaw]


def one_variable(points: Points, fit: Callable[..., FittedLaw], **how) -> Law:
    """A law of one variable: its points out of the tables, then ``fit`` with ``how``."""

    def law(runs: pa.Table, curves: pa.Table, declared: dict | None) -> FittedLaw:
        if declared is None:
            return replace(fit([], [], **how), status=UNDECLARED)
        return fit(**vars(points(runs, curves, declared)), **how)

    return law


compute_min_points = partial(envelope_points, column="compute_min")

# A law is a function of the tables RUNS and CURVES and of its entry in the configuration, None
# where the study does not declare it.
# The points of L(D) come from different runs and keep least squares' own interval: in simulation it
# covers as it says, while the jackknife beside it measures the distance to the second-best model.
FITS: dict[str, Law] = {
    "L(N)": one_variable(run_points, fit_power_law, variable="N"),
    "L(N) logarithm": one_variable(run_points, fit_logarithm),
    "L(D)": one_variable(best_by_dataset, fit_power_law, variable="D"),
    "L(C)": one_variable(envelope_points, fit_power_law, variable="C", interval="jackknife"),
    "L(C_min)": one_variable(
        compute_min_points, fit_power_law, variable="C_min", interval="jackknife"
    ),
}


def fit_laws(runs: pa.Table, curves: pa.Table, laws: dict[str, dict]) -> list[FittedLaw]:
    """Fit each law to the points selected for it, in the order of SLUGS.

    ``laws`` maps a law's name to its entry in the configuration (`scalinglaws.study.Law`):
    ``experiment``, ``select`` and for curves ``points`` and ``compute_range``. A law that the
    study does not declare is returned unfitted, with a status that says so.
    """
    if unknown := sorted(set(laws) - set(FITS)):
        raise UserError(f"laws: {unknown[0]!r} is unknown; there are: {', '.join(FITS)}")
    return [FITS[name](runs, curves, laws.get(name)) for name in SLUGS]


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
