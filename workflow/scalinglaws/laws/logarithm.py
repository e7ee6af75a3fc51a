"""The rejected rival of the power law, L(X) = -k ln(X / X_log) (Fig. 23)."""

from scalinglaws.laws.one_variable import fit_one_variable
from scalinglaws.laws.power_law import UNITS
from scalinglaws.laws.result import FittedLaw


def fit_logarithm(x, loss, variable: str = "N", **provenance) -> FittedLaw:
    """Fit L = -k ln(X / X_log) by least squares of L on ln X; arguments as `fit_power_law`."""
    return fit_one_variable(
        x,
        loss,
        form="logarithm",
        response_name="L",
        law=f"L({variable}) logarithm",
        equation=f"L({variable}) = -k ln({variable} / {variable}_log)",
        variable=variable,
        names=("L_at_centre", "k", f"log10_{variable}_log"),
        units=("nats/token", "nats/token", f"log10({UNITS[variable]})"),
        **provenance,
    )
