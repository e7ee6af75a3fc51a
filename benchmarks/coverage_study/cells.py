"""Which studies are simulated: one cell a law and number of runs, each with seeds of its own."""

import zlib
from collections.abc import Callable
from functools import partial

import numpy as np

from coverage_study import frontiers, lines, surfaces
from coverage_study.outcome import Outcome

Study = Callable[[np.random.Generator, int], tuple[str, list[Outcome]]]

RUNS = (8, 12, 20, 40)
STUDIES: dict[str, Study] = {
    "L(N)": partial(lines.study, "N"),
    "L(D)": partial(lines.study, "D"),
    "L(N,D)": partial(surfaces.grid_study, surfaces.KAPLAN, surfaces.SQUARES),
    "Chinchilla": partial(surfaces.grid_study, surfaces.HOFFMANN, surfaces.SQUARES),
    "L(N,S) on curves": partial(surfaces.curve_study, surfaces.CURVES),
    "Chinchilla on curves": partial(surfaces.curve_study, surfaces.HOFFMANN),
    "L(C)": partial(frontiers.envelope_study, "L(C)"),
    "N_opt(C)": partial(frontiers.envelope_study, "N_opt(C)"),
    frontiers.BY_CONVENTION: partial(frontiers.envelope_study, frontiers.BY_CONVENTION),
    "IsoFLOP N_opt(C)": frontiers.isoflop_study,
    "Chinchilla Huber": partial(surfaces.grid_study, surfaces.HOFFMANN, surfaces.HUBER),
    "Chinchilla LAD": partial(surfaces.grid_study, surfaces.HOFFMANN, surfaces.ABSOLUTE),
}
# What the default of few runs takes for granted, broken. Not pooled with the rest.
STRESS = "L(N,D), unequal scatter"
UNEQUAL = 3.0
STUDIES[STRESS] = partial(surfaces.grid_study, surfaces.KAPLAN, surfaces.SQUARES, unequal=UNEQUAL)
# A pool of two cells: its coverage must be known as well as that of the larger pools. A thousand
# replications leave a standard error of half a percent, and the pool may be off by one.
MORE = {"IsoFLOP N_opt(C)": 4}
ONLY = {"IsoFLOP N_opt(C)": tuple(frontiers.SHAPES)}  # fewer runs make no such study


def cells(laws: list[str], runs: list[int]) -> list[tuple[str, int]]:
    """Law and number of runs of every cell."""
    return [(law, n) for law in laws for n in runs if n in ONLY.get(law, RUNS)]


def simulate(law: str, n_runs: int, first: int, last: int) -> list[tuple[str, list[Outcome]]]:
    """Status and outcomes of the replications ``first`` to ``last`` - 1 of one cell.

    Each replication has a generator of its own: how they are shared out changes nothing.
    """
    study, cell = STUDIES[law], zlib.crc32(law.encode())
    return [study(np.random.default_rng([cell, n_runs, i]), n_runs) for i in range(first, last)]
