"""How much text a model needs, and where compute-efficient training runs out of it.

Eq. 4.4: D >= k N^p keeps overfitting below a relative delta. Sec. 6.3, Eq. 6.8: the loss that
compute predicts falls faster than the loss that the data used by compute-efficient training allows;
where the two lines cross, the laws contradict each other.
"""

from typing import NamedTuple

import numpy as np

# Of the loss, not nats: with 0.02 nats the paper's own Table 2 does not give its 5e3.
OVERFITTING = 0.02


def data_needed(alpha_N, alpha_D, log10_N_c, log10_D_c, overfitting=OVERFITTING):
    """log10 k and p of D = k N^p, where L(N,D) / L(N,inf) - 1 = ``overfitting`` (Eqs 4.3, 4.4)."""
    p = alpha_N / alpha_D
    allowed = np.expm1(np.log1p(overfitting) / alpha_D)
    return log10_D_c - p * log10_N_c - np.log10(allowed), p


class Crossing(NamedTuple):
    """log10 of C* in PF-days, of N* and of D*, and L* in nats/token."""

    log10_C: float
    log10_N: float
    log10_D: float
    loss: float


def contradiction(
    *, alpha_C, log10_C_c, alpha_D, log10_D_c, p_D, log10_D_e, p_N, log10_N_e
) -> Crossing:
    """Where (C_c/C)^alpha_C = (D_c / (D_e C^p_D))^alpha_D (Eq. 6.8); NaN for parallel lines.

    Both compute scales are C_min in PF-days; D_e and N_e are data and size at 1 PF-day (Table 6).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        log10_C = np.divide(
            alpha_C * log10_C_c - alpha_D * (log10_D_c - log10_D_e), alpha_C - alpha_D * p_D
        )
    return Crossing(
        float(log10_C),
        float(log10_N_e + p_N * log10_C),
        float(log10_D_e + p_D * log10_C),
        float(10.0 ** (alpha_C * (log10_C_c - log10_C))),
    )
