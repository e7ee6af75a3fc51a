"""Profiles out of a law's JSON file: a parabola where the law is known, flat where it is not."""

import json

import numpy as np
import pytest
from scipy import stats

from scalinglaws.laws.checks.profiles import BY_ERROR, BY_SCATTER, profile_rows
from scalinglaws.laws.checks.tables import PROFILES
from scalinglaws.laws.surface_fit import fit_surface
from scalinglaws.laws.surfaces.additive import CHINCHILLA
from scalinglaws.laws.surfaces.joint import L_N_D
from scalinglaws.metrics import table_from_rows


def fitted(form, loss_of, sizes, tokens, scatter=0.003):
    rng = np.random.default_rng(5)
    x = np.array([(n, d) for n in sizes for d in tokens])
    loss = loss_of(*x.T) * np.exp(scatter * rng.normal(size=len(x)))
    law = fit_surface(
        form, x, loss, [str(i) for i in range(len(x))], law=form.name, bootstrap=False
    )
    return json.loads(json.dumps(law.to_json({})))


@pytest.fixture(scope="module")
def known():
    return fitted(
        L_N_D,
        lambda n, d: ((1e13 / n) ** 0.8 + 2e12 / d) ** 0.1,
        np.geomspace(1e5, 1e8, 5),
        [*np.geomspace(1e7, 1e10, 5), np.inf],
    )


def test_a_known_exponent_has_a_parabola_that_ends_with_its_interval(known):
    rows = profile_rows(known)
    table_from_rows(rows, PROFILES)
    assert {row["parameter"] for row in rows} == {"alpha_N", "alpha_D"}
    for index, name in enumerate(("alpha_N", "alpha_D")):
        own = [row for row in rows if row["parameter"] == name]
        value, deviance = (np.array([row[c] for row in own]) for c in ("value", "deviance"))
        assert {row["scale"] for row in own} == {BY_ERROR}
        assert value[deviance.argmin()] == pytest.approx(known["estimates"][index])
        limit = own[0]["limit"]
        assert limit == pytest.approx(stats.t.ppf(0.975, known["df"][index]) ** 2)
        high = value > known["estimates"][index]
        end = np.interp(limit, deviance[high], value[high])
        assert end == pytest.approx(known["conf_int"][index][1], rel=0.02)


def test_an_exponent_that_the_data_do_not_know_never_reaches_the_limit():
    """Datasets so large that D says nothing: beta is free."""
    law = fitted(
        CHINCHILLA,
        lambda n, d: 1.7 + (1e7 / n) ** 0.4 + 1e-6 * d**-0.3,
        np.geomspace(1e5, 1e8, 6),
        np.geomspace(1e12, 1e13, 4),
    )
    assert law["status"] != "ok"
    own = [row for row in profile_rows(law) if row["parameter"] == "beta"]
    assert {row["scale"] for row in own} == {BY_SCATTER}
    low = [row["deviance"] for row in own if row["value"] < row["estimate"]]
    high = [row["deviance"] for row in own if row["value"] > row["estimate"]]
    assert min(max(low), max(high)) < own[0]["limit"]


def test_a_law_that_was_not_fitted_has_no_profile():
    law = {"law": "L(N,D)", "status": "too few points: 3", "prediction": {}, "points": {}}
    assert profile_rows(law) == []
