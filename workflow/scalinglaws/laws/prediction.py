"""Loss predicted by a fitted law: its mean with an interval, and the wider band of one new run.

from scalinglaws.laws.prediction import predict

band = predict(law, [[1e9, 2e10]])       # N, D of L(N, D); a plain list of x for L(N)
band.low, band.high                      # of the mean over seeds, for the text at large
band.run_low, band.run_high              # of one new run, scored on the same test set
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from scalinglaws.errors import UserError
from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.line import FORMS as LINES
from scalinglaws.laws.line import design
from scalinglaws.laws.replicates import LEVEL, Replicates
from scalinglaws.laws.result import FittedLaw
from scalinglaws.laws.surfaces.additive import CHINCHILLA, L_N_S
from scalinglaws.laws.surfaces.joint import L_N_D, L_N_D_REJECTED

SURFACES = {form.name: form for form in (L_N_D, L_N_D_REJECTED, L_N_S, CHINCHILLA)}


@dataclass(frozen=True)
class Prediction:
    """Losses in nats/token at m places, each array of shape (m,); NaN where nothing was fitted.

    ``low`` to ``high`` is for the mean over seeds of the loss on all text of the kind, so the test
    set's own error counts. ``run_low`` to ``run_high`` is for the loss that one new run will have
    on the same test set: its error cancels, the run's own scatter ``seed_sd`` (standard deviation
    of ln loss) joins in. ``status`` is the law's.
    """

    loss: np.ndarray
    low: np.ndarray
    high: np.ndarray
    run_low: np.ndarray
    run_high: np.ndarray
    seed_sd: float
    status: str


def predict(
    law: FittedLaw | LawFit,
    x,
    *,
    seed_sd: float | None = None,
    seed_df: float = np.inf,
    level: float = LEVEL,
) -> Prediction:
    """Loss at ``x``: shape (m,), or (m, k) for a law of k variables in its order.

    ``seed_sd`` is the measured standard deviation of ln loss between runs that differ in their seed
    alone, ``seed_df`` its degrees of freedom; by default the scatter of the fitted runs about the
    law, which holds what the law misses as well. Both bands are Student's t.

    Raises:
        UserError: a law that predicts no loss, x of another shape, or no ``seed_sd`` for a law
            whose points show no scatter of runs (envelopes).
    """
    if isinstance(law, FittedLaw):
        return _of_line(law, x, seed_sd, seed_df, level)
    return _of_surface(law, x, seed_sd, seed_df, level)


def _of_line(law: FittedLaw, x, seed_sd, seed_df, level) -> Prediction:
    x = np.asarray(x, dtype=float)
    if x.ndim != 1:
        raise UserError(f"{law.law}: x has shape {x.shape}; give a list of {law.variable}")
    if law.results is None:
        return _nothing(len(x), law.status)
    if seed_sd is None and law.interval != "OLS":
        raise UserError(
            f"{law.law}: its points are minima over runs and show no scatter of runs; give seed_sd"
        )
    rows, inverse = design(x, law.centre), LINES[law.form].inverse
    value = rows @ law.params
    variance = np.einsum("ij,jk,ik->i", rows, law.cov_params(), rows)
    own = variance - (rows @ law.shared) ** 2
    if seed_sd is None:
        scatter, seed_df, seed_sd = law.results.scale, None, np.sqrt(law.results.scale)
        # The logarithm's residuals are of the loss itself.
        seed_sd /= 1.0 if law.form == "power law" else float(np.mean(law.loss))
    else:
        scatter = (seed_sd * (1.0 if law.form == "power law" else value)) ** 2
    df = np.full(len(x), law.df)
    half, half_run = _halves(variance, df, own, df, scatter, seed_df, level)
    return Prediction(
        inverse(value),
        inverse(value - half),
        inverse(value + half),
        inverse(value - half_run),
        inverse(value + half_run),
        float(seed_sd),
        law.status,
    )


def _of_surface(law: LawFit, x, seed_sd, seed_df, level) -> Prediction:
    form = SURFACES.get(law.prediction.get("form")) if law.prediction else None
    if form is None and (law.replicates is not None or law.prediction):
        raise UserError(f"{law.law}: predicts no loss; there are: {', '.join(SURFACES)}")
    x = np.asarray(x, dtype=float)
    if form is None:
        return _nothing(len(x), law.status)
    if x.ndim != 2 or x.shape[1] != len(form.variables):
        raise UserError(
            f"{law.law}: x has shape {x.shape}; give a row a prediction with the columns "
            f"{', '.join(form.variables)}"
        )
    u = np.log(x) - law.prediction["centre_ln_x"]
    parameters = internal(law)
    mean = parameters.map(range(len(u)), lambda theta: form.value(theta[None], u)[0])
    if seed_sd is None:
        seed_sd, seed_df = run_scatter(law), None
    same_text = mean.without_shared()
    half, half_run = _halves(
        mean.std_err() ** 2,
        mean.df(),
        same_text.std_err() ** 2,
        same_text.df(),
        seed_sd**2,
        seed_df,
        level,
    )
    value = mean.estimate
    return Prediction(
        np.exp(value),
        np.exp(value - half),
        np.exp(value + half),
        np.exp(value - half_run),
        np.exp(value + half_run),
        float(seed_sd),
        law.status,
    )


def internal(law: LawFit) -> Replicates:
    """Replicates of the internal parameters of a surface, whose interval a band needs."""
    own, reported = law.prediction, law.replicates
    moved, drawn = own.get("moved"), own.get("drawn")
    return Replicates(
        tuple(own["names"]),
        np.asarray(own["estimates"]),
        np.asarray(own["redone"]),
        reported.labels,
        reported.strata,
        None if moved is None else np.asarray(moved),
        () if moved is None else reported.freedom,
        None if drawn is None else np.asarray(drawn),
    )


def run_scatter(law: LawFit) -> float:
    """Standard deviation of ln loss of a run about a fitted surface.

    The mean product of each residual with the one that its run has from the fit without it: for
    least squares of one observation a run its expectation is the variance exactly, whatever the
    leverages, e^2 / (1 - h); and no residual of a curve is taken for an independent one.
    """
    own, form = law.prediction, SURFACES[law.prediction["form"]]
    x = np.column_stack([law.points[name] for name in form.variables]).astype(float)
    u, y = np.log(x) - own["centre_ln_x"], np.log(np.asarray(law.points["loss"], dtype=float))
    residual = y - form.value(np.asarray(own["estimates"])[None], u)[0]
    rows = {label: i for i, label in enumerate(law.replicates.labels)}
    without = form.value(np.asarray(own["redone"]), u)
    left_out = y - without[[rows[run] for run in law.run_ids], np.arange(len(y))]
    return float(np.sqrt(max(np.mean(residual * left_out), 0.0)))


def _halves(variance, df, own, own_df, scatter, seed_df, level) -> tuple[np.ndarray, np.ndarray]:
    """Half widths of both bands in ln loss.

    Scatter out of the same residuals (``seed_df`` None) adds no degrees of freedom; a measured one
    is independent and joins in by Welch and Satterthwaite.
    """
    total = own + scatter
    if seed_df is None:
        total_df = own_df
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            total_df = total**2 / (own**2 / own_df + scatter**2 / seed_df)
    quantile = 0.5 + level / 2.0
    return (
        stats.t.ppf(quantile, df) * np.sqrt(variance),
        stats.t.ppf(quantile, np.where(np.isfinite(total_df), total_df, own_df)) * np.sqrt(total),
    )


def _nothing(size: int, status: str) -> Prediction:
    nothing = np.full(size, np.nan)
    return Prediction(*(nothing,) * 5, float("nan"), status)
