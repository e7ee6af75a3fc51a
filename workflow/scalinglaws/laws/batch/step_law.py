"""Loss against model size and steps, L(N, S_min) (Eqs 1.6, 5.6), through the refitted B_crit(L).

Measured steps become S_min by Eq. 5.4. The interval redoes the whole chain, trade-offs and B_crit
of the batch scan included, without each run of the scan and without each run of the ladder.
The published S_c belongs to steps at the critical batch size, S = 2 S_min (Appendix B), and is
twice that of the curves drawn against S_min: both are reported, by name (docs/decisions.md).
"""

import numpy as np

from scalinglaws.laws.batch.chain import Variant, as_replicates, fault_of, variants
from scalinglaws.laws.batch.critical_batch import fit_critical_batch
from scalinglaws.laws.batch.ladder import Ladder, ladder
from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.replicates import FEWEST_RUNS, Replicates
from scalinglaws.laws.surface_model import SurfaceModel
from scalinglaws.laws.surfaces.additive import L_N_S
from scalinglaws.laws.surfaces.multistart import fit_from_starts
from scalinglaws.laws.surfaces.solver import solve
from scalinglaws.laws.surfaces.verdict import data_verdict, verdict
from scalinglaws.laws.undeclared import undeclared

LAW = "L(N,S_min)"
AT_CRITICAL_BATCH = "log10_S_c (critical batch)"
NAMES = (*L_N_S.report_names, AT_CRITICAL_BATCH)
UNITS = (*L_N_S.report_units, "log10(steps)")
NOTE = (
    "means of ln L within tenths of a decade of steps; S_min from Eq. 5.4 by the B_crit(L) "
    "refitted to the batch scan; the interval redoes scan, conversion and fit without each run"
)


def step_law(measurements: Measurements, declared: dict | None) -> LawFit:
    """Law L(N,S_min) from the curves of ``declared["experiment"]`` and the batch scan.

    ``select`` and ``points`` as in `ladder`: the paper leaves out warm-up and runs trained with
    Adafactor. The sentence in ``status`` says what is missing where it cannot be fitted.
    """
    if declared is None:
        return undeclared(LAW, L_N_S.equation, NAMES, UNITS)
    found = ladder(measurements, declared)
    about = {
        "law": LAW,
        "equation": L_N_S.equation,
        "names": NAMES,
        "units": UNITS,
        "excluded": found.excluded,
        "choice": found.choice,
        "note": NOTE,
    }
    critical = fit_critical_batch(measurements)
    if not critical.ok:
        return LawFit(**about, status=f"steps cannot be converted: B_crit(L): {critical.status}")
    if len(found.runs) < FEWEST_RUNS:
        fault = f"too few runs: {len(found.runs)}, at least {FEWEST_RUNS} are needed"
        return LawFit(**about, status=fault)
    chain = variants(list(found.runs), found.stratum, critical.replicates, measurements.test_error)
    return _fit(found, chain, about)


def _fit(found: Ladder, chain: list[Variant], about: dict) -> LawFit:
    averaged = {run: curve.averaged() for run, curve in found.runs.items()}
    run_ids = [run for run, curve in averaged.items() for _ in curve.loss]
    size = np.concatenate([[c.n_params] * len(c.loss) for c in averaged.values()]).astype(float)
    loss = np.concatenate([curve.loss for curve in averaged.values()])
    # Each pass through the chain has S_min of its own, and leaves out points of one run or none.
    steps = np.array(
        [np.concatenate([c.step_min(variant) for c in averaged.values()]) for variant in chain]
    )
    kept = np.array(
        [[variant.keeps(found.stratum, run) for run in run_ids] for variant in chain], dtype=float
    )
    ln_x = np.stack([np.broadcast_to(np.log(size), steps.shape), np.log(steps)], axis=-1)
    centre = ln_x[0].mean(axis=0)
    u, y = ln_x - centre, np.log(loss) + np.array([[variant.shift] for variant in chain])
    fault = data_verdict(L_N_S, u[0], y[0], runs=run_ids)
    if fault != "ok":
        return LawFit(**about, status=fault)
    best = fit_from_starts(L_N_S, u[0], y[0])
    passes = solve(L_N_S, u, y, best.theta, weights=kept)
    theta = np.where(passes.converged[:, None], passes.theta, np.nan)
    report = L_N_S.report(theta, centre)
    replicates = as_replicates(
        NAMES, chain, np.column_stack([report, report[:, -1] + np.log10(2.0)])
    )
    internal = as_replicates(L_N_S.parameters, chain, theta)
    residual = y[0] - L_N_S.value(passes.theta[:1], u[0])[0]
    return LawFit(
        **about,
        status=_status(replicates, verdict(L_N_S, u[0], y[0], best, runs=run_ids)),
        replicates=replicates,
        points={"N": size, "S_min": steps[0], "loss": loss},
        run_ids=run_ids,
        results=SurfaceModel(L_N_S, u[0], y[0]).results(
            best.theta,
            internal.covariance(),
            float(internal.df().min()),
            "jackknife, delete one run",
        ),
        checks={
            "rms_residual_percent": float(100.0 * np.sqrt(np.mean(np.expm1(residual) ** 2))),
            "starts_at_the_same_optimum": f"{best.agreeing} of {best.n_starts}",
        },
        prediction={
            "form": L_N_S.name,
            "variables": list(L_N_S.variables),
            "centre_ln_x": centre,
            "names": list(L_N_S.parameters),
            "estimates": passes.theta[0],
            "redone": internal.redone,
            "alpha_B": chain[0].alpha_B,
            "log10_B_star": chain[0].log10_B_star,
        },
    )


def _status(replicates: Replicates, of_fit: str) -> str:
    if of_fit != "ok":
        return of_fit
    if fault := fault_of(replicates):
        return fault
    low = replicates.conf_int()[:2, 0]
    for name, limit in zip(NAMES[:2], low, strict=True):
        if not limit > 0.0:
            return f"exponent not resolved: the 95 % interval of {name} includes zero"
    return "ok"
