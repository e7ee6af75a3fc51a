"""A law that the study declares no runs for."""

from scalinglaws.laws.law_fit import LawFit

UNDECLARED = "the study declares no runs for this law"


def undeclared(law: str, equation: str, names, units) -> LawFit:
    """The law unfitted, with a status that says so."""
    return LawFit(law, equation, tuple(names), tuple(units), UNDECLARED)
