"""One method's answer to a goal, with intervals and how far from the data it stands."""

from dataclasses import dataclass, field

import numpy as np
from scipy import optimize

from scalinglaws.laws.batch.chain import fault_of
from scalinglaws.laws.replicates import FEWEST_RUNS, Replicates
from scalinglaws.planning.goals import Goal
from scalinglaws.planning.known_laws import KnownLaws
from scalinglaws.planning.methods import QUANTITIES, Method

LN_COMPUTE = (0.0, 200.0)  # where a compute is looked for: 1 to 7e86 FLOPs
TENFOLD = 10.0
OUTSIDE = 1e-3  # decades: a goal at the very edge of the data does not extrapolate


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval, which is the number itself where that was the goal.

    NaN stands for what is not known: the interval of constants that came without errors.
    """

    value: float
    low: float
    high: float

    @property
    def known(self) -> bool:
        """Whether there is an interval that means something."""
        return bool(np.isfinite([self.value, self.low, self.high]).all())


@dataclass(frozen=True)
class Answer:
    """``values`` by quantity and ``growth`` (factors at ten times the compute), or ``fault``.

    ``data`` holds the range of N, D and C of the fitted points; ``decades`` how far outside of it
    the plan lies. ``exact`` says that the constants came without errors: no interval is known.
    """

    method: Method
    values: dict[str, Estimate] = field(default_factory=dict)
    growth: dict[str, Estimate] = field(default_factory=dict)
    data: dict[str, tuple[float, float]] = field(default_factory=dict)
    decades: dict[str, float] = field(default_factory=dict)
    caveats: list[str] = field(default_factory=list)
    fault: str = ""
    replicates: Replicates | None = None
    exact: bool = False

    @property
    def ok(self) -> bool:
        """Whether there are numbers."""
        return not self.fault


def answer(method: Method, laws: KnownLaws, goal: Goal) -> Answer:
    """``method``'s answer to ``goal``; a law that is not usable makes a ``fault``, not an error."""
    parameters, fault = laws.joint(method.needs)
    if parameters is None:
        return Answer(method, fault=fault)

    def solved(row: np.ndarray) -> np.ndarray:
        compute = compute_for(method, row, goal)
        here, there = (method.at(row, np.array([c])) for c in (compute, TENFOLD * compute))
        now = np.array([here[name][0] for name in QUANTITIES])
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.log(np.concatenate([now, [there[n][0] for n in QUANTITIES] / now]))

    names = (*QUANTITIES, *(f"{name} growth" for name in QUANTITIES))
    with np.errstate(all="ignore"):
        found = parameters.map(names, solved)
    said = [i for i in range(len(names)) if not np.isnan(found.estimate[i])]
    if names.index(goal.quantity) not in said:
        return Answer(method, fault=_why_not(method, parameters.estimate, goal))
    told = found.pick(*[names[i] for i in said])
    if fault := fault_of(told):
        return Answer(method, fault=fault)
    given = parameters.n_runs < FEWEST_RUNS  # constants that came without errors
    low_high = np.full((len(names), 2), np.nan)
    if not given:
        low_high[said] = told.conf_int()
    estimates = {
        name: Estimate(*np.exp([found.estimate[i], *low_high[i]])) for i, name in enumerate(names)
    }
    values = {name: estimates[name] for name in QUANTITIES}
    points = {k: v for k, v in method.points(laws.laws).items() if len(v)}
    data = {k: (float(v.min()), float(v.max())) for k, v in points.items()}
    return Answer(
        method,
        values,
        {name: estimates[f"{name} growth"] for name in QUANTITIES},
        data,
        {k: outside(values[k].value, *data[k]) for k in ("C", "N", "D") if k in data},
        laws.caveats(method.needs),
        replicates=parameters,
        exact=given,
    )


def compute_for(method: Method, parameters: np.ndarray, goal: Goal) -> float:
    """C in FLOPs at which the optimum has the goal's value; NaN where it never has."""
    if goal.quantity == "C":
        return goal.value
    wanted = np.log(goal.value)

    def gap(ln_compute: float) -> float:
        value = method.at(parameters, np.exp([ln_compute]))[goal.quantity][0]
        return float(np.log(value) - wanted)

    first, last = (gap(end) for end in LN_COMPUTE)
    if not np.isfinite([first, last]).all() or first * last > 0:
        return np.nan
    return float(np.exp(optimize.brentq(gap, *LN_COMPUTE, xtol=1e-12)))


def outside(value: float, low: float, high: float) -> float:
    """Decades by which ``value`` lies beyond [low, high]: positive above, negative below, or 0."""
    above, below = np.log10(value / high), np.log10(value / low)
    if above > OUTSIDE:
        return float(above)
    return float(below) if below < -OUTSIDE else 0.0


def _why_not(method: Method, parameters: np.ndarray, goal: Goal) -> str:
    ends = [method.at(parameters, np.exp([e]))[goal.quantity][0] for e in LN_COMPUTE]
    if np.isnan(ends).all():
        return f"says nothing of {'the loss' if goal.quantity == 'loss' else goal.quantity}"
    unit = QUANTITIES[goal.quantity]
    low, high = sorted(ends)
    return f"never has {goal.quantity} = {goal.value:g} {unit}, only {low:.4g} to {high:.4g}"
