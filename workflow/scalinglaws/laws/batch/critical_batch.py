"""The critical batch size as a power law of the loss, B_crit(L) = B_* / L^(1/alpha_B) (Eq. 5.3).

At each loss level the runs of one model size give S_min, E_min and B_crit = E_min / S_min
(Eq. 5.1, 5.2); through ln B_crit of all levels and sizes goes one line in ln L. Neighbouring levels
come from the same few runs, so the runs are what is deleted: levels are no observations of their
own. Each model size is a sample by itself: its batches are fixed, its runs left out in turn.
"""

import numpy as np
from scipy import stats

from scalinglaws.errors import UserError
from scalinglaws.laws.batch.chain import CRITICAL, as_replicates, fault_of, variants
from scalinglaws.laws.batch.lines import fit_lines, line_results
from scalinglaws.laws.batch.scan import SizeScan, size_scans
from scalinglaws.laws.batch.trade_off import FEWEST_BATCHES, TradeOff, fit_trade_off
from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.replicates import LEVEL, jackknife_covariance
from scalinglaws.laws.undeclared import undeclared

LAW = "B_crit(L)"
EQUATION = "B_crit(L) = B_star / L^(1 / alpha_B)"
UNITS = ("1", "log10(tokens)")
FEWEST_LEVELS = 4  # two parameters and two levels more
NOTE = (
    "B_crit at each loss level from S = S_min + E_min / B over the batches that reached it, levels "
    f"with {FEWEST_BATCHES} batches or more; the interval redoes levels and line without each run"
)
LN10 = np.log(10.0)


def critical_batch_law(measurements: Measurements, declared: dict | None) -> LawFit:
    """Law B_crit(L) from the table ``batch_scan``; ``declared`` holds only ``experiment``.

    Parameters alpha_B, log10_B_star, and both again from each model size alone. ``points`` has a
    row a level: loss, N, S_min, E_min, B_crit with its own jackknife interval, number of batches.
    """
    if declared is None:
        return undeclared(LAW, EQUATION, CRITICAL, UNITS)
    if chosen := [key for key in ("select", "points", "compute_range") if declared.get(key)]:
        raise UserError(f"laws: B_crit(L): {chosen[0]} is not used; leave it out")
    return fit_critical_batch(measurements, {"experiment": declared.get("experiment", "")})


