"""From what was trained at batch size B to the fewest steps and the least compute (Eqs 5.3 to 5.5).

At B much larger than B_crit(L) a loss takes S_min steps, at B much smaller it takes C_min FLOPs;
C_min = 6 N B_crit S_min. All functions broadcast; L is the loss at that very step.
"""

import numpy as np


def critical_batch(loss, alpha_B, log10_B_star):
    """B_crit(L) = B_* / L^(1/alpha_B) in tokens (Eq. 5.3); ``loss`` in nats/token."""
    return 10.0 ** (np.asarray(log10_B_star) - np.log10(loss) / alpha_B)


def s_min(step, loss, batch, alpha_B, log10_B_star):
    """S_min = S / (1 + B_crit(L) / B) in steps (Eq. 5.4); ``batch`` in tokens."""
    return step / (1.0 + critical_batch(loss, alpha_B, log10_B_star) / batch)


def c_min(compute, loss, batch, alpha_B, log10_B_star):
    """C_min = C / (1 + B / B_crit(L)), in the unit of ``compute`` (Eq. 5.5)."""
    return compute / (1.0 + batch / critical_batch(loss, alpha_B, log10_B_star))
