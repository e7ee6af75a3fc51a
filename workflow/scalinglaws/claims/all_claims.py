"""Every claim of the paper that is judged, in the order of the paper."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from scalinglaws.claims.architectures import lstm, reuse
from scalinglaws.claims.batch_size import critical_batch, noise_scale
from scalinglaws.claims.claim import Claim
from scalinglaws.claims.efficiency import inefficiency_of_convergence, sample_efficiency
from scalinglaws.claims.evidence import Evidence
from scalinglaws.claims.overfitting import overfitting
from scalinglaws.claims.power_laws import power_law
from scalinglaws.claims.schedules import schedules
from scalinglaws.claims.shape import scale_over_shape
from scalinglaws.claims.training_curves import training_curves
from scalinglaws.claims.transfer import depth_and_transfer, transfer

CLAIMS: tuple[Callable[[Evidence], Claim], ...] = (
    scale_over_shape,
    *(partial(power_law, variable=variable) for variable in ("N", "D", "C")),
    overfitting,
    training_curves,
    transfer,
    sample_efficiency,
    inefficiency_of_convergence,
    critical_batch,
    noise_scale,
    lstm,
    reuse,
    schedules,
    depth_and_transfer,
)


def judge(evidence: Evidence) -> list[Claim]:
    """All claims, whatever the study has runs for."""
    return [claim(evidence) for claim in CLAIMS]
