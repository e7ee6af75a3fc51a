"""The exponent of N_opt(C) after each step from Kaplan's conventions to Chinchilla's."""

from __future__ import annotations

from scalinglaws.conventions.convert import converted
from scalinglaws.conventions.estimators import ESTIMATORS, points_of
from scalinglaws.conventions.steps import Conventions, all_steps
from scalinglaws.errors import UserError
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.plain import or_none


def analyse(measurements: Measurements, declared: dict, source: str) -> list[dict]:
    """Rows of the table `CONVENTIONS`, one a step.

    ``declared`` is the section `conventions` of a study, as plain values; ``source`` names whose
    runs these are. A step that the runs do not allow is a row whose ``status`` says why.
    """
    steps = all_steps(declared["steps"])
    return [
        _row(measurements, step, number, declared, source)
        for number, step in enumerate(steps, start=1)
    ]


def _row(
    measurements: Measurements, step: Conventions, number: int, declared: dict, source: str
) -> dict:
    estimator = declared.get("estimator", "frontier")
    row = {
        "source": source,
        "step": number,
        "title": step.title,
        "params": step.params,
        "flops": step.flops,
        "losses": "ends of runs" if step.ends else "along curves",
        "estimator": estimator,
        "n_runs": 0,
        "compute": [],
        "size": [],
    }
    try:
        found = converted(measurements, step)
        if not len(found.measurements.runs) and found.excluded:
            raise UserError(f"no run can be counted so: {found.excluded[0][1]}")
        law = ESTIMATORS[estimator](found, step, declared.get("budgets"))
    except UserError as error:
        return row | {"status": str(error)}
    compute, size = points_of(law)
    low, high = law.conf_int()[0]
    return row | {
        "exponent": or_none(law.params[0]),
        "log10_scale": or_none(law.params[1]),
        "ci_low": or_none(low),
        "ci_high": or_none(high),
        "n_runs": law.n_runs,
        "compute": compute.tolist(),
        "size": size.tolist(),
        "method": law.method,
        "status": law.status,
    }
