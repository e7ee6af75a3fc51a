"""The power law of one variable, L(X) = (X_c / X)^alpha_X (Eqs 1.1 to 1.3, 3.1 to 3.3).

from scalinglaws.laws.power_law import fit_power_law

law = fit_power_law(n_params, loss)
print(law.summary())
law.conf_int()
law.prediction_band([1e6, 1e9])
"""

from scalinglaws.laws.one_variable import fit_one_variable
from scalinglaws.laws.result import FittedLaw

UNITS = {"N": "parameters", "D": "tokens", "C": "PF-days", "C_min": "PF-days"}
SCALES = {"C_min": "C_c_min"}  # where it is not X_c


def fit_power_law(x, loss, variable: str = "N", **provenance) -> FittedLaw:
    """Fit L = (X_c / X)^alpha_X by least squares of ln L on -(ln X - centre).

    ``x`` (e.g. parameters without embeddings) and ``loss`` (nats/token) have shape (n,), one
    observation a run. Centred at the mean of ln X the two estimates are uncorrelated; X_c follows
    from them, on log10. ``provenance`` may give the other fields of a Selection, and
    ``interval="jackknife"`` where points have no errors of their own (see `fit_one_variable`).
    Unusable points give a law whose ``status`` says so.
    """
    scale = SCALES.get(variable, f"{variable}_c")
    return fit_one_variable(
        x,
        loss,
        form="power law",
        response_name="ln L",
        law=f"L({variable})",
        equation=f"L({variable}) = ({scale} / {variable})^alpha_{variable}",
        variable=variable,
        names=("ln_L_at_centre", f"alpha_{variable}", f"log10_{scale}"),
        units=("ln(nats/token)", "1", f"log10({UNITS.get(variable, '1')})"),
        **provenance,
    )
