"""A law of one's own: a script of workflow/scripts/laws/, fitted in a job of its own."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.read import read_measurements
from scalinglaws.laws.result import FittedLaw
from scalinglaws.laws.write import write_laws


def fit_own(snakemake: Any, law: Callable[[Measurements, dict], FittedLaw | LawFit]) -> None:
    """Fit ``law`` to its entry in the configuration and write it under the name of its script.

    ``law`` takes the measurements and the entry (`scalinglaws.settings.Law`, as a dictionary).

    Raises:
        UserError: what ``law`` raises, such as for an experiment that no run carries.
    """
    fitted = law(read_measurements(snakemake.input), snakemake.params.declared)
    named = replace(fitted, law=snakemake.wildcards.law)
    output, constants = snakemake.output, snakemake.params.constants
    write_laws([named], constants, output.parameters, [output.text], [output.fit])
