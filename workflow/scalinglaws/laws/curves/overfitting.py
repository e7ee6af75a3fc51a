"""What L(N, D) (Eq. 1.5) says of limited text, as functions of its constants.

Arguments of all functions: N, D in tokens (arrays broadcast), alpha_N, alpha_D, log10 N_c and
log10 D_c of Eq. 1.5.
"""

import numpy as np


def limited_loss(n_params, dataset_tokens, alpha_n, alpha_d, log10_n_c, log10_d_c):
    """L(N, D) of Eq. 1.5 in nats/token; an infinite D gives L(N, infinity) = (N_c/N)^alpha_N."""
    ratio = alpha_n / alpha_d
    size = 10.0 ** (ratio * (log10_n_c - np.log10(n_params)))
    with np.errstate(divide="ignore"):
        data = 10.0 ** (log10_d_c - np.log10(dataset_tokens))
    return (size + data) ** alpha_d


def excess_loss(n_params, dataset_tokens, alpha_n, alpha_d, log10_n_c, log10_d_c):
    """delta L = L(N, D) / L(N, infinity) - 1 (Eqs 4.2, 4.3), a share of the loss."""
    size = 10.0 ** (alpha_n / alpha_d * (np.log10(n_params) - log10_n_c))
    data = 10.0 ** (log10_d_c - np.log10(dataset_tokens))
    return np.expm1(alpha_d * np.log1p(size * data))


def enough_text(threshold, alpha_n, alpha_d, log10_n_c, log10_d_c) -> tuple[float, float]:
    """p and log10 k of D = k N^p (Eq. 4.4), at which delta L equals ``threshold``.

    Eq. 4.3 solved for D: exact, not an expansion. The paper's 5e3 is its threshold of 0.02 taken as
    a share of the loss; 0.02 nats would give 1.3e4 to 2.2e4, and no power law.
    """
    power = alpha_n / alpha_d
    per_unit = np.expm1(np.log1p(threshold) / alpha_d)
    return power, log10_d_c - power * log10_n_c - np.log10(per_unit)