def fit_critical_batch(measurements: Measurements, choice: dict | None = None) -> LawFit:
    """The same law whether or not a study declares it: other laws are measured through it."""
    scans = size_scans(measurements.batch_scan)
    about = {"law": LAW, "equation": EQUATION, "choice": choice or {}, "note": NOTE}
    sizes = [scan.n_params for scan in scans]
    names = CRITICAL if len(sizes) < 2 else (*CRITICAL, *_names_by_size(sizes))
    about |= {"names": names, "units": UNITS * (len(names) // 2)}
    if not scans:
        return LawFit(**about, status="no batch-size scan was measured")
    about["run_ids"] = [run for scan in scans for run in scan.run_ids]
    # Row 0 of each fit has all runs of the size, row i leaves out its run i - 1.
    fits = [_fit_without_each(scan) for scan in scans]
    usable = sum(np.isfinite(fit.b_crit[0]).sum() for fit in fits)
    about["points"] = _points(scans, fits)
    about["excluded"] = _dropped(scans, fits)
    if usable < FEWEST_LEVELS:
        return LawFit(
            **about,
            status=f"too few loss levels reached by {FEWEST_BATCHES} batches or more: {usable}, at "
            f"least {FEWEST_LEVELS} are needed",
        )
    return _fit_lines(scans, fits, measurements.test_error, about)


def _fit_lines(
    scans: list[SizeScan], fits: list[TradeOff], test_error: float, about: dict
) -> LawFit:
    """ln B_crit on ln L, once as it is and once without each run, of all sizes and of each."""
    chain = [variants([], "", test_error=0.0)[0]]
    rows = [[0] * len(scans)]
    for i, scan in enumerate(scans):
        chain += variants(scan.run_ids, stratum_of(scan))[1:]
        rows += [[k if j == i else 0 for j in range(len(scans))] for k in range(1, _n(scan) + 1)]
    if test_error:
        chain += variants([], "", test_error=test_error)[1:]
        rows.append([0] * len(scans))
    ln_loss = [np.log(scan.loss) for scan in scans]
    ln_critical = [np.log(fit.b_crit[[row[i] for row in rows]]) for i, fit in enumerate(fits)]
    shift = np.array([variant.shift for variant in chain])
    whole = np.concatenate(ln_loss), np.concatenate(ln_critical, axis=1)
    kept = np.isfinite(whole[1][0])
    centre = float(whole[0][kept].mean())
    sets = [whole] if len(scans) < 2 else [whole, *zip(ln_loss, ln_critical, strict=True)]
    lines = [fit_lines(x + shift[:, None], y, centre) for x, y in sets]
    estimates = np.concatenate([_constants(line, centre) for line in lines], axis=1)
    replicates = as_replicates(about["names"], chain, estimates)
    internal = as_replicates(("level", "slope"), chain, lines[0] * [1.0, -1.0])
    status = fault_of(replicates.pick(*CRITICAL)) or _status(internal)
    x, y = whole[0][kept], whole[1][0][kept]
    residual = y - lines[0][0, 0] - lines[0][0, 1] * (x - centre)
    line_names = ("ln_B_crit_at_centre", "1/alpha_B")
    return LawFit(
        **about,
        status=status,
        replicates=replicates,
        remarks=_remarks(replicates),
        results=line_results(x, y, line_names, "ln B_crit", internal),
        checks={
            "rms_residual_percent": float(100.0 * np.sqrt(np.mean(np.expm1(residual) ** 2))),
            **_difference(about["names"], replicates),
        },
        prediction={
            "form": "line",
            "variables": ["L"],
            "centre_ln_x": centre,
            "names": list(line_names),
            "estimates": internal.estimate,
            "redone": internal.redone,
        },
    )


def stratum_of(scan: SizeScan) -> str:
    """Name of the sample that the runs of one model size are."""
    return f"batch scan N={scan.n_params}"


def _n(scan: SizeScan) -> int:
    return len(scan.run_ids)


def _names_by_size(sizes: list[int]) -> list[str]:
    return [f"{name} (N={size})" for size in sizes for name in CRITICAL]


def _fit_without_each(scan: SizeScan) -> TradeOff:
    step = np.repeat(scan.step[None], _n(scan) + 1, axis=0)
    for i in range(_n(scan)):
        step[i + 1, :, i] = np.nan
    return fit_trade_off(scan.batch, step)


def _constants(line: np.ndarray, centre: float) -> np.ndarray:
    """alpha_B and log10 B_* from levels and slopes of ln B_crit on ln L - centre, (..., 2)."""
    level, slope = line[..., 0], line[..., 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.stack([-1.0 / slope, (level - slope * centre) / LN10], axis=-1)


def _status(internal) -> str:
    if internal.estimate[1] <= 0.0:
        return "exponent not positive: B_crit does not grow as the loss falls"
    if not internal.conf_int()[1, 0] > 0.0:
        return "exponent not resolved: the 95 % interval of 1/alpha_B includes zero"
    return "ok"


def _remarks(replicates) -> dict[str, str]:
    """What is wrong with single estimates: a size whose levels do not give a line."""
    broken = ~np.isfinite(np.vstack([replicates.estimate, replicates.redone])).all(axis=0)
    return {
        name: "not identified: too few levels where one run is left out"
        for name, bad in zip(replicates.names, broken, strict=True)
        if bad
    }


def _difference(names: tuple[str, ...], replicates) -> dict:
    """B_crit is said to depend on the loss alone: do the sizes' exponents 1/alpha_B agree?"""
    own = [name for name in names if name.startswith("alpha_B (")]
    if len(own) != 2:
        return {}
    found = replicates.pick(*own).map(["difference"], lambda a: 1.0 / a[1] - 1.0 / a[0])
    low, high = found.conf_int()[0]
    return {
        "difference_of_1/alpha_B_between_the_sizes": {
            "estimate": float(found.estimate[0]),
            "low": float(low),
            "high": float(high),
        }
    }


def _points(scans: list[SizeScan], fits: list[TradeOff]) -> dict:
    """A row a level that was fitted; intervals where the level is still fitted without each run."""
    found: dict[str, list] = {}
    for scan, fit in zip(scans, fits, strict=True):
        reached = np.isfinite(scan.step).T  # (runs, levels)
        low, high = _level_intervals(fit, reached)
        for i in np.flatnonzero(np.isfinite(fit.b_crit[0])):
            row = {
                "loss": scan.loss[i],
                "n_params": scan.n_params,
                "S_min": fit.s_min[0, i],
                "E_min": fit.e_min[0, i],
                "B_crit": fit.b_crit[0, i],
                "B_crit_low": low[i],
                "B_crit_high": high[i],
                "n_batches": int(fit.n_batches[0, i]),
            }
            for name, value in row.items():
                found.setdefault(name, []).append(value)
    return found


def _level_intervals(fit: TradeOff, reached: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Jackknife intervals of B_crit at each level, t(G-1) over the G runs that reached it."""
    ln_critical = np.log(fit.b_crit)
    low, high = np.full((2, ln_critical.shape[1]), np.nan)
    for i in range(ln_critical.shape[1]):
        deleted = ln_critical[1:, i][reached[:, i]]
        if len(deleted) and np.isfinite(deleted).all():
            variance = jackknife_covariance(ln_critical[:1, i], deleted[:, None])[0, 0]
            half = stats.t.ppf(0.5 + LEVEL / 2.0, len(deleted) - 1) * np.sqrt(variance)
            low[i], high[i] = np.exp(ln_critical[0, i] + half * np.array([-1.0, 1.0]))
    return low, high


def _dropped(scans: list[SizeScan], fits: list[TradeOff]) -> list[tuple[str, str]]:
    """Levels without a B_crit, and why."""
    found = []
    for scan, fit in zip(scans, fits, strict=True):
        for i in np.flatnonzero(~np.isfinite(fit.b_crit[0])):
            few = fit.n_batches[0, i] < FEWEST_BATCHES
            reason = (
                f"level reached by fewer than {FEWEST_BATCHES} batches"
                if few
                else "level where B_crit is out of reach of these batches"
            )
            found.append((f"N={scan.n_params} at loss {scan.loss[i]:.4g}", reason))
    return found
