"""Studies of several variables: L(N,D) and Chinchilla on a grid of runs, L(N,S) on their curves."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from coverage_study import scatter
from coverage_study.outcome import Outcome, interval, region
from scalinglaws.laws.bootstrap import takes_pairs
from scalinglaws.laws.curves.chinchilla import optimal_size
from scalinglaws.laws.derived.efficient import EfficientTraining
from scalinglaws.laws.envelope import log_grid
from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.prediction import predict
from scalinglaws.laws.replicates import Replicates
from scalinglaws.laws.surface_fit import fit_surface
from scalinglaws.laws.surfaces.additive import CHINCHILLA, L_N_S
from scalinglaws.laws.surfaces.form import Form
from scalinglaws.laws.surfaces.joint import L_N_D
from scalinglaws.laws.surfaces.losses import LEAST_ABSOLUTE, SQUARES, Loss, huber

N_RESAMPLES = 199
BEYOND = 10.0  # how far outside the data a prediction is asked for
BUDGET = 1e23  # FLOPs, beyond the grid: N_opt of Chinchilla
BUDGET_MIN = 1.0  # PF-days of C_min: N_opt of Appendix B
ALPHA_B, B_STAR = 0.21, 2.1e8  # B_crit(L), known here

# Rows (N) and columns (D) of the grid. Eight runs are every other cell of a 4 x 4 grid.
GRIDS = {8: (4, 4), 12: (4, 3), 20: (5, 4), 40: (8, 5)}


@dataclass(frozen=True)
class Truth:
    """A law with its true parameters in the order of ``form.report_names``, and where runs lie."""

    form: Form
    values: tuple[float, ...]
    first: tuple[float, float]
    second: tuple[float, float]
    optimum: Callable[[np.ndarray], float] | None = None


def _chinchilla_size(parameters: np.ndarray) -> float:
    _, log10_a, log10_b, alpha, beta = parameters
    return np.log10(optimal_size(BUDGET, 10.0**log10_a, 10.0**log10_b, alpha, beta))


def _efficient_size(parameters: np.ndarray) -> float:
    alpha_n, alpha_s, log10_n, log10_s = parameters
    training = EfficientTraining(alpha_n, alpha_s, ALPHA_B, 10.0**log10_n, 10.0**log10_s, B_STAR)
    return np.log10(training.size(BUDGET_MIN))


KAPLAN = Truth(L_N_D, (0.076, 0.103, np.log10(6.4e13), np.log10(1.8e13)), (4e5, 7e8), (2e7, 2e10))
HOFFMANN = Truth(
    CHINCHILLA,
    (1.7, np.log10(400.0), np.log10(410.0), 0.34, 0.28),
    (1e6, 1e9),
    (1e8, 1e11),
    _chinchilla_size,
)
CURVES = Truth(
    L_N_S,
    (0.077, 0.76, np.log10(6.5e13), np.log10(2.1e3)),
    (4e5, 7e8),
    (1e3, 2.5e5),
    _efficient_size,
)


def ln_loss(truth: Truth, x: np.ndarray) -> np.ndarray:
    """True ln loss at x, shape (n, 2): the formulas as printed, not the package's own."""
    first, second = np.asarray(x, dtype=float).T
    if truth.form is L_N_D:
        alpha_n, alpha_d, n_c, d_c = truth.values
        inner = (10.0**n_c / first) ** (alpha_n / alpha_d) + 10.0**d_c / second
        return alpha_d * np.log(inner)
    if truth.form is CHINCHILLA:
        floor, a, b, alpha, beta = truth.values
        return np.log(floor + 10.0**a / first**alpha + 10.0**b / second**beta)
    alpha_n, alpha_s, n_c, s_c = truth.values
    return np.log((10.0**n_c / first) ** alpha_n + (10.0**s_c / second) ** alpha_s)


def grid(truth: Truth, n_runs: int) -> np.ndarray:
    """N and D of each run, shape (n_runs, 2)."""
    rows, columns = GRIDS[n_runs]
    first, second = np.geomspace(*truth.first, rows), np.geomspace(*truth.second, columns)
    cells = [(i, j) for i in range(rows) for j in range(columns)]
    if len(cells) > n_runs:
        cells = [(i, j) for i, j in cells if (i + j) % 2 == 0]
    return np.array([(first[i], second[j]) for i, j in cells])


