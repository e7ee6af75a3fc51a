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


def growth_exponents(alpha_N, alpha_S, alpha_B):
    """How N, B and S at the optimum grow with compute (Eqs 1.7, 6.5): p_N, p_B, p_S; sum 1."""
    alpha_C = compute_exponent(alpha_N, alpha_S, alpha_B)
    return alpha_C / alpha_N, alpha_C / alpha_B, alpha_C / alpha_S


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

    def compute_to_reach(self, loss, size):
        """C at which a model of ``size`` parameters has ``loss`` (B.15); inf where it never has."""
        rest = np.asarray(loss) - (self.N_c / np.asarray(size)) ** self.alpha_N
        with np.errstate(divide="ignore", invalid="ignore"):
            steps = self.S_c * np.where(rest > 0, rest, np.nan) ** (-1.0 / self.alpha_S)
        batch = self.B_star / np.asarray(loss) ** (1.0 / self.alpha_B)
        compute = 6.0 * np.asarray(size) * batch * steps / PF_DAY
        return np.where(rest > 0, compute, np.inf)
