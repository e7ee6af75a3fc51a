"""Compute-efficient training in closed form: Appendix B of the paper, Eqs 1.7, 1.8, 6.4 to 6.7.

L(N, S) = (N_c/N)^alpha_N + (S_c/S)^alpha_S (B.1) at the critical batch B(L) = B_*/L^(1/alpha_B)
(B.2) and C = 6 N B S (B.3), minimised over N at fixed C. Everything holds in either convention, so
long as C and S_c belong together: C_min with the S_c of S_min, or the compute and steps at the
critical batch size, which are both twice as large (docs/decisions.md).
"""

from dataclasses import dataclass

import numpy as np

from scalinglaws.units import PF_DAY


def compute_exponent(alpha_N, alpha_S, alpha_B):
    """alpha_C = 1 / (1/alpha_S + 1/alpha_B + 1/alpha_N) (Eqs 1.8, 6.4, B.7)."""
    return 1.0 / (1.0 / alpha_S + 1.0 / alpha_B + 1.0 / alpha_N)


@dataclass(frozen=True)
class EfficientTraining:
    """The optimum at each compute. N_c in parameters, S_c in steps, B_* in tokens; C in PF-days."""

    alpha_N: float
    alpha_S: float
    alpha_B: float
    N_c: float
    S_c: float
    B_star: float

    @property
    def alpha_C(self) -> float:
        """Exponent of L(C) (B.7)."""
        return compute_exponent(self.alpha_N, self.alpha_S, self.alpha_B)

    @property
    def excess(self) -> float:
        """f = alpha_N / alpha_S: how far above the converged loss to stop (B.5), about 10 %."""
        return self.alpha_N / self.alpha_S

    @property
    def C_c(self) -> float:
        """Scale of L(C) = (C_c/C)^alpha_C in PF-days (B.8)."""
        f = self.excess
        flops = (
            6.0
            * self.N_c
            * self.B_star
            * self.S_c
            * (1.0 + f) ** (1.0 / self.alpha_S + 1.0 / self.alpha_N)
            * (1.0 / f) ** (1.0 / self.alpha_S)
        )
        return flops / PF_DAY

    def loss(self, compute):
        """The smallest loss at a compute (B.6), nats/token."""
        return (self.C_c / np.asarray(compute)) ** self.alpha_C

    def size(self, compute):
        """N that reaches it (B.9), parameters."""
        grown = (np.asarray(compute) / self.C_c) ** (self.alpha_C / self.alpha_N)
        return self.N_c * grown * (1.0 + self.excess) ** (1.0 / self.alpha_N)

    def steps(self, compute):
        """S that it takes (B.10), steps."""
        first = self.C_c * PF_DAY / (6.0 * self.N_c * self.B_star)
        grown = (np.asarray(compute) / self.C_c) ** (self.alpha_C / self.alpha_S)
        return first * (1.0 + self.excess) ** (-1.0 / self.alpha_N) * grown

    def batch(self, compute):
        """B_crit at that loss (B.2), tokens."""
        return self.B_star / self.loss(compute) ** (1.0 / self.alpha_B)
