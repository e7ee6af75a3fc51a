"""Fit a law of several variables, with an interval for every parameter and a verdict.

Whose the intervals are depends on what the runs tell about their scatter (coverage and widths:
benchmarks/results/coverage.md).

- Least squares, one observation a run, below FEWEST_FOR_PAIRS runs: s^2 of the residuals and
  t(n - p), as for a straight line (`Replicates.moved`). Runs are taken to scatter alike: with a
  standard deviation three times as large for the largest models as for the smallest 85 to 92 %
  cover. The jackknife stands beside, needs no such assumption (93 to 96 % cover then), and is up to
  twice as wide.
- The same from there on: the jackknife with t(G - 1). It costs a tenth of the width at 20 runs.
- Least squares, many observations a run, which rise and fall together: the jackknife of runs.
  Observations taken as independent would cover 30 % where 95 are meant.
- Huber's loss and absolute deviations: the jackknife, and from FEWEST_FOR_PAIRS runs on a pairs
  bootstrap of runs (`Replicates.drawn`). Such estimates jump from point to point, so that deleting
  one run of 40 says too little (90 % cover); but resamples of eight runs leave too few of them
  (87 % of predictions cover).
"""

from dataclasses import replace

import numpy as np

from scalinglaws.counting import counted
from scalinglaws.errors import UserError
from scalinglaws.laws.bootstrap import (
    N_RESAMPLES,
    generator,
    how,
    pair_counts,
    percentile_interval,
    takes_pairs,
    wild_responses,
)
from scalinglaws.laws.lack_of_fit import bend_test
from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.replicates import FEWEST_RUNS, LEVEL, Replicates
from scalinglaws.laws.surface_model import SurfaceModel
from scalinglaws.laws.surfaces.form import Form
from scalinglaws.laws.surfaces.losses import SQUARES, Loss
from scalinglaws.laws.surfaces.multistart import fit_from_starts
from scalinglaws.laws.surfaces.solver import solve
from scalinglaws.laws.surfaces.verdict import verdict

ROUNDING = 1e-9  # of ln L: residuals below say nothing


def fit_surface(
    form: Form,
    x: np.ndarray,
    loss: np.ndarray,
    run_ids: list[str],
    *,
    law: str,
    objective=SQUARES,
    test_error: float = 0.0,
    bootstrap: bool = True,
    n_resamples: int = N_RESAMPLES,
    excluded: list[tuple[str, str]] | None = None,
    choice: dict | None = None,
    note: str = "",
) -> LawFit:
    """Fit ``form`` to ln of ``loss`` (nats/token, shape (n,)) at ``x``, shape (n, k).

    x follows ``form.variables``; infinity is allowed (D of all the text there is). Observations of
    one run share a name in ``run_ids`` (n,) and are deleted together. ``objective`` is one of
    `surfaces.losses`, summed over residuals of ln loss. ``test_error`` is the standard error of the
    test set relative to the loss: all losses share it, so no comparison of runs shows it.
    ``bootstrap`` draws ``n_resamples`` of whole runs: a cross-check (for least squares wild below
    FEWEST_FOR_PAIRS runs, else pairs), and from there on the interval of the other objectives.

    Data that cannot be fitted give a LawFit whose ``status`` says why; arrays that do not belong
    together raise UserError.
    """
    x, loss = np.asarray(x, dtype=float), np.asarray(loss, dtype=float)
    if x.shape != (len(loss), len(form.variables)) or len(run_ids) != len(loss):
        raise UserError(
            f"{law}: {len(loss)} losses with x of shape {x.shape} and {len(run_ids)} run names; "
            f"give a column for each of {', '.join(form.variables)} and a row an observation"
        )
    about = {
        "law": law,
        "equation": form.equation,
        "names": tuple(form.report_names),
        "units": tuple(form.report_units),
        "points": dict(zip(form.variables, x.T, strict=True)) | {"loss": loss},
        "run_ids": list(run_ids),
        "excluded": excluded or [],
        "choice": choice or {},
        "note": note,
    }
    if fault := _unfit(form, x, loss, run_ids, objective):
        return LawFit(**about, status=fault)
    with np.errstate(divide="ignore"):
        ln_x, y = np.log(x), np.log(loss)
    centre = np.array([column[np.isfinite(column)].mean() for column in ln_x.T])
    u = ln_x - centre
    runs, groups = np.unique(run_ids, return_inverse=True)
    best = fit_from_starts(form, u, y, loss=objective)
    status = verdict(form, u, y, best, runs=run_ids)
    theta = best.theta

    kept = (groups[None, :] != np.arange(len(runs))[:, None]).astype(float)
    redone = solve(form, u, y, theta, weights=kept, loss=objective)
    if status == "ok":
        status = _redone_status(runs, redone)
    stratum = (choice or {}).get("experiment") or "runs"  # laws of the same runs lose them together
    smooth = objective.delta == np.inf
    alone = len(runs) == len(y) and smooth
    internal = replace(
        Replicates.of(form.parameters, theta, dict(zip(runs, redone.theta, strict=True)), stratum),
        smooth=smooth,
        alone=alone,
    )
    if alone and not takes_pairs(len(runs)):
        internal = _with_moved(internal, form, u, y, runs[groups])
    if test_error:
        shifted = solve(form, u, y + test_error, theta, loss=objective).theta
        internal = internal.with_shared(shifted[0])

    def report(parameters: np.ndarray) -> np.ndarray:
        return form.report(np.atleast_2d(parameters), centre)

    replicates = internal.map(form.report_names, lambda row: report(row)[0])
    value, jacobian = form.value_and_jacobian(theta[None], u)
    fitted = value[0]
    left_out = y - form.value(redone.theta, u)[groups, np.arange(len(y))]
    fit = LawFit(
        **about,
        status=status,
        caveat=_bend(u, y - fitted, jacobian[0]) if alone and status == "ok" else "",
        replicates=replicates,
        results=_results(form, u, y, internal),
        checks={
            "rms_residual_percent": _percent(y - fitted),
            "leave_one_run_out_percent": _percent(left_out),
            "starts_at_the_same_optimum": f"{best.agreeing} of {best.n_starts}",
        },
        prediction={
            "form": form.name,
            "variables": list(form.variables),
            "centre_ln_x": centre,
            "names": list(form.parameters),
            "estimates": theta,
            "redone": internal.redone,
            "moved": internal.moved,
        },
    )
    if not bootstrap or status != "ok":
        return fit
    rng = generator(law)
    robust = objective.delta < np.inf
    if robust or takes_pairs(len(runs)):
        weights, responses = pair_counts(groups, rng, n_resamples), y
    else:
        weights, responses = None, wild_responses(fitted, left_out, groups, rng, n_resamples)
    drawn = solve(form, u, responses, theta, weights=weights, loss=objective)
    drawn_theta = np.where(drawn.converged[:, None], drawn.theta, np.nan)
    draws = report(drawn_theta)
    shared = replicates.redone[-1] - replicates.estimate if test_error else 0.0
    fit = replace(
        fit,
        bootstrap=percentile_interval(draws + rng.normal(size=(n_resamples, 1)) * shared),
        details={
            "bootstrap": how(len(runs), robust, n_resamples),
            "resamples_not_converged": int((~drawn.converged).sum()),
        },
    )
    if not (robust and takes_pairs(len(runs))):
        return fit
    replicates = replicates.with_drawn(draws)
    return replace(
        fit,
        replicates=replicates,
        method=replicates.method,
        results=_results(form, u, y, internal.with_drawn(drawn_theta)),
        prediction=fit.prediction | {"drawn": drawn_theta},
    )


