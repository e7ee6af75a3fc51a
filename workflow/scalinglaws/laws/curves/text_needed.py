"""Law "overfitting": how much text a model needs, D >= k N^p (Eqs 4.2 to 4.4), from L(N,D).

k and p are functions of the constants of L(N,D); their interval redoes its fit without each run.
Two checks ask whether L(N,D) deserves that trust: how well it predicts the smallest datasets when
it has not seen them, and how measured overfitting compares with Eq. 4.3.
"""

import numpy as np

from scalinglaws.laws.curves.overfitting import enough_text, limited_loss
from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.run_table import Observations, run_observations
from scalinglaws.laws.surface_fit import fit_surface
from scalinglaws.laws.surfaces.joint import L_N_D
from scalinglaws.laws.undeclared import undeclared

LAW = "overfitting"
EQUATION = "D = k N^p where L(N,D) = (1 + threshold) L(N,inf)"
NAMES = ("p", "log10_k")
UNITS = ("1", "log10(tokens)")
CONSTANTS = ("alpha_N", "alpha_D", "log10_N_c", "log10_D_c")
THRESHOLD = 0.02  # share of the loss: Sec. 4.2's seed noise, see `enough_text`
HELD_OUT = 2  # smallest datasets that the check does not fit
NOTE = "from the constants of L(N,D); the interval redoes that fit without each run"


def overfitting(measurements: Measurements, declared: dict | None, size_data: LawFit) -> LawFit:
    """Law "overfitting" from ``size_data``, the fit of L(N,D).

    ``declared``: ``experiment``, the runs that the checks use, and ``threshold``.
    """
    if declared is None:
        return undeclared(LAW, EQUATION, NAMES, UNITS)
    threshold = declared.get("threshold", THRESHOLD)
    about = {
        "law": LAW,
        "equation": EQUATION,
        "names": NAMES,
        "units": UNITS,
        "choice": {**size_data.choice, "threshold": threshold},
        "note": f"{NOTE}; threshold {threshold:g} of the loss",
    }
    if not size_data.ok:
        return LawFit(**about, status=f"needs {size_data.law}: {size_data.status}")
    constants = size_data.replicates.pick(*CONSTANTS)
    replicates = constants.map(NAMES, lambda row: np.array(enough_text(threshold, *row)))
    chosen = {"experiment": declared["experiment"], "select": declared.get("select") or {}}
    cells = run_observations(measurements.runs, chosen, ("N", "D"))
    return LawFit(
        **about,
        status="ok",
        replicates=replicates,
        run_ids=size_data.run_ids,
        points=size_data.points,
        checks={
            **_measured(cells, constants.estimate),
            **_held_out(cells, size_data),
        },
    )


def _measured(cells: Observations, constants: np.ndarray) -> dict:
    """Overfitting as measured, against the same model on the most text, and as Eq. 1.5 has it."""
    most = {}
    for (size, tokens), loss in zip(cells.x, cells.loss, strict=True):
        most[size] = max(most.get(size, (0.0, 0.0)), (tokens, loss))
    pairs = []
    for (size, tokens), loss in zip(cells.x, cells.loss, strict=True):
        all_text, loss_there = most[size]
        if tokens < all_text:
            limited, free = limited_loss(size, np.array([tokens, all_text]), *constants)
            pairs.append((loss / loss_there, limited / free))
    if not pairs:
        return {}
    measured, predicted = np.array(pairs).T
    error = 100.0 * (measured - predicted)
    return {
        "measured_overfitting_less_predicted": f"mean {error.mean():+.2f}, rms "
        f"{np.sqrt(np.mean(error**2)):.2f} percentage points over {len(error)} runs, whose "
        f"overfitting is {100 * (measured.min() - 1):.1f} to {100 * (measured.max() - 1):.1f} %"
    }


def _held_out(cells: Observations, size_data: LawFit) -> dict:
    """Errors of L(N,D), fitted without the smallest datasets, in predicting those."""
    fitted = np.array([run in set(size_data.run_ids) for run in cells.run_ids], dtype=bool)
    sizes = np.unique(cells.x[fitted, 1])
    if len(sizes) <= HELD_OUT:
        return {}
    cut = sizes[HELD_OUT]
    kept = fitted & (cells.x[:, 1] >= cut)
    rest = fit_surface(
        L_N_D,
        cells.x[kept],
        cells.loss[kept],
        [run for run, inside in zip(cells.run_ids, kept, strict=True) if inside],
        law=size_data.law,
        bootstrap=False,
    )
    name = f"predicted_from_D_>=_{cut:.3g}"
    if rest.replicates is None:
        return {name: f"not fitted: {rest.status}"}
    constants = [rest.params[rest.names.index(constant)] for constant in CONSTANTS]
    error = 100.0 * (limited_loss(*cells.x.T, *constants) / cells.loss - 1.0)
    found = {
        f"D = {tokens:.3g}": f"{error[cells.x[:, 1] == tokens].mean():+.2f} % "
        f"(rms {np.sqrt(np.mean(error[cells.x[:, 1] == tokens] ** 2)):.2f} %, "
        f"{int(np.sum(cells.x[:, 1] == tokens))} runs)"
        for tokens in np.unique(cells.x[cells.x[:, 1] < cut, 1])
    }
    verdict = {} if rest.ok else {"fit": f"not to be used: {rest.status}"}
    return {name: {**verdict, **found, "fitted": f"rms {np.sqrt(np.mean(error[kept] ** 2)):.2f} %"}}
