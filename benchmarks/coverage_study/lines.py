"""Studies of one variable: L(N) and L(D) from one point a run."""

import numpy as np

from coverage_study import scatter
from coverage_study.outcome import Outcome, interval, region
from scalinglaws.laws.line import joint_test
from scalinglaws.laws.power_law import fit_power_law
from scalinglaws.laws.prediction import predict

METHOD = "OLS, t(n-2)"
BEYOND = 10.0  # how far outside the data a prediction is asked for

# Exponent and scale, and the range of x: about Kaplan's.
TRUTH = {"N": (0.076, 8.8e13, (7e5, 1e9)), "D": (0.095, 5.4e13, (2e7, 2e10))}


def study(variable: str, rng: np.random.Generator, n_runs: int) -> tuple[str, list[Outcome]]:
    """Status and outcomes of one simulated study of ``n_runs`` runs."""
    slope, scale, (low, high) = TRUTH[variable]

    def ln_loss(x):
        return slope * np.log(scale / x)

    x, shared = np.geomspace(low, high, n_runs), scatter.test_set(rng)
    loss = np.exp(ln_loss(x) + scatter.one_point_a_run(rng, n_runs) + shared)
    law = fit_power_law(x, loss, variable, test_error=scatter.TEST_SET)
    if not law.ok:
        return law.status, []
    truths = (slope, np.log10(scale))
    estimates = (law.params[1], law.scale()[0])
    found = []
    for limits, method, default in (
        (law.conf_int(), METHOD, True),
        (law.hc3_conf_int(), "HC3, t(n-2)", False),
        (law.bootstrap_conf_int(), "bootstrap percentiles", False),
    ):
        for i, name in enumerate(law.names[1:]):
            found.append(interval(name, method, estimates[i], truths[i], limits[i + 1], default))
    line = np.array([slope * (np.log(scale) - law.centre), slope])
    found.append(region(METHOD, joint_test(law.params, law.cov_params(), line, law.df)[1]))

    at = np.array([BEYOND * high])
    band, value = predict(law, at), ln_loss(at[0])
    run = value + shared + scatter.one_point_a_run(rng, 1)[0]
    mean = np.log([band.low[0], band.high[0]])
    new = np.log([band.run_low[0], band.run_high[0]])
    found.append(interval("prediction", METHOD, np.log(band.loss[0]), value, mean))
    found.append(interval("new run", METHOD, np.log(band.loss[0]), run, new))
    return law.status, found
