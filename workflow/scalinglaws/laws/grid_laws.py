"""Laws of model and dataset size: Kaplan's L(N, D) (Eq. 1.5) and Chinchilla's beside it."""

from functools import partial

from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.run_table import curve_observations, run_observations
from scalinglaws.laws.surface_fit import fit_surface
from scalinglaws.laws.surfaces.additive import CHINCHILLA
from scalinglaws.laws.surfaces.form import Form
from scalinglaws.laws.surfaces.joint import L_N_D
from scalinglaws.laws.surfaces.losses import LEAST_ABSOLUTE, SQUARES, Loss, huber
from scalinglaws.laws.undeclared import undeclared

HOFFMANN_DELTA = 1e-3  # the corner of Huber's loss in Hoffmann et al. (2022), in ln L
ALONG = "tokens processed along the learning curves, ten a decade, all points of a run together"


def grid_law(
    measurements: Measurements, declared: dict | None, *, law: str, form: Form, objective: Loss
) -> LawFit:
    """``form`` fitted to one observation a run, or to learning curves, of the declared experiment.

    Along a curve D is the tokens processed; the loss there is that of a run that goes on, not of
    one whose learning rate had ended there (Hoffmann et al. 2022, Hägele et al. 2024).
    """
    if declared is None:
        return undeclared(law, form.equation, form.report_names, form.report_units)
    if along := declared.get("along_curves", False):
        found = curve_observations(measurements.runs, measurements.curves, declared)
    else:
        found = run_observations(measurements.runs, declared, form.variables)
    return fit_surface(
        form,
        found.x,
        found.loss,
        found.run_ids,
        law=law,
        objective=objective,
        test_error=measurements.test_error,
        excluded=found.excluded,
        choice=found.choice,
        note=f"{ALONG if along else 'one observation a run'}; {objective.name} on ln L",
    )


GRID_LAWS = {
    name: partial(grid_law, law=name, form=form, objective=objective)
    for name, form, objective in (
        ("L(N,D)", L_N_D, SQUARES),
        ("Chinchilla", CHINCHILLA, SQUARES),
        ("Chinchilla Huber", CHINCHILLA, huber(HOFFMANN_DELTA)),
        ("Chinchilla LAD", CHINCHILLA, LEAST_ABSOLUTE),
    )
}
