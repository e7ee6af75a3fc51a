"""Whether a fitted form may be used: "ok", or the sentence that says why not."""

import numpy as np
from scipy import stats

from scalinglaws.laws.replicates import FEWEST_RUNS
from scalinglaws.laws.surfaces.form import Form
from scalinglaws.laws.surfaces.multistart import Fit

SPARE_POINTS = 2  # points beyond the parameters, below which residuals say nothing about noise
SINGULAR = 1e7  # condition number of the scaled Jacobian at which rounding decides
LOOSEST = 1.0  # std. error of ln of a term at the centre: unknown to a factor of e
LEAST_MOVE = 1e-8
LEAST_SPREAD = 1e-9  # of ln L


def data_verdict(
    form: Form, u: np.ndarray, y: np.ndarray, weights: np.ndarray | None = None, runs=None
) -> str:
    """What can be said before fitting: enough distinct points and runs, and x and L that vary.

    ``u`` (n, k), ``y`` (n,); ``runs`` names each point's run, where several points share one.
    """
    kept = np.ones(len(y), bool) if weights is None else np.asarray(weights) > 0
    u, y = u[kept], y[kept]
    n_points = len(np.unique(np.column_stack([u, y]), axis=0))
    size, needed = len(form.parameters), len(form.parameters) + SPARE_POINTS
    if n_points < needed:
        return (
            f"too few points: {n_points} different ones for {size} parameters, "
            f"at least {needed} are needed"
        )
    if runs is not None and (n_runs := len(set(np.asarray(runs)[kept].tolist()))) < FEWEST_RUNS:
        return f"too few runs: {n_runs}, at least {FEWEST_RUNS} are needed"
    for k, variable in enumerate(form.variables):
        finite = u[np.isfinite(u[:, k]), k]
        if len(np.unique(finite)) < 2:
            return f"{variable} has fewer than two different finite values"
    if np.ptp(y) <= LEAST_SPREAD:
        return "the loss is the same at every point"
    return "ok"


def verdict(
    form: Form,
    u: np.ndarray,
    y: np.ndarray,
    fit: Fit,
    weights: np.ndarray | None = None,
    runs=None,
) -> str:
    """ "ok", or why the estimates of ``fit`` are not to be used; shapes as in `data_verdict`.

    In this order: too few points or runs, an x or a loss that does not vary, an estimate that ran
    away, no convergence, a direction that the points leave open, values that are still those of
    the start, another minimum that fits nearly as well.
    """
    before = data_verdict(form, u, y, weights, runs)
    if before != "ok":
        return before
    if not np.isfinite(fit.theta).all() or not np.isfinite(fit.objective):
        return "the fit is not finite"
    theta = fit.theta[None]
    for sentence, applies in form.at_bounds(theta, u, y, weights).items():
        if applies[0]:
            return f"at a bound: {sentence}"
    open_direction = _open_direction(form, u, y, theta, weights)
    if not fit.converged:
        return "; ".join(filter(None, ("not converged from any start", open_direction)))
    if open_direction:
        return open_direction
    if np.abs(fit.theta - fit.start).max() <= LEAST_MOVE:
        return "the parameters did not move from their start values"
    size, n_points = len(fit.theta), len(y) if weights is None else int((weights > 0).sum())
    near = 1.0 + size * stats.f.ppf(0.95, size, n_points - size) / (n_points - size)
    if fit.second <= near * fit.objective:
        return (
            "another minimum fits nearly as well: "
            f"objective {fit.second:.6g} against {fit.objective:.6g}"
        )
    return "ok"


def _open_direction(
    form: Form, u: np.ndarray, y: np.ndarray, theta: np.ndarray, weights: np.ndarray | None
) -> str:
    """A sentence where J'J is nearly singular or leaves a parameter open; "" where it does not."""
    value, jacobian = form.value_and_jacobian(theta, u)
    root = np.ones(len(y)) if weights is None else np.sqrt(weights)
    columns, residual = jacobian[0] * root[:, None], (value[0] - y) * root
    norm = np.linalg.norm(columns, axis=0)
    if (norm == 0).any():
        return f"flat: nothing depends on {form.parameters[int(np.argmin(norm))]}"
    _, singular, rows = np.linalg.svd(columns / norm, full_matrices=False)
    if singular[0] > SINGULAR * singular[-1]:
        loosest = int(np.argmax(np.abs(rows[-1])))
        return f"flat: the points do not determine {form.parameters[loosest]}"
    df = (len(y) if weights is None else weights.sum()) - len(norm)
    noise = np.sqrt(residual @ residual / df)
    std_err = noise * np.sqrt(((rows / singular[:, None]) ** 2).sum(axis=0)) / norm
    # Of logarithms only: an exponent's own error is for its interval to tell.
    for name, error in zip(form.parameters, std_err, strict=True):
        if error > LOOSEST and name.startswith(("ln_", "level_")):
            return f"flat: {name} is known no better than {error:.2g} (std. error)"
    return ""
