"""Why Kaplan's N_opt exponent is 0.73 where Chinchilla's is 0.5: Pearce and Song (2024).

Small models are mostly embeddings: N_total = N + omega N^(1/3), N without embeddings, compute
6 N D. A Chinchilla law in N_total then bends in N, and a line through Kaplan's range of sizes has a
slope of 0.74 to 0.78. Constants are (E, A, B, alpha, beta).
"""

import numpy as np

OMEGA = 47491.0  # their fit to Chinchilla's models: vocabulary 32,000, aspect ratio 39
KAPLAN_SIZES = (10**2.9, 10**9.2)  # 790 to 1.58e9 parameters without embeddings
KAPLAN_COMPUTE = (10**12.95, 10**20.7)  # FLOPs over which these sizes are the best
N_MODELS, N_BUDGETS = 20, 100
TOKENS = np.logspace(6, 25, 1000)  # where their learning curves are logged

Constants = tuple[float, float, float, float, float]


def total_params(n_params, omega: float = OMEGA) -> np.ndarray:
    """N with embeddings from N without, at a fixed aspect ratio and vocabulary."""
    n_params = np.asarray(n_params, dtype=float)
    return n_params + omega * np.cbrt(n_params)


def optimal_compute(n_params, constants: Constants, omega: float = OMEGA) -> np.ndarray:
    """The compute 6 N D in FLOPs at which N (without embeddings) is the best size.

    Where d L / d N = 0 at fixed N D: alpha A N_total^-(1+alpha) N_total'(N) N = beta B D^-beta.
    """
    _, a, b, alpha, beta = constants
    n_params = np.asarray(n_params, dtype=float)
    slope = n_params + omega / 3.0 * np.cbrt(n_params)  # N d N_total / d N
    size_term = alpha * a * total_params(n_params, omega) ** (-1.0 - alpha) * slope
    tokens = (size_term / (beta * b)) ** (-1.0 / beta)
    return 6.0 * n_params * tokens
