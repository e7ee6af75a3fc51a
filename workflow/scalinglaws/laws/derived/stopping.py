"""What stopping early and choosing another size cost (Appendix B.3 and B.4, Fig. 12).

Training far from the optimum is measured against it at the same loss: f is how far above the
converged loss a model is stopped (B.11), x = N / N_eff its size over the efficient one.
"""

import numpy as np
from scipy import optimize

USUAL_PRACTICE = 0.02  # f' of a model trained almost to convergence (B.3)
EXCESS = 0.2  # of compute, for which Fig. 12 gives sizes and steps
FARTHEST = 60.0  # ln of the largest x looked at: compute grows in proportion to x there


def ratios(alpha_N: float, alpha_S: float, f: float, f_other: float):
    """N, S and C of training to f over those to ``f_other``, at the same loss (B.12 to B.14)."""
    size = ((1.0 + f) / (1.0 + f_other)) ** (1.0 / alpha_N)
    steps = ((1.0 + 1.0 / f) / (1.0 + 1.0 / f_other)) ** (1.0 / alpha_S)
    return size, steps, size * steps


def steps_ratio(x, alpha_N: float, alpha_S: float):
    """S / S_eff of a model x times the efficient size, at its loss (B.17); inf below `smallest`."""
    bracket = 1.0 + alpha_S / alpha_N * (1.0 - np.asarray(x, dtype=float) ** -alpha_N)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(bracket > 0, np.abs(bracket) ** (-1.0 / alpha_S), np.inf)


def compute_ratio(x, alpha_N: float, alpha_S: float):
    """C / C_eff of a model x times the efficient size, at its loss (B.16)."""
    return np.asarray(x) * steps_ratio(x, alpha_N, alpha_S)


def smallest(alpha_N: float, alpha_S: float) -> float:
    """x at or below which the loss is never reached: (1 + alpha_N/alpha_S)^(-1/alpha_N) (B.17)."""
    return (1.0 + alpha_N / alpha_S) ** (-1.0 / alpha_N)


def sizes_at_excess(alpha_N: float, alpha_S: float, excess: float = EXCESS) -> tuple[float, float]:
    """The x below and above 1 that cost ``excess`` more compute (B.16): 0.6, 2.2 in the paper."""

    def gap(ln_x: float) -> float:
        return float(compute_ratio(np.exp(ln_x), alpha_N, alpha_S)) - 1.0 - excess

    # Just above the smallest x compute is as large as one likes.
    low = np.log(smallest(alpha_N, alpha_S))
    inside = low * (1.0 - 1e-12)
    return (
        float(np.exp(optimize.brentq(gap, inside, 0.0, xtol=1e-13))),
        float(np.exp(optimize.brentq(gap, 0.0, FARTHEST, xtol=1e-13))),
    )
