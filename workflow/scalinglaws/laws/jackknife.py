"""The delete-one-run jackknife: an interval for a chain of computations, by redoing the chain.

Points of one learning curve rise and fall together, and a minimum over runs has no residual of its
own: errors by point are then far too small. Runs are independent, so the chain is redone without
each of them in turn (CV3 of MacKinnon, Nielsen and Webb 2023; HC3 with the factor (G-1)/G where
every run is one point), with Student's t at G - 1 degrees of freedom.
"""

from dataclasses import dataclass

import numpy as np

FEWEST_RUNS = 3  # below, t(G-1) is so wide that no interval is worth printing


@dataclass(frozen=True)
class Jackknife:
    """Covariance of the estimates, shape (p, p), from ``n_groups`` deleted runs."""

    covariance: np.ndarray
    n_groups: int

    @property
    def df(self) -> int:
        """Degrees of freedom of Student's t, G - 1."""
        return self.n_groups - 1


def jackknife_covariance(estimate: np.ndarray, deleted: np.ndarray) -> np.ndarray:
    """(G-1)/G sum_g (deleted_g - estimate)(deleted_g - estimate)', centred at the estimate.

    ``estimate`` has shape (..., p), ``deleted`` (..., G, p): the same chain without each of the G
    runs. Only runs whose absence changes something belong in G: those that change nothing would
    add degrees of freedom and no information. Gives shape (..., p, p).
    """
    difference = deleted - np.asarray(estimate)[..., None, :]
    n_groups = deleted.shape[-2]
    return (n_groups - 1) / n_groups * np.einsum("...gi,...gj->...ij", difference, difference)
