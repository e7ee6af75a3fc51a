"""Fit every law of one source of runs."""

from collections.abc import Callable
from dataclasses import replace

from scalinglaws.errors import UserError
from scalinglaws.laws.batch.critical_batch import critical_batch_law
from scalinglaws.laws.batch.step_law import step_law
from scalinglaws.laws.curves.early_stopping import early_stopping
from scalinglaws.laws.curves.isoflop import isoflop_d_opt, isoflop_n_opt
from scalinglaws.laws.curves.learning_rate import learning_rate
from scalinglaws.laws.curves.text_needed import overfitting
from scalinglaws.laws.curves.token_position import token_position
from scalinglaws.laws.dataset_points import best_by_dataset
from scalinglaws.laws.derived.derived import derived_quantities
from scalinglaws.laws.frontier.loss_points import compute_min_points, compute_points
from scalinglaws.laws.frontier.trends import FRONTIER_LAWS
from scalinglaws.laws.grid_laws import GRID_LAWS
from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.logarithm import fit_logarithm
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.names import SLUGS
from scalinglaws.laws.power_law import fit_power_law
from scalinglaws.laws.result import FittedLaw
from scalinglaws.laws.selection import Selection, run_points
from scalinglaws.laws.undeclared import UNDECLARED

Points = Callable[[Measurements, dict], Selection]
Fitted = FittedLaw | LawFit
Law = Callable[[Measurements, dict | None], Fitted]


def one_variable(points: Points, fit: Callable[..., FittedLaw], **how) -> Law:
    """A law of one variable: its points out of the tables, then ``fit`` with ``how``."""

    def law(measurements: Measurements, declared: dict | None) -> FittedLaw:
        if declared is None:
            return replace(fit([], [], **how), status=UNDECLARED)
        selection = points(measurements, declared)
        return fit(**vars(selection), test_error=measurements.test_error, **how)

    return law


# A law is a function of the measurements and of its entry in the configuration, None where the
# study does not declare it.
# The points of L(D) come from different runs and keep least squares' own interval: in simulation it
# covers as it says, while the jackknife beside it measures the distance to the second-best model.
FITS: dict[str, Law] = {
    "L(N)": one_variable(run_points, fit_power_law, variable="N"),
    "L(N) logarithm": one_variable(run_points, fit_logarithm),
    "L(D)": one_variable(best_by_dataset, fit_power_law, variable="D"),
    "L(C)": one_variable(compute_points, fit_power_law, variable="C", interval="jackknife"),
    "L(C_min)": one_variable(
        compute_min_points, fit_power_law, variable="C_min", interval="jackknife"
    ),
    **GRID_LAWS,
    "IsoFLOP N_opt(C)": isoflop_n_opt,
    "IsoFLOP D_opt(C)": isoflop_d_opt,
    "B_crit(L)": critical_batch_law,
    "L(N,S_min)": step_law,
    **FRONTIER_LAWS,
    "LR(N)": learning_rate,
    "L(T)": token_position,
}

# These start from other laws, by name.
FOLLOWING: dict[str, Callable[[Measurements, dict | None, dict[str, Fitted]], LawFit]] = {
    "overfitting": lambda measured, declared, laws: overfitting(measured, declared, laws["L(N,D)"]),
    "S_stop": lambda measured, declared, laws: early_stopping(
        measured, declared, laws["L(N,D)"], laws["L(N,S_min)"], laws["B_crit(L)"]
    ),
    "derived": lambda measured, declared, laws: derived_quantities(laws),
}
DECLARED = tuple(name for name in (*FITS, *FOLLOWING) if name != "derived")


def fit_laws(
    measurements: Measurements, laws: dict[str, dict], reasons: dict[str, str] | None = None
) -> list[Fitted]:
    """Fit each law to the points selected for it, in the order of SLUGS.

    ``laws`` maps a law's name to its entry in the configuration (`scalinglaws.study.Law`). A law
    that the study does not declare is returned unfitted, with a status that says so; ``reasons``
    may say it better, by law.
    """
    if unknown := sorted(set(laws) - set(DECLARED)):
        raise UserError(f"laws: {unknown[0]!r} is unknown; there are: {', '.join(DECLARED)}")
    fitted: dict[str, Fitted] = {}
    for name, fit in FITS.items():
        fitted[name] = fit(measurements, laws.get(name))
    for name, follow in FOLLOWING.items():
        fitted[name] = follow(measurements, laws.get(name), fitted)
    for name, reason in (reasons or {}).items():
        fitted[name] = replace(fitted[name], status=reason)
    return [fitted[name] for name in SLUGS]
