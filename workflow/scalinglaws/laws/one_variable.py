"""Fit a one-variable law as a line in ln x, and say in words when the answer is not to be used."""

from dataclasses import replace

import numpy as np

from scalinglaws.errors import UserError
from scalinglaws.laws.bootstrap import generator, line_draws
from scalinglaws.laws.line import FORMS, design, fit_line, with_covariance
from scalinglaws.laws.replicates import FEWEST_RUNS, Replicates
from scalinglaws.laws.result import FittedLaw

SMALLEST_SAMPLE = 4  # two parameters and two points more: below, no interval is worth printing
SMALLEST_DISTINCT = 3  # through two distinct x every line passes


def fit_one_variable(
    x,
    loss,
    *,
    form: str,
    response_name: str,
    without: dict | None = None,
    strata: dict[str, str] | None = None,
    freedom: dict[str, float] | None = None,
    fault: str = "",
    interval: str = "OLS",
    test_error: float = 0.0,
    **description,
) -> FittedLaw:
    """Fit level + slope (centre - ln x) to ``FORMS[form].response(loss)``.

    ``x`` and ``loss`` have shape (n,). ``description`` goes to FittedLaw (law, equation, names
    ...). Points that cannot be fitted give a FittedLaw whose status says why, not an exception, so
    that one poor law does not stop a study; arrays of different length raise UserError.

    ``without`` holds, for each run behind derived points, the (x, loss) left when it is deleted:
    then the fit is also jackknifed, each independent sample of ``strata`` by itself, with the
    degrees of freedom of ``freedom`` where G - 1 is not right; ``fault`` says why there are no
    points. ``interval="jackknife"`` makes that the law's only interval.
    ``test_error`` is the standard error of the test set relative to the loss, which all losses
    share: every covariance carries it.
    """
    x, loss = np.asarray(x, dtype=float), np.asarray(loss, dtype=float)
    if x.ndim != 1 or x.shape != loss.shape:
        raise UserError(
            f"{description['law']}: x has shape {x.shape}, loss {loss.shape}; give two lists of "
            "equal length"
        )
    without = without or {}
    description |= {"x": x, "loss": loss, "form": form, "interval": interval}
    fault = fault or _unfit(x, loss, description["variable"])
    best = min(len(without), len(set(description.get("run_ids", without))))
    if not fault and interval == "jackknife" and best < FEWEST_RUNS:
        fault = f"too few runs on the envelope: {best}, at least {FEWEST_RUNS} are needed"
    if fault:
        return FittedLaw(centre=np.nan, results=None, status=fault, **description)
    centre = float(np.log(x).mean())
    names = list(description["names"][:2])
    response, rows = FORMS[form].response, design(x, centre)
    results = fit_line(x, response(loss), names, response_name, centre)
    shifted = np.linalg.lstsq(rows, response(loss * np.exp(test_error)), rcond=None)[0]
    shared = shifted - results.params
    jackknife, bootstrap = _jackknife(names, results.params, without, form, centre), None
    if jackknife and strata:
        jackknife = replace(jackknife, strata=tuple(strata[run] for run in jackknife.labels))
    if jackknife and freedom:
        jackknife = jackknife.with_freedom(freedom)
    if jackknife and test_error:
        jackknife = jackknife.with_shared(shifted)
    if interval == "jackknife":
        kind, df = "jackknife, delete one run", float(jackknife.df().min())
        results = with_covariance(results, jackknife.covariance(), df, kind)
    else:
        rng = generator(description["law"])
        bootstrap = line_draws(rows, response(loss), rng)
        bootstrap += rng.normal(size=(len(bootstrap), 1)) * shared
        if test_error:
            own = results.cov_params() + np.outer(shared, shared)
            results = with_covariance(results, own, results.df_resid, "nonrobust + test set")
    status = _status(results, description["variable"])
    return FittedLaw(
        centre=centre,
        results=results,
        jackknife=jackknife,
        bootstrap=bootstrap,
        shared=shared,
        status=status,
        **description,
    )


def _jackknife(
    names: list[str], params: np.ndarray, without: dict, form: str, centre: float
) -> Replicates | None:
    """The line redone without each run; NaN where too little is left to draw a line through."""
    if len(without) < FEWEST_RUNS:
        return None
    deleted = {}
    for run, (x, loss) in without.items():
        if len(np.unique(x)) < 2:
            deleted[run] = np.full(2, np.nan)
            continue
        rows, response = design(x, centre), FORMS[form].response(loss)
        deleted[run] = np.linalg.lstsq(rows, response, rcond=None)[0]
    return Replicates.of(names, params, deleted)


def _unfit(x: np.ndarray, loss: np.ndarray, variable: str) -> str | None:
    """Why no line can be fitted at all."""
    usable = np.isfinite(x) & np.isfinite(loss) & (x > 0) & (loss > 0)
    if not usable.all():
        return f"{int((~usable).sum())} of {len(x)} points are not finite and positive"
    if len(x) < SMALLEST_SAMPLE:
        return f"too few points: {len(x)}, at least {SMALLEST_SAMPLE} are needed"
    if (distinct := len(np.unique(x))) < SMALLEST_DISTINCT:
        return f"too few distinct {variable}: {distinct}, at least {SMALLEST_DISTINCT} are needed"
    if np.ptp(loss) == 0.0:
        return f"the loss is constant: it does not depend on {variable}"
    return None


def _status(results, variable: str) -> str:
    """ "ok", or why the fitted line is no law."""
    slope, (low, _) = results.params[1], np.asarray(results.conf_int())[1]
    if not (np.isfinite(results.params).all() and np.isfinite(results.cov_params()).all()):
        return "estimates or their interval are not finite"
    if slope <= 0.0:
        return f"exponent not positive: the loss does not fall with {variable}"
    if low <= 0.0:
        return "exponent not resolved: its 95 % interval includes zero"
    return "ok"
