"""Ways to share a compute between model size and data, each a function of fitted constants.

C is what training costs, 6 N B S in FLOPs, and D the tokens that are processed, B S. At B = B_crit
a loss takes twice the fewest steps and twice the least tokens (Eq. 5.2), so C = 2 C_min: the choice
of App. B, which trades time and compute evenly. Chinchilla's ways know no batch size.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scalinglaws.laws.batch.conversion import critical_batch
from scalinglaws.laws.curves.chinchilla import loss as chinchilla_loss
from scalinglaws.laws.curves.chinchilla import optimal_size
from scalinglaws.laws.derived.groups import STEPS, training
from scalinglaws.units import PF_DAY

QUANTITIES = {
    "C": "FLOPs",
    "N": "parameters",
    "D": "tokens",
    "B": "tokens",
    "S": "steps",
    "loss": "nats/token",
}
AT_CRITICAL_BATCH = 2.0  # C / C_min and S / S_min at B = B_crit (Eqs 5.4, 5.5)

Values = dict[str, np.ndarray]
Points = dict[str, np.ndarray]


@dataclass(frozen=True)
class Method:
    """``at(parameters, C)``: the optimum at computes of shape (m,), NaN where it does not say.

    ``needs`` names the laws and their parameters, in the order of ``at``'s first argument.
    ``points(laws)`` gives N, D and C of what the laws were fitted to.
    """

    name: str
    needs: dict[str, tuple[str, ...]]
    at: Callable[[np.ndarray, np.ndarray], Values]
    points: Callable[[dict[str, dict]], Points]
    note: str


def frontier(parameters: np.ndarray, compute: np.ndarray) -> Values:
    """N_opt(C_min) and L(C_min) as measured, B_crit at that loss (Secs 6.1 and 6.2)."""
    p_N, log10_N_e, alpha_C, log10_C_c, alpha_B, log10_B_star = parameters
    log10_C_min = np.log10(compute / AT_CRITICAL_BATCH / PF_DAY)
    loss = 10.0 ** (alpha_C * (log10_C_c - log10_C_min))
    batch = critical_batch(loss, alpha_B, log10_B_star)
    return _values(compute, 10.0 ** (log10_N_e + p_N * log10_C_min), loss, batch)


def appendix_b(parameters: np.ndarray, compute: np.ndarray) -> Values:
    """The closed form from L(N,S_min) and B_crit(L) (Eqs B.6 to B.10)."""
    optimum, c_min = training(parameters), compute / AT_CRITICAL_BATCH / PF_DAY
    return _values(compute, optimum.size(c_min), optimum.loss(c_min), optimum.batch(c_min))


def fixed_batch(parameters: np.ndarray, compute: np.ndarray) -> Values:
    """N_opt(C) and L(C) at the batch of the runs, without adjustment (Eq. 3.3, Fig. 14)."""
    p_N, log10_N_e, alpha_C, log10_C_c = parameters
    log10_C = np.log10(compute / PF_DAY)
    size = 10.0 ** (log10_N_e + p_N * log10_C)
    return _values(compute, size, 10.0 ** (alpha_C * (log10_C_c - log10_C)))


def chinchilla(parameters: np.ndarray, compute: np.ndarray) -> Values:
    """Hoffmann et al. (2022), approach 3: the minimum of E + A/N^alpha + B/D^beta at C = 6ND."""
    e, log10_A, log10_B, alpha, beta = parameters
    a, b = 10.0**log10_A, 10.0**log10_B
    size = optimal_size(compute, a, b, alpha, beta)
    loss = chinchilla_loss(size, compute / (6.0 * size), e, a, b, alpha, beta)
    return _values(compute, size, loss)


def isoflop(parameters: np.ndarray, compute: np.ndarray) -> Values:
    """Hoffmann et al. (2022), approach 2: the line through the minima at equal compute."""
    a, log10_N_e = parameters
    return _values(compute, 10.0 ** (log10_N_e + a * np.log10(compute / PF_DAY)))


def _values(compute, size, loss=None, batch=None) -> Values:
    nothing = np.full(np.shape(compute), np.nan)
    tokens = compute / (6.0 * size)
    return {
        "C": compute,
        "N": size,
        "D": tokens,
        "B": nothing if batch is None else batch,
        "S": nothing if batch is None else tokens / batch,
        "loss": nothing if loss is None else loss,
    }


def _of_frontier(name: str, key: str, per_compute: float) -> Callable[[dict], Points]:
    """N and C of the models that were the best somewhere."""

    def points(laws: dict[str, dict]) -> Points:
        own = laws[name]["points"]
        compute = per_compute * PF_DAY * np.array(own[key], dtype=float)
        size = np.array(own["N"], dtype=float)
        return {"N": size, "D": compute / (6.0 * size), "C": compute}

    return points


def _of_steps(laws: dict[str, dict]) -> Points:
    """N, and D and C as they would be at the critical batch size."""
    own = {k: np.array(v, dtype=float) for k, v in laws["L(N,S_min)"]["points"].items()}
    critical = dict(zip(laws["B_crit(L)"]["names"], laws["B_crit(L)"]["estimates"], strict=True))
    batch = critical_batch(own["loss"], critical["alpha_B"], critical["log10_B_star"])
    tokens = AT_CRITICAL_BATCH * batch * own["S_min"]
    return {"N": own["N"], "D": tokens, "C": 6.0 * own["N"] * tokens}


def _of_surface(name: str) -> Callable[[dict], Points]:
    def points(laws: dict[str, dict]) -> Points:
        size, tokens = (np.array(laws[name]["points"][k], dtype=float) for k in ("N", "D"))
        return {"N": size, "D": tokens, "C": 6.0 * size * tokens}

    return points


def _of_isoflop(laws: dict[str, dict]) -> Points:
    own = laws["IsoFLOP N_opt(C)"]["points"]
    size, compute = (np.array(own[key], dtype=float) for key in ("N", "C_PFdays"))
    return {"N": size, "D": compute * PF_DAY / (6.0 * size), "C": compute * PF_DAY}


def chinchilla_method(law: str, name: str = "Chinchilla") -> Method:
    """The method of one of the fits of Chinchilla's law."""
    return Method(
        name,
        {law: ("E", "log10_A", "log10_B", "alpha", "beta")},
        chinchilla,
        _of_surface(law),
        f"the minimum of L = E + A/N^alpha + B/D^beta at C = 6ND ({law})",
    )