def _results(form: Form, u: np.ndarray, y: np.ndarray, internal: Replicates):
    """statsmodels' results object of the internal parameters."""
    model, df = SurfaceModel(form, u, y), float(internal.df().min())
    return model.results(internal.estimate, internal.covariance(), df, internal.method)


def _with_moved(
    internal: Replicates, form: Form, u: np.ndarray, y: np.ndarray, runs: np.ndarray
) -> Replicates:
    """Also the fits with ln L of each run moved by s; as it was where one of them does not settle.

    ``runs`` (n,) names the run of each observation, one each.
    """
    theta, df = internal.estimate, len(y) - len(internal.names)
    s = np.sqrt(np.sum((y - form.value(theta[None], u)[0]) ** 2) / df)
    moved = solve(form, u, y + s * np.eye(len(y)), theta)
    if not moved.converged.all():
        return internal
    return internal.with_moved(dict(zip(runs, moved.theta, strict=True)), df)


def _bend(u: np.ndarray, residual: np.ndarray, jacobian: np.ndarray) -> str:
    """A sentence where the residuals of independent runs still bend; "" where they do not."""
    if np.sqrt(np.mean(residual**2)) < ROUNDING:
        return ""
    found = bend_test(u, residual, jacobian)
    if not found["p_value"] < 1.0 - LEVEL:
        return ""
    return (
        f"bends: the quadratic terms that the law does not have are not zero "
        f"(F = {found['F']:.3g}, p = {found['p_value']:.2g}), so it holds at best locally"
    )


def _unfit(
    form: Form, x: np.ndarray, loss: np.ndarray, run_ids: list[str], objective: Loss
) -> str | None:
    """Why nothing can be fitted at all."""
    usable = np.isfinite(loss) & (loss > 0) & np.all(x > 0, axis=1)
    if not usable.all():
        return f"{int((~usable).sum())} of {len(loss)} points are not finite and positive"
    if len(loss) < (least := len(form.parameters) + 2):
        return f"too few points: {len(loss)}, at least {least} are needed"
    if objective.delta == 0.0 and len(loss) < (least := 2 * len(form.parameters)):
        # It goes exactly through as many points as it has parameters: what is left must tell of
        # the scatter, and each deletion picks other points. From 8 points 98.5 % covered.
        return f"too few points for absolute deviations: {len(loss)}, at least {least} are needed"
    if (n_runs := len(set(run_ids))) < FEWEST_RUNS:
        return f"too few runs: {n_runs}, at least {FEWEST_RUNS} are needed for an interval"
    for name, column in zip(form.variables, x.T, strict=True):
        distinct = len(np.unique(column[np.isfinite(column)]))
        if distinct < 3:
            return f"too few distinct {name}: {distinct}, at least 3 are needed"
    if np.ptp(loss) == 0.0:
        return f"the loss is constant: it does not depend on {' or '.join(form.variables)}"
    return None


def _redone_status(runs: np.ndarray, redone) -> str:
    """Whether the fit still exists without each run."""
    if redone.converged.all():
        return "ok"
    failed = list(runs[~redone.converged])
    return (
        f"not identified: the fit does not converge without {failed[0]}"
        + (f" (nor without {counted(len(failed) - 1, 'other')})" if len(failed) > 1 else "")
        + "; add runs beside it"
    )


def _percent(residual: np.ndarray) -> float:
    return float(100.0 * np.sqrt(np.mean(np.expm1(residual) ** 2)))
