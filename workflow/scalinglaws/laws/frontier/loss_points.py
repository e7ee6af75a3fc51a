"""Points of L(C) and L(C_min) from a ladder: the envelope, and the envelope redone for each run.

L(C_min) (Eqs 1.3, 6.3) needs C converted by the refitted B_crit(L) (Eq. 5.5): then the envelope is
computed again without each run of the batch scan as well. Each curve of the ladder is replaced by
what its neighbours predict, not left out (`neighbours`). A source that knows C_min itself (the
paper's Fig. 1) is taken at its word: its curves cannot be converted again.
"""

import numpy as np

from scalinglaws.laws.batch.chain import Variant, variants
from scalinglaws.laws.batch.critical_batch import fit_critical_batch
from scalinglaws.laws.batch.ladder import Ladder, ladder
from scalinglaws.laws.compute_points import envelope_points
from scalinglaws.laws.envelope import PER_DECADE, Envelope
from scalinglaws.laws.frontier.neighbours import freedom, runs_of
from scalinglaws.laws.frontier.optimum import envelope_of
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.selection import Selection

NOTE = (
    "the lower envelope of the {}; the intervals redo it with each curve as its neighbours predict "
    "it"
)
CURVES = "learning curves"
ENDS = "ends of cooled-down runs, the lengths of one trunk as one curve"
CONVERTED = (
    "; C_min from Eq. 5.5 by the B_crit(L) refitted to the batch scan, redone without each of its "
    "runs"
)


def compute_points(measurements: Measurements, declared: dict) -> Selection:
    """Points of naive L(C), and the same redone with each run as its neighbours predict it.

    ``declared`` as in `envelope_points`; the runs must have their N.
    """
    found = ladder(measurements, declared, needs_batch=False)
    return _redone(found, variants(list(found.runs), found.stratum), declared)


def compute_min_points(measurements: Measurements, declared: dict) -> Selection:
    """Points of L(C_min), redone for each run of the ladder and without each of the batch scan.

    The samples, ladder and sizes of the scan, are independent: ``Selection.strata`` names them.
    Where nothing can be converted, ``fault`` says why. ``declared`` as in `envelope_points`.
    """
    if _gives_compute_min(measurements, declared["experiment"]):
        return envelope_points(
            measurements.runs, measurements.curves, declared, column="compute_min"
        )
    found = ladder(measurements, declared)
    critical = fit_critical_batch(measurements)
    if not critical.ok:
        return Selection(
            np.array([]),
            np.array([]),
            [],
            excluded=found.excluded,
            choice=found.choice,
            fault=f"compute cannot be converted: B_crit(L): {critical.status}",
        )
    chain = variants(list(found.runs), found.stratum, critical.replicates)
    return _redone(found, chain, declared, CONVERTED)


def _redone(
    found: Ladder, chain: list[Variant], declared: dict, converted_by: str = ""
) -> Selection:
    limits = declared.get("compute_range") or {}
    whole, *others = (_envelope(found, variant, limits) for variant in chain)
    changed = {
        variant.label: (variant.stratum, envelope)
        for variant, envelope in zip(chain[1:], others, strict=True)
        if not _same(envelope, whole)
    }
    converted = np.isfinite(chain[0].alpha_B)
    ladder_runs = [run for run, (stratum, _) in changed.items() if stratum == found.stratum]
    return Selection(
        x=whole.compute,
        loss=whole.loss,
        run_ids=whole.best,
        excluded=found.excluded,
        choice=found.choice
        | {
            "x": "compute_min" if converted else "compute_6nbs",
            "compute_range": limits,
            "n_candidates": len(found.runs),
        },
        without={run: (left.compute, left.loss) for run, (_, left) in changed.items()},
        strata={run: stratum for run, (stratum, _) in changed.items()},
        freedom={found.stratum: freedom(found, ladder_runs)},
        note=NOTE.format(ENDS if declared.get("ends") else CURVES) + converted_by,
    )


def _envelope(found: Ladder, variant: Variant, limits: dict) -> Envelope:
    runs = runs_of(found, variant)
    at_fixed_batch = np.isnan(variant.alpha_B)
    curves = {
        name: (run.compute if at_fixed_batch else run.compute_min(variant), run.loss)
        for name, run in runs.items()
    }
    sizes = {name: run.n_params for name, run in runs.items()}
    return envelope_of(curves, sizes, limits, PER_DECADE)


def _same(one: Envelope, other: Envelope) -> bool:
    return np.array_equal(one.compute, other.compute) and np.array_equal(one.loss, other.loss)


def _gives_compute_min(measurements: Measurements, experiment: str) -> bool:
    """Whether the source logged C_min for a run of the experiment."""
    runs = measurements.runs.select(["run_id", "experiments"]).to_pylist()
    members = {row["run_id"] for row in runs if experiment in row["experiments"]}
    logged = measurements.curves.filter(measurements.curves["compute_min"].is_valid())
    return not members.isdisjoint(logged["run_id"].to_pylist())