def grid_study(
    truth: Truth, objective: Loss, rng: np.random.Generator, n_runs: int, unequal: float = 1.0
) -> tuple[str, list[Outcome]]:
    """Status and outcomes of a study with one observation a run.

    The largest models scatter ``unequal`` times as much as the smallest, all of them in the
    (logarithmic) middle by scatter.RUN.
    """
    x, shared = grid(truth, n_runs), scatter.test_set(rng)
    place = np.log(x[:, 0] / truth.first[0]) / np.log(truth.first[1] / truth.first[0]) - 0.5
    own = unequal**place * scatter.one_point_a_run(rng, n_runs)
    y = ln_loss(truth, x) + own + shared
    names = [f"run{i}" for i in range(n_runs)]
    fit = _fit(truth, x, y, names, objective)
    status, found = _outcomes(truth, fit, x, shared + scatter.one_point_a_run(rng, 1)[0])
    if unequal != 1.0:
        # What a new run would scatter by is not said; and no interval is its default here.
        found = [replace(o, default=False) for o in found if o.estimand != "new run"]
    return status, found


def curve_study(truth: Truth, rng: np.random.Generator, n_runs: int) -> tuple[str, list[Outcome]]:
    """Status and outcomes of a study of learning curves, one model size a run.

    They are read ten times a decade of steps, or of tokens.
    """
    sizes, shared = np.geomspace(*truth.first, n_runs), scatter.test_set(rng)
    places = log_grid(*truth.second)
    x = np.array([(size, place) for size in sizes for place in places])
    y = ln_loss(truth, x) + scatter.curves(rng, n_runs, len(places)).ravel() + shared
    names = [f"run{i}" for i in range(n_runs) for _ in places]
    fit = _fit(truth, x, y, names, SQUARES)
    return _outcomes(truth, fit, x, shared + scatter.curves(rng, 1, 1)[0, 0], along=True)


def _fit(truth: Truth, x: np.ndarray, y: np.ndarray, names: list[str], objective: Loss) -> LawFit:
    return fit_surface(
        truth.form,
        x,
        np.exp(y),
        names,
        law=truth.form.name,
        objective=objective,
        test_error=scatter.TEST_SET,
        bootstrap=objective is not SQUARES and takes_pairs(len(set(names))),
        n_resamples=N_RESAMPLES,
    )


def _outcomes(
    truth: Truth, fit: LawFit, x: np.ndarray, run_error: float, along: bool = False
) -> tuple[str, list[Outcome]]:
    """``run_error`` is the error of ln loss of a new run on the same test set."""
    if not fit.ok:
        return fit.status, []
    method, deleted = fit.method, fit.replicates.deleted()
    found = []
    for i, name in enumerate(fit.names):
        found.append(interval(name, method, fit.params[i], truth.values[i], fit.conf_int()[i]))
        if method != deleted.method:
            limits = fit.jackknife_conf_int()[i]
            found.append(
                interval(name, deleted.method, fit.params[i], truth.values[i], limits, False)
            )
    if joint := fit.joint_test_of(_as_printed(fit, truth)):
        found.append(region(method, joint["p_value"]))
    if truth.optimum:
        size = float(truth.optimum(np.array(truth.values)))
        found += _derived("log10 N_opt", fit.replicates, truth.optimum, size)

    at = BEYOND * x.max(axis=0)
    if along:
        at[1] = x[:, 1].max()  # a larger model, trained as long
    band, value = predict(fit, [at]), float(ln_loss(truth, [at])[0])
    own = fit.replicates.method
    estimate = np.log(band.loss[0])
    mean = np.log([band.low[0], band.high[0]])
    new = np.log([band.run_low[0], band.run_high[0]])
    found.append(interval("prediction", own, estimate, value, mean))
    found.append(interval("new run", own, estimate, value + run_error, new))
    return fit.status, found


def _derived(
    estimand: str, replicates: Replicates, function: Callable, truth: float
) -> list[Outcome]:
    own = replicates.map([estimand], function)
    found = [interval(estimand, own.method, own.estimate[0], truth, own.conf_int()[0])]
    if own.moved is not None:
        limits = own.deleted().conf_int()[0]
        found.append(
            interval(estimand, own.deleted().method, own.estimate[0], truth, limits, False)
        )
    return found


def _as_printed(fit: LawFit, truth: Truth) -> dict[str, dict]:
    """The true parameters as the configuration gives the paper's, for the same joint test."""
    return {
        name: {
            "law": fit.law,
            "parameter": name,
            "value": 10.0**value if name.startswith("log10_") else value,
            "rounding": 0.0,
        }
        for name, value in zip(fit.names, truth.values, strict=True)
    }


HUBER = huber(1e-3)
ABSOLUTE = LEAST_ABSOLUTE
