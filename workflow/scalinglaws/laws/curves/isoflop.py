"""IsoFLOP: at each budget of compute the best size, and the power laws through them.

Hoffmann et al. (2022), approach 2: at each budget C a parabola of ln L in ln N gives the best N
with its interval (D likewise), and N_opt = N_e C^a, D_opt = D_e C^b pass through the minima.

A parabola's minimum is biased where the true curve is lopsided. Under L = E + A/N^alpha +
B/D^beta with alpha and beta apart, a grid centred on the optimum shifts every minimum by the same
factor: the scale is wrong, the exponent right. A grid whose centre drifts from the optimum with C
biases the exponent too. Lopsided curves are named in the remarks; ``within`` narrows the grid, and
``minimum: interpolated`` imposes no shape (Porian et al. 2024).
"""

from dataclasses import replace
from functools import partial

from scalinglaws.errors import UserError
from scalinglaws.laws.curves.isoflop_points import budgets
from scalinglaws.laws.curves.minima import INTERPOLATED, PARABOLA
from scalinglaws.laws.curves.minima_line import Axes, fit_minima_line
from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.undeclared import undeclared

FEWEST = 5  # sizes a budget: a parabola and two degrees of freedom
REFERENCE = 1.0  # PF-days, where N_e and D_e stand
KEY = "C_PFdays"

AXES = {
    "N": Axes(
        law="IsoFLOP N_opt(C)",
        equation="N_opt(C) = N_e C^a",
        names=("a", "log10_N_e"),
        units=("1", "log10(parameters)"),
        key=KEY,
        x="N",
        reference=REFERENCE,
        fewest=FEWEST,
    ),
    "D": Axes(
        law="IsoFLOP D_opt(C)",
        equation="D_opt(C) = D_e C^b",
        names=("b", "log10_D_e"),
        units=("1", "log10(tokens)"),
        key=KEY,
        x="D",
        reference=REFERENCE,
        fewest=FEWEST,
    ),
}


def isoflop(measurements: Measurements, declared: dict | None, x: str) -> LawFit:
    """The best N or D (``x``) against compute, C in PF-days; N_e, D_e at 1 PF-day.

    ``declared`` as `isoflop_points.budgets`, and ``minimum``: parabola (default) or interpolated.
    Raises UserError for a column or a word that does not exist; poor data give a status.
    """
    axes = AXES[x]
    if declared is None:
        return undeclared(axes.law, axes.equation, axes.names, axes.units)
    how = declared.get("minimum", PARABOLA)
    if how not in (PARABOLA, INTERPOLATED):
        raise UserError(f"minimum: {how!r} is unknown; write {PARABOLA} or {INTERPOLATED}")
    found = budgets(measurements, declared, x)
    provenance = {"excluded": found.excluded, "choice": found.choice, "note": found.note}
    if found.fault:
        return LawFit(
            axes.law, axes.equation, axes.names, axes.units, status=found.fault, **provenance
        )
    return fit_minima_line(found.groups, replace(axes, how=how), **provenance)


isoflop_n_opt = partial(isoflop, x="N")
isoflop_d_opt = partial(isoflop, x="D")
