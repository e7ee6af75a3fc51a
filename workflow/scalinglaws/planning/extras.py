"""What goes with a plan: other sizes (B.16, B.17), text against overfitting (Eq. 4.4)."""

from dataclasses import dataclass

import numpy as np

from scalinglaws.laws.batch.chain import fault_of
from scalinglaws.laws.curves.overfitting import enough_text, excess_loss
from scalinglaws.laws.derived.data_needs import OVERFITTING
from scalinglaws.laws.derived.stopping import compute_ratio, steps_ratio
from scalinglaws.laws.replicates import Replicates
from scalinglaws.planning.answers import Answer, Estimate, compute_for
from scalinglaws.planning.goals import Goal
from scalinglaws.planning.known_laws import KnownLaws
from scalinglaws.planning.methods import AT_CRITICAL_BATCH, Method
from scalinglaws.units import PF_DAY

SIZES = (0.5, 2.0)  # times the efficient size
CROSSING = {"derived": ("log10_C_star (Eq. 6.8)",)}
LIMITED = {"L(N,D)": ("alpha_N", "alpha_D", "log10_N_c", "log10_D_c")}


@dataclass(frozen=True)
class OtherSizes:
    """Factors of compute and of tokens or steps at x times the size and the same loss, by x."""

    name: str
    compute: dict[float, Estimate]
    serial: dict[float, Estimate]
    fault: str = ""


@dataclass(frozen=True)
class Text:
    """What L(N,D) says of limited text, for the size and the tokens of one method's plan.

    ``needed`` tokens keep the loss within ``threshold`` of that on endless text; ``excess`` is the
    share by which it lies above if the plan's tokens are all the text there is; ``largest`` the
    size that the text of the goal bears, where the goal is a text.
    """

    threshold: float = OVERFITTING
    method: str = ""
    needed: Estimate | None = None
    excess: Estimate | None = None
    largest: Estimate | None = None
    fault: str = ""


def other_sizes(name: str, laws: KnownLaws, needs: dict[str, tuple[str, str]]) -> OtherSizes:
    """B.16 and B.17 with the two exponents ``needs``.

    Under E + A/N^alpha + B/D^beta the same formulae hold with alpha and beta for alpha_N and
    alpha_S, and D for S: the floor cancels.
    """
    exponents, fault = laws.joint(needs)
    found: dict[str, dict[float, Estimate]] = {"compute": {}, "serial": {}}
    for what, ratio in (("compute", compute_ratio), ("serial", steps_ratio)):
        for x in SIZES if exponents is not None else ():

            def log_ratio(row: np.ndarray, x=x, ratio=ratio) -> float:
                own = float(ratio(x, *row))
                return np.log(own) if np.isfinite(own) else np.nan

            own = exponents.map(("ratio",), log_ratio)
            if problem := fault_of(own):
                fault = f"at {x:g} times the size: {problem}"
            found[what][x] = _exp(own)
    return OtherSizes(name, **found, fault=fault)


def text_for(method: Method, laws: KnownLaws, goal: Goal, threshold: float) -> Text:
    """The check against overfitting for the size that ``method`` plans."""
    joint, fault = laws.joint({**method.needs, **LIMITED})
    if joint is None:
        return Text(threshold, method.name, fault=fault)
    constants = len(next(iter(LIMITED.values())))

    def solved(row: np.ndarray) -> np.ndarray:
        plan, limited = row[:-constants], row[-constants:]
        compute = compute_for(method, plan, goal)
        at = {k: v[0] for k, v in method.at(plan, np.array([compute])).items()}
        power, log10_k = enough_text(threshold, *limited)
        return np.array(
            [
                np.log(10.0) * (log10_k + power * np.log10(at["N"])),
                np.log(excess_loss(at["N"], at["D"], *limited)),
                (np.log(goal.value) - np.log(10.0) * log10_k) / power,
            ]
        )

    with np.errstate(all="ignore"):
        found = joint.map(("needed", "excess", "largest"), solved)
    if fault := fault_of(found):
        return Text(threshold, method.name, fault=fault)
    needed, excess, largest = (_exp(found.pick(name)) for name in found.names)
    kept = largest if goal.quantity == "D" else None
    return Text(threshold, method.name, needed, excess, kept)


def contradiction(found: Answer, laws: KnownLaws) -> Estimate | None:
    """C_min in FLOPs where L(C_min) falls below what L(D) allows, if ``found`` is beyond (Eq. 6.8).

    Only for the measured frontier, whose laws these are.
    """
    crossing, _ = laws.joint(CROSSING)
    if crossing is None or "L(C_min)" not in found.method.needs:
        return None
    own = _exp(crossing.map(("C",), lambda row: np.log(10.0) * row + np.log(PF_DAY)))
    beyond = found.values["C"].value / AT_CRITICAL_BATCH > own.value
    return own if beyond else None


def exponents_of(answer: Answer) -> dict[str, tuple[str, str]] | None:
    """The two exponents of B.16 behind an answer, where its law has them."""
    for law, names in answer.method.needs.items():
        for pair in (("alpha_N", "alpha_S"), ("alpha", "beta")):
            if set(pair) <= set(names):
                return {law: pair}
    return None


def _exp(found: Replicates) -> Estimate:
    with np.errstate(all="ignore"):
        return Estimate(*np.exp([found.estimate[0], *found.conf_int()[0]]))
