"""A plan: every method's answer to one goal, what other sizes cost, and the text it takes."""

from dataclasses import dataclass, field

from scalinglaws.errors import UserError
from scalinglaws.laws.derived.data_needs import OVERFITTING
from scalinglaws.planning.answers import Answer, Estimate, answer
from scalinglaws.planning.extras import (
    OtherSizes,
    Text,
    contradiction,
    exponents_of,
    other_sizes,
    text_for,
)
from scalinglaws.planning.goals import Goal
from scalinglaws.planning.known_laws import KnownLaws
from scalinglaws.planning.methods import (
    CHINCHILLA_LAWS,
    ISOFLOP,
    KAPLAN,
    QUANTITIES,
    Method,
    chinchilla_method,
)

FLOOR = "E"


@dataclass(frozen=True)
class Plan:
    """``answers`` in the order of methods, those that are not identified with their fault.

    ``contradiction`` is the C_min in FLOPs where Kaplan's laws contradict each other (Eq. 6.8), if
    the plan lies beyond it.
    """

    goal: Goal
    laws: KnownLaws
    answers: list[Answer]
    sizes: list[OtherSizes] = field(default_factory=list)
    text: Text = field(default_factory=Text)
    contradiction: Estimate | None = None

    @property
    def usable(self) -> list[Answer]:
        """The answers that have numbers."""
        return [found for found in self.answers if found.ok]


def methods_for(laws: KnownLaws, given: str | None = None) -> list[Method]:
    """Kaplan's ways, then Chinchilla's: of the first usable of the fits (Huber's loss, as theirs).

    ``given`` is the name of a law of constants that were given, which then stands for the fits.
    """
    usable = [n for n in CHINCHILLA_LAWS if laws.laws.get(n, {}).get("status") == "ok"]
    law = given or next(iter(usable), CHINCHILLA_LAWS[0])
    return [*KAPLAN, chinchilla_method(law), ISOFLOP]


def make_plan(
    goal: Goal, laws: KnownLaws, given: str | None = None, threshold: float = OVERFITTING
) -> Plan:
    """The plan for ``goal`` from ``laws``.

    Raises:
        UserError: a loss at or below the floor E of Chinchilla's law, or no method that answers.
    """
    methods = methods_for(laws, given)
    _above_the_floor(goal, laws, methods)
    answers = [answer(method, laws, goal) for method in methods]
    usable = [found for found in answers if found.ok]
    if not usable:
        first = answers[0]
        unit = QUANTITIES[goal.quantity]
        raise UserError(
            f"no law of {laws.origin} answers {goal.quantity} = {goal.value:g} {unit}; "
            f"the first reason: {first.method.name}: {first.fault}"
        )
    sizes = []
    for found in answers:
        pair = exponents_of(found)
        if pair is not None:
            sizes.append(other_sizes(found.method.name, laws, pair))
    text = text_for(usable[0].method, laws, goal, threshold)
    return Plan(goal, laws, answers, sizes, text, contradiction(usable[0], laws))


def _above_the_floor(goal: Goal, laws: KnownLaws, methods: list[Method]) -> None:
    """No compute reaches a loss below the floor of a law that has one."""
    if goal.quantity != "loss":
        return
    for method in methods:
        for name, parameters in method.needs.items():
            law = laws.laws.get(name, {})
            if FLOOR not in parameters or law.get("status") != "ok":
                continue
            floor = law["estimates"][law["names"].index(FLOOR)]
            if goal.value <= floor:
                raise UserError(
                    f"--loss {goal.value:g}: at or below the floor E = {floor:.4g} nats/token of "
                    f"{name} ({laws.origin}), which no compute reaches; ask for a larger loss"
                )
