"""Estimates of fitted laws with the samples that they rest on, ready to be put side by side."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from scalinglaws.laws.line import FORMS, LN10, design
from scalinglaws.laws.replicates import SHARED, Replicates
from scalinglaws.laws.result import FittedLaw

UNNAMED = "runs"  # the sample of a law that was not fitted along with others
ROUNDING = 1e-9  # in ln L: a smaller error of the test set is none


def estimates_of(laws: Mapping, law: str, *names: str) -> tuple[Replicates | None, str]:
    """Replicates of the parameters ``names`` of ``laws[law]``, or None and why there are none.

    ``names`` are as in the table of parameters. Runs of one experiment are one sample, so that two
    laws fitted to the same runs lose the same run together.
    """
    fitted = laws.get(law)
    if fitted is None:
        return None, f"{law} was not fitted"
    if not fitted.ok:
        return None, f"{law}: {fitted.status}"
    found = _of_line(fitted) if isinstance(fitted, FittedLaw) else fitted.replicates
    if found is None or not set(names) <= set(found.names):
        return None, f"{law} has no estimates that can be redone"
    sample = fitted.choice.get("experiment") or law
    found = replace(found, strata=tuple(sample if s == UNNAMED else s for s in found.strata))
    return found.pick(*names), ""


def _of_line(fitted: FittedLaw) -> Replicates | None:
    """Slope and log10 of the scale of a one-variable law.

    A law of independent points is redone without each point, as its own interval treats them.
    """
    lines = fitted.jackknife if fitted.interval == "jackknife" else _without_each_point(fitted)
    if lines is None:
        return None

    def scale(line: np.ndarray) -> np.ndarray:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.array([line[1], (fitted.centre + line[0] / line[1]) / LN10])

    return lines.map(fitted.names[1:], scale)


def _without_each_point(fitted: FittedLaw) -> Replicates:
    rows, response = design(fitted.x, fitted.centre), FORMS[fitted.form].response(fitted.loss)
    labels = fitted.run_ids or [f"point {i}" for i in range(len(response))]
    redone = [
        np.linalg.lstsq(np.delete(rows, i, axis=0), np.delete(response, i), rcond=None)[0]
        for i in range(len(response))
    ]
    strata = [UNNAMED] * len(labels)
    if np.abs(fitted.shared).max() > ROUNDING:
        redone, labels = [*redone, fitted.params + fitted.shared], [*labels, SHARED]
        strata.append(SHARED)
    return Replicates(
        tuple(fitted.names[:2]), fitted.params, np.array(redone), tuple(labels), tuple(strata)
    )
