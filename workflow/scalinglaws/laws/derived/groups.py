"""The derived quantities in groups: which laws each group follows from, and its formula."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scalinglaws.laws.derived.data_needs import contradiction, data_needed
from scalinglaws.laws.derived.efficient import EfficientTraining
from scalinglaws.laws.derived.stopping import (
    EXCESS,
    USUAL_PRACTICE,
    ratios,
    sizes_at_excess,
    smallest,
    steps_ratio,
)
from scalinglaws.units import PF_DAY

LOG_2 = np.log10(2.0)


@dataclass(frozen=True)
class Group:
    """``quantities`` (name: unit) as a function of the parameters of laws, in order of ``needs``.

    ``compute`` takes one array of all parameters, shape (p,), and gives (q,).
    """

    title: str
    needs: dict[str, tuple[str, ...]]
    quantities: dict[str, str]
    compute: Callable[[np.ndarray], list[float]]


STEPS = {
    "B_crit(L)": ("alpha_B", "log10_B_star"),
    "L(N,S_min)": ("alpha_N", "alpha_S", "log10_N_c", "log10_S_c"),
}


def training(estimates: np.ndarray) -> EfficientTraining:
    """Appendix B in the convention of S_min and C_min; parameters in the order of STEPS."""
    alpha_B, log10_B_star, alpha_N, alpha_S, log10_N_c, log10_S_c = estimates
    scales = 10.0 ** np.array([log10_N_c, log10_S_c, log10_B_star])
    return EfficientTraining(alpha_N, alpha_S, alpha_B, *scales)


def _frontier(estimates: np.ndarray) -> list[float]:
    optimum = training(estimates)
    log10_C_c = np.log10(optimum.C_c)
    alpha_C = optimum.alpha_C
    size = np.log10(optimum.size(1.0))
    exponents = [alpha_C / a for a in (optimum.alpha_N, optimum.alpha_B, optimum.alpha_S)]
    return [
        alpha_C,
        log10_C_c,
        log10_C_c + LOG_2,
        *exponents,
        1.0 - exponents[0],
        size,
        np.log10(optimum.batch(1.0)),
        np.log10(optimum.steps(1.0)),
        np.log10(2.0 * PF_DAY / 6.0) - size,
    ]


def _early_stopping(estimates: np.ndarray) -> list[float]:
    optimum = training(estimates)
    alpha_N, alpha_S, f = optimum.alpha_N, optimum.alpha_S, optimum.excess
    size, steps, compute = ratios(alpha_N, alpha_S, f, USUAL_PRACTICE)
    return [f, size, steps, compute, 1.0 / steps, 1.0 - compute]


def _other_sizes(estimates: np.ndarray) -> list[float]:
    optimum = training(estimates)
    alphas = optimum.alpha_N, optimum.alpha_S
    low, high = sizes_at_excess(*alphas)
    return [low, high, float(1.0 - steps_ratio(high, *alphas)), smallest(*alphas)]


def _data_needed(estimates: np.ndarray) -> list[float]:
    return list(data_needed(*estimates))


def _contradiction(estimates: np.ndarray) -> list[float]:
    keys = (
        "alpha_C",
        "log10_C_c",
        "alpha_D",
        "log10_D_c",
        "p_N",
        "log10_N_e",
        "p_D",
        "log10_D_e",
    )
    return list(contradiction(**dict(zip(keys, map(float, estimates), strict=True))))


PERCENT = f"{100 * EXCESS:.0f} %"
GROUPS = (
    Group(
        "the predicted frontier (Eqs 1.7, 6.4, B.7 to B.10, Table 6)",
        STEPS,
        {
            "alpha_C_min (Eq. 6.4)": "1",
            "log10_C_c_min (Eq. B.8)": "log10(PF-days)",
            "log10_C_c (Eq. B.8, critical batch)": "log10(PF-days)",
            "p_N (Eq. 1.7)": "1",
            "p_B (Eq. 1.7)": "1",
            "p_S (Eq. 1.7)": "1",
            "p_D (Eq. 1.7)": "1",
            "log10_N_e (Eq. B.9)": "log10(parameters)",
            "log10_B_e (Eq. B.2)": "log10(tokens)",
            "log10_S_e (Eq. B.10)": "log10(steps)",
            "log10_D_e (Eq. 6.7)": "log10(tokens)",
        },
        _frontier,
    ),
    Group(
        "stopping early (Eqs B.11 to B.14)",
        STEPS,
        {
            "f = alpha_N / alpha_S (Eq. B.5)": "1",
            "N_ratio (Eq. B.12)": "1",
            "S_ratio (Eq. B.13)": "1",
            "C_ratio (Eq. B.14)": "1",
            "times fewer steps (Eq. B.13)": "1",
            "compute saved (Eq. B.14)": "1",
        },
        _early_stopping,
    ),
    Group(
        "other sizes (Eqs B.16, B.17)",
        STEPS,
        {
            f"smallest N / N_eff at {PERCENT} more compute (Eq. B.16)": "1",
            f"largest N / N_eff at {PERCENT} more compute (Eq. B.16)": "1",
            f"steps saved at the largest, {PERCENT} more compute (Eq. B.17)": "1",
            "N / N_eff that never gets there (Eq. B.17)": "1",
        },
        _other_sizes,
    ),
    Group(
        "data against overfitting (Eq. 4.4)",
        {"L(N,D)": ("alpha_N", "alpha_D", "log10_N_c", "log10_D_c")},
        {"log10_k (Eq. 4.4)": "log10(tokens / parameters^p)", "p (Eq. 4.4)": "1"},
        _data_needed,
    ),
    Group(
        "where the laws contradict each other (Eq. 6.8)",
        {
            "L(C_min)": ("alpha_C_min", "log10_C_c_min"),
            "L(D)": ("alpha_D", "log10_D_c"),
            "N_opt(C_min)": ("p_N", "log10_N_e"),
            "D_opt(C_min)": ("p_D", "log10_D_e"),
        },
        {
            "log10_C_star (Eq. 6.8)": "log10(PF-days)",
            "log10_N_star (Eq. 6.8)": "log10(parameters)",
            "log10_D_star (Eq. 6.8)": "log10(tokens)",
            "L_star (Eq. 6.8)": "nats/token",
        },
        _contradiction,
    ),
)
