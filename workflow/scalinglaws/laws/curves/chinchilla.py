"""The compute-optimal model under L = E + A/N^alpha + B/D^beta and C = 6 N D, in closed form.

Hoffmann et al. (2022), Eq. 4. Arguments: C in FLOPs, constants as in the law (E has no part in the
optimum); N and D are counted as in the runs that the law was fitted to.
"""

import numpy as np


def optimal_exponents(alpha: float, beta: float) -> tuple[float, float]:
    """a and b of N_opt = N_e C^a, D_opt = D_e C^b."""
    return beta / (alpha + beta), alpha / (alpha + beta)


def optimal_size(compute, a, b, alpha, beta) -> np.ndarray:
    """N_opt = G (C/6)^(beta / (alpha + beta)), G = (alpha A / beta B)^(1 / (alpha + beta))."""
    scale = (alpha * a / (beta * b)) ** (1.0 / (alpha + beta))
    return scale * (np.asarray(compute) / 6.0) ** optimal_exponents(alpha, beta)[0]


def optimal_tokens(compute, a, b, alpha, beta) -> np.ndarray:
    """D_opt = C / (6 N_opt), in tokens."""
    return np.asarray(compute) / (6.0 * optimal_size(compute, a, b, alpha, beta))


def loss(n_params, tokens, e, a, b, alpha, beta) -> np.ndarray:
    """The law itself, in nats/token."""
    return e + a / np.asarray(n_params) ** alpha + b / np.asarray(tokens) ** beta
