"""The critical batch size: set by the loss alone (Sec. 5.1), and told by the noise scale."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from scalinglaws.claims.claim import POSITIVE, Claim, Quantity, interval
from scalinglaws.claims.evidence import Evidence, cost
from scalinglaws.laws.batch.chain import CRITICAL
from scalinglaws.laws.batch.critical_batch import fit_critical_batch, stratum_of
from scalinglaws.laws.batch.scan import SizeScan, size_scans
from scalinglaws.laws.batch.trade_off import fit_trade_off
from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.replicates import Replicates

# B_crit changes a hundredfold over the losses of the paper: a factor of two between sizes at equal
# loss leaves the loss in charge, and a factor of three is "roughly" the noise scale.
SAME = 2.0
ROUGHLY = 3.0
JACKKNIFE = "all redone without each run of the scan, t(G-1)"
NOISE_RUNS = "noise scale"


def critical_batch(evidence: Evidence) -> Claim:
    """B_crit of two model sizes at equal losses, and its growth as the loss falls."""
    about = {
        "key": "critical_batch",
        "title": "Critical batch size set by the loss",
        "statement": "the critical batch size grows as a power of falling loss and does not depend "
        "on model size otherwise",
        "section": "Sec. 5.1, Eqs 1.4 and 5.3, Figs 10 and 18",
    }
    scans = size_scans(evidence.measurements.batch_scan)
    if not scans:
        return Claim(**about, missing="batch_size")
    about["runs"] = cost(evidence.runs("batch_size"))
    law = fit_critical_batch(evidence.measurements)
    many = {"n": len(law.run_ids), "method": JACKKNIFE}
    quantities = [_ratio_of_sizes(scans, many)]
    if law.replicates is not None:
        found = law.replicates.pick(*CRITICAL)
        power = found.map(["1/alpha_B"], lambda v: np.array([1.0 / v[0]]))
        quantities.append(
            Quantity(
                "exponent 1/alpha_B of B_crit in 1/L",
                float(power.estimate[0]),
                *map(float, power.conf_int()[0]),
                allowed=POSITIVE,
                paper=1.0 / 0.21,
                **many,
            )
        )
    sentence = "; ".join(f"the {quantity.name} is {interval(quantity)}" for quantity in quantities)
    return Claim(**about, quantities=quantities, sentence=f"{sentence[:1].upper()}{sentence[1:]}.")


def _ratio_of_sizes(scans: list[SizeScan], many: dict) -> Quantity:
    """B_crit of the largest model over that of the smallest, geometric mean over shared levels.

    Both scans are read at the same levels of loss; without a run, at those that are left.
    """
    about = many | {"allowed": (1.0 / SAME, SAME), "ratio": True}
    small, large = scans[0], scans[-1]
    if small is large:
        return Quantity(
            "B_crit at equal loss", np.nan, note="a scan of a second model size", **about
        )
    name = f"B_crit at equal loss, N = {large.n_params:.3g} over N = {small.n_params:.3g}"
    levels = sorted(set(small.loss) & set(large.loss))
    critical = {scan.n_params: _ln_critical(scan, levels) for scan in (small, large)}
    ours, theirs = critical[small.n_params], critical[large.n_params]
    shared = np.isfinite(ours[0]) & np.isfinite(theirs[0])

    def mean(first: np.ndarray, second: np.ndarray) -> float:
        ratio = (second - first)[shared]
        return float(np.nanmean(ratio)) if np.isfinite(ratio).any() else np.nan

    if not shared.any():
        note = "more batch sizes: no loss level gives a B_crit for both sizes"
        return Quantity(name, np.nan, note=note, **about)
    rows = [mean(row, theirs[0]) for row in ours[1:]] + [mean(ours[0], row) for row in theirs[1:]]
    found = Replicates(
        ("ln ratio",),
        np.array([mean(ours[0], theirs[0])]),
        np.array(rows)[:, None],
        (*small.run_ids, *large.run_ids),
        (stratum_of(small),) * len(small.run_ids) + (stratum_of(large),) * len(large.run_ids),
    )
    return Quantity(
        name,
        *(float(np.exp(value)) for value in (found.estimate[0], *found.conf_int()[0])),
        df=float(found.df()[0]),
        note="more batch sizes: without one of them no level gives a B_crit",
        **about,
    )


def _ln_critical(scan: SizeScan, levels: list[float]) -> np.ndarray:
    """ln B_crit at ``levels``: with all runs first, then without each; (runs + 1, levels)."""
    step = scan.step[[list(scan.loss).index(level) for level in levels]]
    passes = np.repeat(step[None], len(scan.run_ids) + 1, axis=0)
    for i in range(len(scan.run_ids)):
        passes[i + 1, :, i] = np.nan
    return np.log(fit_trade_off(scan.batch, passes).b_crit)


def noise_scale(evidence: Evidence) -> Claim:
    """The gradient noise scale over the measured critical batch size, at equal loss."""
    about = {
        "key": "noise_scale",
        "title": "Noise scale tells the critical batch size",
        "statement": "the gradient noise scale is roughly the critical batch size along training",
        "section": "Sec. 5.1, Fig. 10",
    }
    by_run = defaultdict(list)
    for row in evidence.tables["noise_scale"].to_pylist():
        # Where the test loss was not measured the loss on fresh training text is as good.
        loss = row["test_loss"] or row["train_loss"]
        if row["noise_scale"] and row["noise_scale"] > 0 and loss:
            by_run[row["run_id"]].append((loss, row["noise_scale"]))
    if not by_run or not size_scans(evidence.measurements.batch_scan):
        return Claim(**about, missing="batch_size with noise_tokens")
    about["runs"] = cost(evidence.runs("batch_size"))
    law = fit_critical_batch(evidence.measurements)
    if law.replicates is None:
        return Claim(**about, reason=f"B_crit(L): {law.status}")
    found = _ratio_to_noise(law, by_run)
    if found is None:
        return Claim(**about, reason="the noise scale was measured at other losses than B_crit")
    ratio = Quantity(
        "noise scale over B_crit at equal loss",
        *(float(np.exp(value)) for value in (found.estimate[0], *found.conf_int()[0])),
        method=f"{JACKKNIFE}, and without each of {len(by_run)} runs of the noise scale",
        n=found.n_runs,
        allowed=(1.0 / ROUGHLY, ROUGHLY),
        ratio=True,
        note=f"more batch sizes: {law.status}",
    )
    sentence = f"The {ratio.name} is {interval(ratio)}, geometric mean over the losses of both."
    return Claim(**about, quantities=[ratio], sentence=sentence)


def _ratio_to_noise(law: LawFit, by_run: dict[str, list]) -> Replicates | None:
    """Mean of ln(noise scale / B_crit) over the losses at which B_crit was measured."""
    low, high = min(law.points["loss"]), max(law.points["loss"])
    points = {
        run: np.array([own for own in rows if low <= own[0] <= high])
        for run, rows in sorted(by_run.items())
    }
    points = {run: own for run, own in points.items() if len(own)}
    if not points:
        return None

    def mean(constants: np.ndarray, without: str = "") -> list[float]:
        alpha, star = constants
        return [
            np.mean(
                [
                    np.mean(np.log(own[:, 1]) - star * np.log(10.0) + np.log(own[:, 0]) / alpha)
                    for run, own in points.items()
                    if run != without
                ]
            )
        ]

    own = law.replicates.pick(*CRITICAL)
    scan = own.map(["ln ratio"], mean)
    if len(points) < 2:
        return scan
    return Replicates(
        scan.names,
        scan.estimate,
        np.vstack([scan.redone, [mean(own.estimate, run) for run in points]]),
        (*scan.labels, *points),
        (*scan.strata, *(NOISE_RUNS for _ in points)),
    )