KAPLAN = (
    Method(
        "Kaplan, frontier",
        {
            "N_opt(C_min)": ("p_N", "log10_N_e"),
            "L(C_min)": ("alpha_C_min", "log10_C_c_min"),
            "B_crit(L)": ("alpha_B", "log10_B_star"),
        },
        frontier,
        _of_frontier("N_opt(C_min)", "C_min", AT_CRITICAL_BATCH),
        "the measured N_opt(C_min) and L(C_min) at B = B_crit(L), C = 2 C_min (Secs 6.1, 6.2)",
    ),
    Method(
        "Kaplan, App. B",
        STEPS,
        appendix_b,
        _of_steps,
        "the same in closed form from L(N,S_min) and B_crit(L) (Eqs B.6 to B.10)",
    ),
    Method(
        "Kaplan, fixed B",
        {"N_opt(C)": ("p_N", "log10_N_e"), "L(C)": ("alpha_C", "log10_C_c")},
        fixed_batch,
        _of_frontier("N_opt(C)", "C", 1.0),
        "N_opt(C) and L(C) at the one batch size of the runs, unadjusted (Eq. 3.3, Fig. 14)",
    ),
)
ISOFLOP = Method(
    "Chinchilla, IsoFLOP",
    {"IsoFLOP N_opt(C)": ("a", "log10_N_e")},
    isoflop,
    _of_isoflop,
    "the line through the best sizes at equal compute (approach 2)",
)
CHINCHILLA_LAWS = ("Chinchilla Huber", "Chinchilla", "Chinchilla LAD")
