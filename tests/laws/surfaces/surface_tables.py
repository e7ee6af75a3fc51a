"""Simulated tables for the tests of surfaces: a grid of runs, and forms with known truth."""

import numpy as np

from scalinglaws.laws.surfaces.additive import CHINCHILLA, L_N_S
from scalinglaws.laws.surfaces.form import Form
from scalinglaws.laws.surfaces.joint import L_N_D, L_N_D_REJECTED

# The internal parameters, at the centre of `grid`.
TRUTHS: dict[Form, np.ndarray] = {
    CHINCHILLA: np.array([np.log(1.8), np.log(0.6), np.log(0.5), 0.35, 0.3]),
    L_N_S: np.array([np.log(2.5), np.log(0.5), 0.08, 0.7]),
    L_N_D: np.array([np.log(2.9), np.log(2.7), np.log(0.08), np.log(0.11)]),
    L_N_D_REJECTED: np.array([np.log(2.9), np.log(2.7), np.log(0.08), np.log(0.11), np.log(0.15)]),
}
FORMS = list(TRUTHS)


def grid(n_sizes: int = 6, n_others: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """u (n, 2) of a full grid over three decades each, and its centre (2,)."""
    size = np.repeat(np.logspace(6, 9, n_sizes), n_others)
    other = np.tile(np.logspace(7.5, 10.5, n_others), n_sizes)
    ln_x = np.log(np.column_stack([size, other]))
    centre = ln_x.mean(axis=0)
    return ln_x - centre, centre


def responses(
    form: Form, u: np.ndarray, noise: float, seed: int, count: int | None = None
) -> np.ndarray:
    """ln L with normal errors of standard deviation ``noise``; (n,), or (count, n)."""
    shape = (len(u),) if count is None else (count, len(u))
    errors = np.random.default_rng(seed).normal(size=shape)
    return form.value(TRUTHS[form][None], u)[0] + noise * errors
