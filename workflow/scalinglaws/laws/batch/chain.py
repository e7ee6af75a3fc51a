"""A chain of computations as it is, without each run behind it, and with all losses shifted.

What is measured through B_crit(L) depends on two samples: the runs of the batch scan and those of
the ladder. Each run of either is left out in turn, and everything downstream is computed again.
"""

from dataclasses import dataclass

import numpy as np

from scalinglaws.counting import counted
from scalinglaws.laws.replicates import SHARED, Replicates

CRITICAL = ("alpha_B", "log10_B_star")


@dataclass(frozen=True)
class Variant:
    """One pass through the chain: the constants of B_crit(L) to use, and what is changed.

    The run ``label`` of the sample ``stratum`` is left out ("" = none is); ``shift`` is added to
    every ln L.
    """

    label: str = ""
    stratum: str = ""
    alpha_B: float = np.nan
    log10_B_star: float = np.nan
    shift: float = 0.0

    def keeps(self, stratum: str, run: str) -> bool:
        """Whether the run takes part."""
        return (self.stratum, self.label) != (stratum, run)


def variants(
    runs: list[str], stratum: str, critical: Replicates | None = None, test_error: float = 0.0
) -> list[Variant]:
    """The chain itself first, then without each run of the scan, then of ``runs``, then shifted.

    ``critical`` holds alpha_B and log10_B_star with those redone without each run of the scan;
    None for a chain that does not pass through them. ``test_error`` is the relative standard error
    that all losses share.
    """
    own = dict(zip(CRITICAL, critical.pick(*CRITICAL).estimate, strict=True)) if critical else {}
    found, shifted = [Variant(**own)], Variant(SHARED, SHARED, **own, shift=test_error)
    if critical:
        redone = critical.pick(*CRITICAL).redone
        for label, name, row in zip(critical.labels, critical.strata, redone, strict=True):
            constants = dict(zip(CRITICAL, row, strict=True))
            if name == SHARED:
                shifted = Variant(SHARED, SHARED, **constants, shift=test_error)
            else:
                found.append(Variant(label, name, **constants))
    found += [Variant(run, stratum, **own) for run in runs]
    return [*found, shifted] if test_error else found


def as_replicates(
    names: tuple[str, ...], chain: list[Variant], estimates: np.ndarray
) -> Replicates:
    """Replicates from the estimates (variants, p); the first variant is the chain itself.

    A run whose absence changes nothing at all, such as a model that is never on the frontier, is
    no member of its sample and is left out, unless fewer than two would be left.
    """
    samples: dict[str, list[int]] = {}
    for i, variant in enumerate(chain[1:], start=1):
        samples.setdefault(variant.stratum, []).append(i)
    kept = []
    for stratum, members in samples.items():
        changed = [i for i in members if not np.array_equal(estimates[i], estimates[0])]
        kept += changed if len(changed) > 1 and stratum != SHARED else members
    return Replicates(
        names,
        estimates[0],
        estimates[kept],
        tuple(chain[i].label for i in kept),
        tuple(chain[i].stratum for i in kept),
    )


def fault_of(replicates: Replicates) -> str | None:
    """Why the numbers are not to be used: something could not be computed, or not redone."""
    if not np.isfinite(replicates.estimate).all():
        return "estimates are not finite"
    broken = ~np.isfinite(replicates.redone).all(axis=1)
    if broken.any():
        first = replicates.labels[int(np.argmax(broken))]
        others = int(broken.sum()) - 1
        more = f" (nor without {counted(others, 'other')})" if others else ""
        return f"not identified: cannot be computed without {first}{more}; add runs beside it"
    return None
